/** What `log verify` says of a journal of which a byte is another. */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Outcome } from '../contract/provider.js';
import { FORMAT, seal } from '../journal/format.js';
import { addFinishedRun } from '../journal/finished-runs.js';
import { openJournal } from '../journal/writer.js';
import { lastWords } from './last-words.js';
import { readPruneRecord } from './pruned.js';
import { readRun, type RecordedRun } from './runs.js';
import { checkRecord, checkRun, missingAtTheEnd } from './verify.js';

let folder = '';
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'revoke-verify-'))));
afterAll(() => rmSync(folder, { recursive: true }));

const AT = '2026-01-01T00:00:00.000Z';

interface Part {
  readonly isAdded?: boolean;
  readonly at?: string;
  readonly previous?: readonly string[];
}

/** One part of a journal: a target that was sent, and what became of it. */
async function addPart(path: string, target: string, options: Part = {}): Promise<void> {
  const { isAdded = false, at = AT, previous } = options;
  const journal = openJournal({
    path,
    head: {
      format: FORMAT,
      id: 'abc12345',
      version: '0.2.0',
      started_at: at,
      command: ['revoke', 'memory', '--force'],
      providers: [{ provider: 'memory', endpoint: 'https://one.example', scope: {} }],
      terms: {},
      sources: [],
      ...(previous && { previous }),
    },
    now: () => Date.parse(at),
    lock: { isLost: () => false, release: () => undefined },
    hash: createHash('sha256'),
    isAdded,
  });
  await journal.writeIntents([
    { entries: [{ target: { id: target }, key: target }], firstTriedAt: undefined },
  ]);
  const outcome: Outcome = { provider: 'memory', target, status: 'revoked', at };
  journal.writeOutcomes([outcome], [JSON.stringify(outcome)], [target]);
  await journal.close({ exit: 0, counts: { revoked: 1 } });
}

