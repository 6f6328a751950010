import { PassThrough } from 'node:stream';
import { readHidden } from './hidden-entry.js';

/** A keyboard in the hands of a test: what is typed, and whether the terminal is raw meanwhile. */
function createKeyboard() {
  const raw: boolean[] = [];
  const keys = new PassThrough();
  const stdin = Object.assign(keys, { setRawMode: (mode: boolean) => void raw.push(mode) });
  let shown = '';
  const lines: string[] = [];
  const end = readHidden(
    {
      stdin: stdin as unknown as NodeJS.ReadStream,
      stderr: {
        write: (text) => void (shown += text),
        failed: undefined,
        isTTY: true,
        columns: 80,
      },
      onSignal: () => () => undefined,
    },
    { prompt: 'Tokens:', answer: (line) => (lines.push(line), 'taken') },
  );
  return { keys, lines, raw, end, shown: () => shown };
}

/** Lets a time pass, step by step, so that what is written meanwhile is read meanwhile. */
async function pass(milliseconds: number): Promise<void> {
  for (let passed = 0; passed < milliseconds; passed += 10) {
    await jest.advanceTimersByTimeAsync(10);
  }
}

beforeEach(() => jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick'] }));
afterEach(() => jest.useRealTimers());

test('what comes in pieces after Ctrl-C is dropped before the terminal is put back', async () => {
  const { keys, lines, raw, end } = createKeyboard();
  await pass(200);
  keys.write('one\r\u0003');
  for (const piece of ['two\r', 'three\r', 'four\r']) {
    await pass(60);
    expect(raw).toEqual([true]);
    keys.write(piece);
  }
  await pass(200);
  expect(await end).toBe('SIGINT');
  expect(raw).toEqual([true, false]);
  expect(lines).toEqual(['one']);
  expect(keys.read()).toBeNull();
});

test('keys that never stop after Ctrl-C hold the end up for two seconds at most', async () => {
  const { keys, raw, end } = createKeyboard();
  await pass(200);
  keys.write('\u0003');
  for (let count = 0; count < 45; count++) {
    keys.write('x');
    await pass(50);
  }
  expect(await end).toBe('SIGINT');
  expect(raw).toEqual([true, false]);
});

test('Ctrl-C among what was typed before the prompt ends the entry without a prompt', async () => {
  const { keys, end, shown } = createKeyboard();
  keys.write('early\r\u0003');
  await pass(300);
  expect(await end).toBe('SIGINT');
  expect(shown()).not.toContain('Tokens:');
});
