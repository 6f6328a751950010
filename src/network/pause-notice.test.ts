import { createPauseNotice } from './pause-notice.js';

function start() {
  const said: string[] = [];
  let time = 0;
  const clock = {
    now: () => Date.parse('2026-11-28T12:00:00.500Z') + time,
    monotonic: () => 1000 + time,
    sleep: async () => undefined,
  };
  const log = { warn: (text: string) => void said.push(text), verbose: () => undefined };
  return { said, notice: createPauseNotice(clock, log), pass: (ms: number) => void (time += ms) };
}
const ORIGIN = 'https://api.example.com:8443';

test('a pause is said with its length and its end, to the second', () => {
  const { said, notice } = start();
  notice(ORIGIN, 2001);
  expect(said).toEqual([
    'api.example.com:8443 asked for a pause of 3 s: waiting until 2026-11-28T12:00:02Z',
  ]);
});

test('a pause of less than two seconds is not said', () => {
  const { said, notice } = start();
  notice(ORIGIN, 1999);
  expect(said).toEqual([]);
  notice(ORIGIN, 2000);
  expect(said).toHaveLength(1);
});

test('a pause that many requests were asked for is said once, and again where it is two seconds longer', () => {
  const { said, notice, pass } = start();
  for (const ms of [10_000, 10_000, 11_999]) notice(ORIGIN, ms);
  pass(5000);
  notice(ORIGIN, 5000);
  expect(said).toHaveLength(1);
  notice(ORIGIN, 7000);
  expect(said).toHaveLength(2);
  notice(ORIGIN, 8999);
  expect(said).toHaveLength(2);
});