async function twoParts(path: string): Promise<Buffer> {
  await addPart(path, 'a');
  await addPart(path, 'b', { isAdded: true });
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

/** What is found in a journal of two parts whose lines were changed so. */
async function checkLines(change: (lines: readonly string[]) => readonly string[]) {
  const path = join(folder, 'lines.jsonl');
  rmSync(path, { force: true });
  const lines = (await twoParts(path)).toString().split('\n');
  writeFileSync(path, change(lines).join('\n'));
  return { ...(await check(path)), lines };
}

test('a blank line that was added to a part is a change', async () => {
  const { findings } = await checkLines((lines) => lines.toSpliced(2, 0, ''));
  expect(findings).toMatchObject([
    { kind: 'changed', line: 6, what: expect.stringContaining('hash') },
  ]);
});

test('a line that stands behind the end of its part is named, whole as it is', async () => {
  const { findings, lines } = await checkLines((all) => all.toSpliced(5, 0, all[3] ?? ''));
  expect(lines[4]).toMatch(/^\{"end"/);
  expect(findings).toEqual([
    { kind: 'changed', line: 6, what: 'this line was added after the end of its part' },
  ]);
});

test('a part that lost its end is unfinished, and what was changed in it is said first', async () => {
  const { findings } = await checkLines((lines) => lines.toSpliced(-2, 1));
  expect(findings).toEqual([{ kind: 'unfinished', what: 'it has no end' }]);
  const both = await checkLines((lines) =>
    lines.toSpliced(-3, 2, (lines.at(-3) ?? '').replace('revoked', 'unknown')),
  );
  expect(both.findings).toEqual([
    { kind: 'changed', line: 9, what: 'this line is not what was written' },
    { kind: 'unfinished', what: 'it has no end' },
  ]);
});

test('a journal that was cut in the middle of its last line may have crashed, and is no change', async () => {
  const path = join(folder, 'cut.jsonl');
  rmSync(path, { force: true });
  writeFileSync(path, (await twoParts(path)).subarray(0, -20));
  const what = 'its last line (10) is not whole: a crash or a change, which cannot be told apart';
  expect((await check(path)).findings).toEqual([{ kind: 'unfinished', what }]);
  expect(await readRun(path, { isRunning: false })).toMatchObject({ state: 'unfinished' });
});

test('a journal that lacks its last newline alone is finished, and says all that it said', async () => {
  const path = join(folder, 'cut.jsonl');
  rmSync(path, { force: true });
  const whole = await twoParts(path);
  const before = await readRun(path, { isRunning: false });
  writeFileSync(path, whole.subarray(0, -1));
  expect((await check(path)).findings).toEqual([]);
  expect(await readRun(path, { isRunning: false })).toEqual(before);
  expect(before).toMatchObject({ state: 'finished' });
});

test('a part that a crash tore and another one continued is no fault, and is said', async () => {
  const { findings, notes } = await checkLines((lines) =>
    lines.toSpliced(4, 2, (lines[4] ?? '').slice(0, 30)),
  );
  expect(findings).toEqual([]);
  expect(notes).toEqual([
    'line 5: not whole, and continued after it: a crash or a change, which cannot be told apart',
  ]);
});

test('a file without a run is a change at its first line', async () => {
  const path = join(folder, 'none.jsonl');
  writeFileSync(path, 'a shopping list\n');
  expect((await check(path)).findings[0]).toEqual({
    kind: 'changed',
    line: 1,
    what: 'no run begins here',
  });
});

test('a journal that cannot be read is said to be so: nothing is known of it', async () => {
  const path = join(folder, 'folder.jsonl');
  mkdirSync(path);
  const what = 'it is a folder (EISDIR)';
  expect((await check(path)).findings).toEqual([{ kind: 'unreadable', what }]);
});

test('a part that began before the one above it ended is said, and is no fault', async () => {
  const path = join(folder, 'clock.jsonl');
  rmSync(path, { force: true });
  await addPart(path, 'a', { at: '2026-01-02T00:00:00.000Z' });
  await addPart(path, 'b', { isAdded: true });
  expect(await check(path)).toMatchObject({
    findings: [],
    notes: ['line 7: begun before the part above it ended, by its clock'],
  });
});

test('a journal of format 1 is said to have nothing that can be checked', async () => {
  const path = join(folder, 'old.jsonl');
  writeFileSync(path, '{"run":{"version":1,"provider":"memory"}}\n');
  expect(await check(path)).toMatchObject({
    findings: [],
    notes: ['format 1 has no checksums: nothing can be said of its content'],
  });
});

test('a journal of a later format is said to be one, and nothing in it counts as an outcome', async () => {
  const path = join(folder, 'later.jsonl');
  rmSync(path, { force: true });
  const [head = '', ...lines] = (await twoParts(path)).toString().split('\n').slice(1);
  const later = Buffer.from(`${head.replace(`"format":${FORMAT}`, '"format":9')}\n`);
  seal(later, 0);
  writeFileSync(path, `${later}${lines.slice(0, 3).join('\n')}\n`);
  expect(await check(path)).toMatchObject({
    findings: [],
    notes: ['format 9 is of a later version: nothing can be said of its content'],
  });
  const said = [];
  for await (const outcome of lastWords(path)) said.push(outcome);
  expect(said).toEqual([]);
});

test('a run whose end line is not what was written has no end', async () => {
  const path = join(folder, 'end.jsonl');
  rmSync(path, { force: true });
  const text = (await twoParts(path)).toString();
  writeFileSync(path, text.slice(0, -200) + text.slice(-200).replace('"exit":0', '"exit":1'));
  expect(await readRun(path, { isRunning: false })).toMatchObject({
    state: 'unfinished',
    exit: undefined,
    hash: undefined,
  });
});

test('a run that goes on has no end yet, which is no fault', async () => {
  const path = join(folder, 'running.jsonl');
  rmSync(path, { force: true });
  await twoParts(path);
  writeFileSync(path, readFileSync(path, 'utf8').split('\n').slice(0, -2).join('\n'));
  const run = await readRun(path, { isRunning: true });
  if (!run) throw new Error('it has gone');
  expect(await checkRun(run)).toMatchObject({ findings: [], notes: ['it is running'] });
});

describe('runs that others name as those before them', () => {
  let record = '';
  beforeEach(() => void (record = mkdtempSync(join(folder, 'record-'))));

  async function add(name: string, previous: readonly string[] = []) {
    await addPart(join(record, name), name, { previous });
    return runOf(name);
  }

  async function runOf(name: string) {
    const run = await readRun(join(record, name), { isRunning: false });
    if (!run) throw new Error('it has gone');
    return run;
  }

  async function missing(name: string, others: readonly RecordedRun[] = []) {
    const [checked] = await checkRecord(record, [await runOf(name)], others);
    return checked?.findings;
  }

  function pruned(hash: string): void {
    const runs = [{ hashes: [hash] }];
    writeFileSync(
      join(record, '.pruned.jsonl'),
      `${JSON.stringify({ pruned: { at: AT, runs } })}\n`,
    );
  }

  test('one that is gone is missing, and one that is there or was pruned is not', async () => {
    const first = await add('first.jsonl');
    const hash = first.hash ?? '';
    await add('second.jsonl', [hash]);
    expect(await missing('second.jsonl', [first])).toEqual([]);
    expect(await missing('second.jsonl')).toEqual([{ kind: 'missing', hash }]);
    pruned(hash);
    expect(await missing('second.jsonl')).toEqual([]);
  });

  test('one that was continued since is known by the hash that it had then', async () => {
    const first = await add('first.jsonl');
    await add('second.jsonl', [first.hash ?? '']);
    await addPart(join(record, 'first.jsonl'), 'more', { isAdded: true });
    expect((await runOf('first.jsonl')).hash).not.toBe(first.hash);
    expect(await missing('second.jsonl', [await runOf('first.jsonl')])).toEqual([]);
  });

  test('one that ended last, that no other names, is missing too, but for one that was pruned', async () => {
    const last = await add('last.jsonl');
    const hash = last.hash ?? '';
    addFinishedRun(record, AT, hash.slice('sha256:'.length));
    expect(missingAtTheEnd(record, await checkRecord(record, [last], [last]))).toEqual([]);
    expect(missingAtTheEnd(record, [])).toEqual([hash]);
    pruned(hash);
    expect(missingAtTheEnd(record, [])).toEqual([]);
  });
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
