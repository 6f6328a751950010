import type { Outcome } from '../contract/provider.js';
import { createTally } from '../engine/tally.js';
import { journalName, printSummary } from './summary.js';

function summaryOf(
  outcomes: readonly Partial<Outcome>[],
  more: { readonly inFlight?: number } = {},
) {
  const lines: string[] = [];
  const tally = createTally();
  for (const outcome of outcomes) {
    tally.count({ provider: 'toy', target: 'a', status: 'revoked', at: '', ...outcome });
  }
  printSummary({
    output: {
      printMessage: (text) => void lines.push(text),
      printCommand: (label, command) => void lines.push(`${label}: ${command}`),
    },
    tally,
    journal: undefined,
    resume: '',
    ...more,
  });
  return lines;
}

const before = { status: 'skipped', journaled_status: 'revoked' } as const;
const seen = (state: 'active' | 'absent' | 'dead', said?: 'revoked') =>
  ({
    status: 'planned',
    verification: { method: 'list', before: state, checked_at: '', ...(said && { said }) },
  }) as const;

test.each<[string, Parameters<typeof summaryOf>, readonly string[]]>([
  ['of outcomes', [[{}, { status: 'failed' }]], ['2 targets: 1 revoked, 1 failed']],
  [
    'of a continued run',
    [[{}, before, before]],
    ['3 targets: 1 revoked', '2 already done: 2 revoked'],
  ],
  [
    'of a run that has nothing left',
    [[before, before]],
    ['2 targets, all already done: 2 revoked'],
  ],
  ['of nothing', [[]], ['0 targets: none']],
  [
    'of a dry run that looked',
    [[seen('active'), seen('active'), seen('absent'), seen('dead', 'revoked')]],
    ['4 targets: 4 planned', 'Now: 2 active, 1 not found, 1 already revoked'],
  ],
  [
    'of a run that is left with requests in flight',
    [[{}], { inFlight: 2 }],
    ['3 targets: 1 revoked, 2 unknown'],
  ],
])('the summary %s', (_what, given, lines) => {
  expect(summaryOf(...given)).toEqual(lines);
});

const STATE = '/home/a/.local/state/revoke';
const RUN = `${STATE}/journals/20261129T094313Z-leaked-h01tatwq.jsonl`;

test.each([
  ['by its path where that fits', RUN, true, 90, RUN],
  [
    'by the command that shows it where a terminal would break the path',
    RUN,
    true,
    60,
    'revoke log h01tatwq',
  ],
  ['by its path off a terminal', RUN, false, 60, RUN],
  [
    'by its path where somebody chose it',
    '/a/very/long/path/run.jsonl',
    true,
    20,
    '/a/very/long/path/run.jsonl',
  ],
])('a journal is named %s', (_how, path, isTTY, columns, name) => {
  expect(journalName(path, STATE, { isTTY, columns })).toBe(name);
});
