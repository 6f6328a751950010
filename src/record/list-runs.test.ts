/** Which runs of a folder a span of time has: by the names of their journals, and by what they hold. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeJournal } from '../../test/support/made-journal.js';
import { listRuns, type RunFilter } from './list-runs.js';
import { findJournal } from './runs.js';

const self = { pid: process.pid, boot: undefined, namespace: undefined } as never;
const TIMES = ['2026-01-31T23:59:59.999Z', '2026-02-01T00:00:00.000Z', '2026-02-01T00:00:00.500Z'];

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'revoke-list-'));
  for (const [index, at] of TIMES.entries()) {
    const stamp = at.replace(/[-:]|\.\d+/g, '');
    const head = { id: `run${index}`, started_at: at };
    writeJournal(join(folder, `${stamp}-workspace-run${index}.jsonl`), {
      head,
      outcomes: [],
      exit: 0,
    });
  }
  writeJournal(join(folder, 'named.jsonl'), {
    head: { id: 'named', started_at: '2026-02-01T12:00:00.000Z' },
    outcomes: [],
    exit: 0,
  });
});
afterAll(() => rmSync(folder, { recursive: true }));

async function idsOf(filter: RunFilter): Promise<readonly string[]> {
  return (await listRuns(folder, self, filter)).map(({ id }) => id);
}

const at = (text: string) => Date.parse(text);

test.each([
  ['no bounds', {}, ['named', 'run2', 'run1', 'run0']],
  ['a first moment', { since: at('2026-02-01T00:00:00.000Z') }, ['named', 'run2', 'run1']],
  [
    'a first moment in the middle of a second',
    { since: at('2026-02-01T00:00:00.001Z') },
    ['named', 'run2'],
  ],
  ['an end, which is outside', { until: at('2026-02-01T00:00:00.500Z') }, ['run1', 'run0']],
  [
    'an end in the middle of a second',
    { until: at('2026-02-01T00:00:00.501Z') },
    ['run2', 'run1', 'run0'],
  ],
  ['both', { since: at(TIMES[1] ?? ''), until: at(TIMES[2] ?? '') }, ['run1']],
  [
    'bounds that no calendar has',
    { since: -1e300, until: 1e300 },
    ['named', 'run2', 'run1', 'run0'],
  ],
])('a span with %s has the runs that began in it, newest first', async (_bounds, filter, ids) => {
  expect(await idsOf(filter)).toEqual(ids);
});

test('letters that begin the names of many runs are refused with the first of those, and with how many more there are', () => {
  const many = mkdtempSync(join(folder, 'many-'));
  const add = (id: string) =>
    writeFileSync(join(many, `20260101T000000Z-workspace-${id}.jsonl`), '');
  for (const last of 'abcdefghi') add(`run${last}`);
  const hint = (given: string) => {
    try {
      return findJournal(many, given);
    } catch (error) {
      return (error as { hint?: string }).hint;
    }
  };
  expect(hint('run')).toBe('give more of it: runa, runb, runc, rund, rune, runf, rung, runh, runi');
  add('runj');
  expect(hint('run')).toBe(
    'give more of it: runa, runb, runc, rund, rune, runf, rung, runh and 2 more',
  );
  expect(hint('runa')).toBe(join(many, '20260101T000000Z-workspace-runa.jsonl'));
});
