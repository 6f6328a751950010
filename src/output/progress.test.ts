import type { Status } from '../contract/provider.js';
import { createTally } from '../engine/tally.js';
import { startProgress } from './progress.js';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

function start(isTTY: boolean, expected = () => 40) {
  const messages: string[] = [];
  const drawn: string[] = [];
  let stops = 0;
  const tally = createTally();
  const progress = startProgress({
    world: {
      stderr: { isTTY, columns: 80, write: () => undefined, failed: undefined },
      clock: { now: () => Date.now(), sleep: async () => undefined },
      env: {},
    } as unknown as Parameters<typeof startProgress>[0]['world'],
    output: {
      printMessage: (text: string) => void messages.push(text),
      live: {
        draw: (line: (width: number) => string) => void drawn.push(line(80)),
        stop: () => void (stops += 1),
      },
    } as unknown as Parameters<typeof startProgress>[0]['output'],
    expected,
    tally,
    isDryRun: false,
  });
  const count = (...statuses: readonly Status[]) => {
    for (const status of statuses)
      tally.count({ provider: 'toy', target: 'tok_1', status, at: '' });
  };
  count('revoked', 'revoked', 'failed');
  return { messages, drawn, progress, count, stops: () => stops };
}

test('a long run says every ten seconds how far it is, where no line can be drawn', () => {
  const { messages, drawn, progress } = start(false);
  jest.advanceTimersByTime(9_999);
  expect(messages).toEqual([]);
  jest.advanceTimersByTime(20_001);
  expect(messages).toHaveLength(3);
  expect(messages[0]).toMatch(/3 of 40 done.*1 failed/);
  progress.stop();
  jest.advanceTimersByTime(60_000);
  expect(messages).toHaveLength(3);
  expect(drawn).toEqual([]);
});

test('duplicates that are met on the way are no longer waited for', () => {
  let duplicates = 0;
  const { messages } = start(false, () => 40 - duplicates);
  jest.advanceTimersByTime(10_000);
  duplicates = 37;
  jest.advanceTimersByTime(10_000);
  expect(messages).toEqual([
    expect.stringContaining('3 of 40 done'),
    expect.stringMatching(/3 of 3 done(?!.*left)/),
  ]);
});

test('the time that is left counts duplicates as passed', () => {
  let duplicates = 0;
  const { messages } = start(false, () => 100_000 - duplicates);
  duplicates = 50_000;
  jest.advanceTimersByTime(10_000);
  expect(messages).toEqual([expect.stringContaining('3 of 50,000 done, 1/s, 10 s left')]);
});

test('a long run draws a line on a terminal from its first second on, until it stops', () => {
  const { messages, drawn, progress, stops } = start(true);
  jest.advanceTimersByTime(999);
  expect(drawn).toEqual([]);
  jest.advanceTimersByTime(401);
  expect(drawn).toHaveLength(3);
  expect(drawn[0]).toMatch(/3 of 40 done.*1 failed/);
  progress.stop();
  jest.advanceTimersByTime(60_000);
  expect(drawn).toHaveLength(3);
  expect(stops()).toBe(1);
  expect(messages).toEqual([]);
});

test('the speed is that of the last ten seconds, and what was skipped adds nothing to it', () => {
  const { messages, count } = start(false);
  jest.advanceTimersByTime(10_000);
  count(...Array.from({ length: 50 }, () => 'revoked' as const));
  count(...Array.from({ length: 500 }, () => 'skipped' as const));
  jest.advanceTimersByTime(10_000);
  jest.advanceTimersByTime(10_000);
  const speeds = messages.map((text) => /(\d+)\/s/.exec(text)?.[1]);
  expect(speeds).toEqual(['1', '5', undefined]);
});
