/** One table of exit codes: what help and man page say is what the program does. */
import { manPage } from '../src/command-line/man-page.js';
import { treeData } from '../src/command-line/command-model.js';
import { credentialsError } from '../src/contract/errors.js';
import { EXIT_CODES, exitCodeOf } from '../src/contract/exit-codes.js';
import { createTally } from '../src/engine/tally.js';
import type { Outcome, Status } from '../src/contract/provider.js';

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
