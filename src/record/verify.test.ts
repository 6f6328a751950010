/** What `log verify` says of a journal of which a byte is another. */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Outcome } from '../contract/provider.js';
import { FORMAT } from '../journal/format.js';
import { openJournal } from '../journal/writer.js';
import { readPruneRecord } from './pruned.js';
import { readRun } from './runs.js';
import { checkRun } from './verify.js';

let folder = '';
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'revoke-verify-'))));
afterAll(() => rmSync(folder, { recursive: true }));

const AT = '2026-01-01T00:00:00.000Z';

/** One part of a journal: a target that was sent, and what became of it. */
async function addPart(path: string, target: string, isAdded = false): Promise<void> {
  const journal = openJournal({
    path,
    head: {
      format: FORMAT,
      id: 'abc12345',
      version: '0.2.0',
      started_at: AT,
      command: ['revoke', 'memory', '--force'],
      providers: [{ provider: 'memory', endpoint: 'https://one.example', scope: {} }],
      terms: {},
      sources: [],
    },
    now: () => Date.parse(AT),
    lock: { isLost: () => false, release: () => undefined },
    hash: createHash('sha256'),
    isAdded,
  });
  await journal.writeIntents([
    { entries: [{ target: { id: target }, key: target }], firstTriedAt: undefined },
  ]);
  const outcome: Outcome = { provider: 'memory', target, status: 'revoked', at: AT };
  journal.writeOutcomes([outcome], [JSON.stringify(outcome)], [target]);
  await journal.close({ exit: 0, counts: { revoked: 1 } });
}

async function twoParts(path: string): Promise<Buffer> {
  await addPart(path, 'a');
  await addPart(path, 'b', true);
  return readFileSync(path);
}

async function check(path: string) {
  const run = await readRun(path, { isRunning: false });
  if (!run) throw new Error('it has gone');
  return checkRun(run);
}

test('a journal as it was written is intact, with a hash for each part', async () => {
  const path = join(folder, 'whole.jsonl');
  await twoParts(path);
  expect(await check(path)).toMatchObject({ findings: [], notes: [] });
  expect((await check(path)).hashes).toHaveLength(2);
});

test('a byte that is another, anywhere, is said with its line, or that it cannot be told from a crash', async () => {
  const path = join(folder, 'changed.jsonl');
  const whole = await twoParts(path);
  const lines = whole.toString('latin1').split('\n');
  const firstEnd = lines.findIndex((line) => line.startsWith('{"end":')) + 1;
  const changed = fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }));
  await fc.assert(
    fc.asyncProperty(changed, async ([at, flip]) => {
      const bytes = Buffer.from(whole);
      bytes[at] = (bytes[at] as number) ^ flip;
      writeFileSync(path, bytes);
      const { findings, notes } = await check(path);
      const line = whole.subarray(0, at).toString('latin1').split('\n').length;
      const named = findings.flatMap((one) => (one.kind === 'changed' ? [one.line] : []));
      // A newline joins its line with the next one.
      if (named.includes(line) || (whole[at] === 10 && named.includes(line + 1))) return;
      const isEnd = whole[at] === 10 && [firstEnd, lines.length - 1].includes(line);
      expect([at, line, isEnd, ...findings, ...notes].join('\n')).toMatch(/^\d+\n\d+\ntrue\n.*/);
      const said = [...notes, ...findings.map((one) => ('what' in one ? one.what : ''))];
      expect(said.join()).toContain('a crash or a change, which cannot be told apart');
    }),
    {
      numRuns: 400,
      examples: [...whole.keys()].filter((at) => whole[at] === 10).map((at) => [[at, 1]]),
    },
  );
});

test.each([
  ['removed', (lines: string[]) => lines.toSpliced(2, 1)],
  ['removed from the second part', (lines: string[]) => lines.toSpliced(-3, 1)],
  ['repeated', (lines: string[]) => lines.toSpliced(2, 0, lines[2] ?? '')],
  ['moved', (lines: string[]) => lines.toSpliced(2, 2, lines[3] ?? '', lines[2] ?? '')],
])('a whole line that was %s is a change', async (_how, change) => {
  const path = join(folder, 'lines.jsonl');
  rmSync(path, { force: true });
  const whole = await twoParts(path);
  writeFileSync(path, change(whole.toString().split('\n')).join('\n'));
  const { findings } = await check(path);
  expect(findings).toMatchObject([{ kind: 'changed' }]);
});

test('a record of what was pruned that cannot be read is said to be so, and not taken for an empty one', () => {
  const place = join(folder, 'pruned');
  mkdirSync(join(place, '.pruned.jsonl'), { recursive: true });
  expect(readPruneRecord(place)).toEqual({
    prunings: [],
    problem: '.pruned.jsonl cannot be read: it is a folder (EISDIR)',
  });
  rmSync(join(place, '.pruned.jsonl'), { recursive: true });
  expect(readPruneRecord(place)).toEqual({ prunings: [] });
  const pruned = { at: AT, user: null, host: null, runs: [] };
  writeFileSync(join(place, '.pruned.jsonl'), `${JSON.stringify({ pruned })}\n{"prun\n`);
  expect(readPruneRecord(place)).toEqual({
    prunings: [pruned],
    problem: 'line 2 of .pruned.jsonl cannot be read',
  });
});
