import { progressLine, progressText, type ProgressFacts } from './progress-line.js';

const none = {
  revoked: 0,
  already_revoked: 0,
  accepted: 0,
  alive: 0,
  failed: 0,
  unknown: 0,
  skipped: 0,
  planned: 0,
};

const facts: ProgressFacts = {
  counts: { ...none, revoked: 1200, failed: 30, unknown: 4 },
  total: 1234,
  expected: 10_000,
  rate: 56.2,
};

test('a wide terminal shows bar, done, speed, time left and what needs a person', () => {
  const line = progressLine(facts, 199);
  expect(line).toMatch(
    /^\[={4} {36}\] 1,234 of 10,000 done · 56\/s · 3 min left · 30 failed · 4 unknown$/,
  );
});

test('80 columns show all of it, with a shorter bar or none', () => {
  const line = progressLine(facts, 79);
  expect(line).toContain('1,234 of 10,000 done · 56/s · 3 min left · 30 failed · 4 unknown');
  expect(line.length).toBeLessThanOrEqual(79);
});

test('40 columns keep what is done and what needs a person', () => {
  const line = progressLine(facts, 39);
  expect(line).toBe('1,234 of 10,000 done · 30 failed');
});

test.each([1, 20, 39, 60, 79, 120, 199])('the line never takes more than %i columns', (width) => {
  expect(progressLine(facts, width).length).toBeLessThanOrEqual(width);
});

test('what was skipped is not counted as done, and is no speed', () => {
  const line = progressLine(
    { ...facts, counts: { ...none, revoked: 3, skipped: 10_200 }, total: 10_203, expected: 10_300 },
    120,
  );
  expect(line).toMatch(/(?:^|\] )3 of 10,300 done, 10,200 skipped/);
});

test('targets of a stream have no end that could be named', () => {
  const line = progressLine({ ...facts, expected: undefined }, 120);
  expect(line).toBe('1,234 done · 56/s · 30 failed · 4 unknown');
});

test('off a terminal the same facts are one line of text', () => {
  expect(progressText(facts)).toBe('1,234 of 10,000 done, 56/s, 3 min left, 30 failed, 4 unknown');
});
