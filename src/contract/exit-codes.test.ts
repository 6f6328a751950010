import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { credentialsError, inDoubtError, refusedError, usageError } from './errors.js';
import { EXIT_CODES, endingOf, exitCodeOf, worstOf } from './exit-codes.js';

const details = { code: 'some', message: 'some' };

test.each([
  ['done', 0],
  ['failed', 1],
  ['usage', 2],
  ['credentials', 3],
  ['unknown', 4],
  ['declined', 5],
] as const)('a command that ends as %s has the exit code %i', (ending, code) => {
  expect(exitCodeOf(ending)).toBe(code);
});

test.each([
  ['usage', usageError('some'), 2],
  ['credentials', credentialsError('some'), 3],
  ['refused', refusedError(details), 1],
  ['in_doubt', inDoubtError(details), 4],
])('an error of the kind %s that ends a command has its exit code', (kind, error, code) => {
  expect(error.kind).toBe(kind);
  expect(exitCodeOf(endingOf(error))).toBe(code);
});

test('the worst ending wins, in the order 3, 1, 4', () => {
  expect(worstOf(['unknown', 'failed', 'credentials'])).toBe('credentials');
  expect(worstOf(['unknown', 'failed'])).toBe('failed');
  expect(worstOf(['unknown', 'done'])).toBe('unknown');
  expect(worstOf([])).toBe('done');
});

test('README has the rows of the table, and no others', () => {
  const lines = readFileSync(join(__dirname, '../../README.md'), 'utf8').split('\n');
  const start = lines.findIndex((line) => line.startsWith('| exit code'));
  const end = lines.indexOf('', start);
  const rows = lines.slice(start + 2, end).map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );
  expect(rows).toEqual(EXIT_CODES.map(({ code, text }) => [code, text]));
});

test('a line of help has a few words for each exit code, no two alike', () => {
  const words = EXIT_CODES.map(({ short }) => short);
  expect(new Set(words).size).toBe(words.length);
  for (const short of words) expect(short).toMatch(/^[a-z][a-z, :]{5,30}$/);
});
