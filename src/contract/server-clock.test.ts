import type { Clock } from './provider.js';
import { clockWatch, dateOf } from './server-clock.js';

const NOW = Date.parse('2026-11-28T12:00:00Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const answer = (ms: number) => ({ headers: { date: new Date(ms).toUTCString() } });

function start() {
  const said: string[] = [];
  const clock: Clock = { now: () => NOW, monotonic: () => 0, sleep: async () => undefined };
  const log = { warn: (text: string) => void said.push(text), verbose: () => undefined };
  return { said, watch: clockWatch('Acme', { clock, log }) };
}

test('the Date of an answer is read, and what is none says nothing', () => {
  expect(dateOf(answer(NOW))).toBe(NOW);
  expect(dateOf({ headers: { date: 'yesterday' } })).toBeUndefined();
  expect(dateOf({ headers: {} })).toBeUndefined();
});

test.each([
  [3 * MINUTE, '3 minutes ahead of'],
  [-3 * MINUTE, '3 minutes behind'],
  [119 * MINUTE, '119 minutes ahead of'],
  [2 * HOUR, '2 hours ahead of'],
  [-71 * HOUR, '71 hours behind'],
  [72 * HOUR, '3 days ahead of'],
  [-240 * HOUR, '10 days behind'],
])('a server whose clock is %i ms off is said to be %s this machine', (gap, words) => {
  const { said, watch } = start();
  watch(answer(NOW + gap));
  expect(said).toEqual([
    `the clock of Acme is ${words} this machine's: one of them is wrong, and times in answers are by its own`,
  ]);
});

test('a clock that is far from ours is said once, after answers that show nothing of it', () => {
  const { said, watch } = start();
  watch({ headers: {} });
  watch(answer(NOW));
  for (const gap of [2 * MINUTE, -2 * MINUTE]) watch(answer(NOW + gap));
  expect(said).toEqual([]);
  watch(answer(NOW + 2 * MINUTE + 1000));
  watch(answer(NOW + HOUR));
  expect(said).toHaveLength(1);
});
