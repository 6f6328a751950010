import type { Outcome, Status } from '../contract/provider.js';
import { createResultLines } from './result-lines.js';
import { defaultOutcomeText } from './sentences.js';

const outcome = (target: string, status: Status, hint?: string): Outcome => ({
  provider: 'toy',
  target,
  status,
  at: '2026-01-01T00:00:00Z',
  ...(hint !== undefined && { error: { code: 'refused', message: 'refused', hint } }),
});

const lines = (isTTY: boolean, showsAll = false) =>
  createResultLines({ isTTY, showsAll, sentence: defaultOutcomeText });

test('a few targets at a terminal have a line each', () => {
  const results = lines(true);
  results.expect(10);
  expect(results.of(outcome('a', 'revoked'))).toBe('a is revoked.');
  expect(results.leftOut).toBe(0);
});

test.each(['revoked', 'already_revoked', 'accepted', 'skipped', 'planned'] as const)(
  'of more than ten targets at a terminal, %s is only counted',
  (status) => {
    const results = lines(true);
    results.expect(11);
    expect(results.of(outcome('a', status))).toBeUndefined();
    expect(results.leftOut).toBe(1);
  },
);

test.each(['failed', 'alive', 'unknown'] as const)(
  'of more than ten targets at a terminal, %s has its line',
  (status) => {
    const results = lines(true);
    results.expect(11);
    expect(results.of(outcome('a', status))).toContain('a');
  },
);

test('targets of a stream have lines until there are more than ten', () => {
  const results = lines(true);
  results.expect(undefined);
  const told = Array.from({ length: 12 }, (_, index) =>
    results.of(outcome(`t${index}`, 'revoked')),
  );
  expect(told.filter((line) => line !== undefined)).toHaveLength(10);
});

test('off a terminal every one of many targets has a line, with its hint', () => {
  const results = lines(false);
  results.expect(10_000);
  expect(results.of(outcome('a', 'revoked'))).toBe('a is revoked.');
  for (const target of ['b', 'c']) {
    expect(results.of(outcome(target, 'failed', 'log in again'))).toContain('Log in again.');
  }
});

test('--verbose at a terminal has a line for each of many targets', () => {
  const results = lines(true, true);
  results.expect(10_000);
  expect(results.of(outcome('a', 'skipped'))).toContain('a was skipped');
});

test('at a terminal a hint that repeats is said once', () => {
  const results = lines(true);
  results.expect(11);
  expect(results.of(outcome('a', 'failed', 'log in again'))).toContain('Log in again.');
  expect(results.of(outcome('b', 'failed', 'log in again'))).toBe('b was not revoked: refused.');
  expect(results.of(outcome('c', 'failed', 'wait'))).toContain('Wait.');
});
