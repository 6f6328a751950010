/** One table of exit codes: what help, man page and README say is what the program does. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { manPage } from '../src/command-line/man-page.js';
import { treeData } from '../src/command-line/command-model.js';
import {
  credentialsError,
  inDoubtError,
  refusedError,
  usageError,
} from '../src/contract/errors.js';
import { EXIT_CODES, endingOf, exitCodeOf, worstOf } from '../src/contract/exit-codes.js';
import { createTally } from '../src/engine/tally.js';
import type { Outcome, Status } from '../src/contract/provider.js';

const details = { code: 'some', message: 'some' };

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

test('with() makes a changed copy of an error, and leaves the error as it was', () => {
  const error = credentialsError('no', 'log in', 'forbidden');
  const copy = error.with({ affects: 'target', message: 'not this one' });
  expect(copy).toMatchObject({
    kind: 'credentials',
    code: 'forbidden',
    hint: 'log in',
    affects: 'target',
    message: 'not this one',
  });
  expect(error).toMatchObject({ affects: 'run', message: 'no' });
});

const outcome = (status: Status, code?: string): Outcome => ({
  provider: 'toy',
  target: 'a',
  status,
  at: '2026-01-01T00:00:00Z',
  ...(code !== undefined && { error: { code, message: 'some' } }),
});

test.each(['forbidden', 'credentials_rejected', 'no_credentials'])(
  'a target that failed with %s is a failure like any other by its code',
  (code) => {
    const tally = createTally();
    tally.count(outcome('revoked'));
    tally.count(outcome('failed', code));
    expect(exitCodeOf(tally.ending())).toBe(1);
    tally.loginRefused();
    expect(exitCodeOf(tally.ending())).toBe(3);
  },
);

test('README has the rows of the table, and no others', () => {
  const lines = readFileSync(join(__dirname, '../README.md'), 'utf8').split('\n');
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

test('the man page has each row of the table', () => {
  const page = manPage([], '').replaceAll('\\', '').replace(/\s+/g, ' ');
  for (const { code, text } of EXIT_CODES) {
    expect(page).toContain(code);
    expect(page).toContain(text.replaceAll('`', ''));
  }
});

test('the help of the program has the rows of the table, one a line', () => {
  let help = '';
  const root = treeData([]).source;
  root.configureOutput({ writeOut: (text) => (help += text) });
  root.outputHelp();
  const lines = help.slice(help.indexOf('Exit codes:')).trimEnd().split('\n').slice(1);
  expect(lines.map((line) => line.trim().split(/ {2,}/))).toEqual(
    EXIT_CODES.map(({ code, short }) => [code, short]),
  );
});
