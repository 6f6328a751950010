/** The journal by its file alone: what is written, what damage does, what a later run learns. */
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { active } from '../contract/lane.js';
import type { Batch, Sighting } from '../engine/batcher.js';
import type { Outcome, Status } from '../contract/provider.js';
import { isFinal } from '../contract/final-outcome.js';
import { FORMAT, type JournalHead, type SeenBefore } from './format.js';
import { assertSame } from './join-heads.js';
import { readPriorRun } from './prior-run.js';
import { readJournal, type JournalEntry } from './reader.js';
import { openJournal, type Journal } from './writer.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'revoke-journal-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const HEAD: JournalHead = {
  format: FORMAT,
  id: 'abc12345',
  version: '0.2.0',
  started_at: '2026-01-01T00:00:00.000Z',
  command: ['revoke', 'memory', '--force'],
  providers: [{ provider: 'memory', endpoint: 'https://one.example', scope: { app_id: 'a' } }],
  terms: {},
  sources: [{ kind: 'arguments', targets: [] }],
};
const noLock = { isLost: () => false, release: () => undefined };
const START = Date.parse('2026-01-01T00:00:10.000Z');

function begin(path: string, given: { head?: Partial<JournalHead>; now?: number } = {}): Journal {
  return openJournal({
    path,
    head: { ...HEAD, ...given.head },
    now: () => given.now ?? START,
    lock: noLock,
    hash: createHash('sha256'),
  });
}

function batchOf(
  keys: readonly string[],
  more: { firstTriedAt?: number; seen?: readonly (SeenBefore | undefined)[] } = {},
): Batch {
  const { firstTriedAt, seen = [] } = more;
  return {
    entries: keys.map((key, index) => {
      const before = seen[index];
      return { target: { id: key }, key, ...(before && { before: sightingOf(before) }) };
    }),
    firstTriedAt,
  };
}

function sightingOf({ checked_at: at, expires_at: end }: SeenBefore): Sighting {
  const expiresAt = end === undefined ? undefined : Date.parse(end);
  return { result: active({ expiresAt }), at: Date.parse(at) };
}

function settle(journal: Journal, states: readonly (readonly [string, Status, string?])[]): void {
  const outcomes = states.map(([target, status, code]): Outcome => ({
    provider: 'memory',
    target,
    status,
    at: '2026-01-01T00:00:10.000Z',
    ...(code !== undefined && { error: { code, message: '' } }),
  }));
  journal.writeOutcomes(
    outcomes,
    outcomes.map((one) => JSON.stringify(one)),
    states.map(([id]) => id),
  );
}

async function entriesOf(path: string): Promise<JournalEntry[]> {
  const entries: JournalEntry[] = [];
  for await (const entry of readJournal(path, { checkHashes: true })) entries.push(entry);
  return entries;
}

/** A journal with one run: `a` revoked, `b` unknown, `c` only begun. */
async function written(path: string): Promise<Buffer> {
  const journal = begin(path);
  await journal.writeIntents([batchOf(['a', 'b']), batchOf(['c'])]);
  settle(journal, [
    ['a', 'revoked'],
    ['b', 'unknown'],
  ]);
  await journal.close({ exit: 4, counts: { revoked: 1, unknown: 1 } });
  return readFileSync(path);
}

/** What is known of targets, as a text to compare. */
async function statesOf(path: string, keys: readonly string[]) {
  const prior = await readPriorRun(path);
  return Object.fromEntries(keys.map((key) => [key, prior.priorState(key)]));
}

test('a part is a blank line, its head, intents, outcomes and an end, each line with a checksum', async () => {
  const path = join(folder, 'j');
  const text = (await written(path)).toString();
  expect(text.startsWith('\n{"run":{"format":2,')).toBe(true);
  const lines = text.split('\n').slice(1, -1);
  for (const line of lines) expect(line).toMatch(/,"crc":"[0-9a-f]{8}"\}$/);
  expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { run: HEAD },
    { intent: ['a', 'b'], at: '2026-01-01T00:00:10.000Z' },
    { intent: ['c'], at: '2026-01-01T00:00:10.000Z' },
    { outcome: { target: 'a', status: 'revoked', at: '2026-01-01T00:00:10.000Z' } },
    { outcome: { target: 'b', status: 'unknown' } },
    { end: { exit: 4, counts: { revoked: 1, unknown: 1 } }, sha256: expect.any(String) as string },
  ]);
});

test('the checksum of a line is CRC-32, continued from the checksum of its head', async () => {
  const path = join(folder, 'j');
  const { crc32 } = await import('node:zlib');
  const [head = '', ...lines] = (await written(path)).toString().split('\n').slice(1, -1);
  const bodyOf = (line: string) => line.slice(0, -18);
  const hex = (crc: number) => crc.toString(16).padStart(8, '0');
  const seed = crc32(bodyOf(head));
  expect(head.slice(-10, -2)).toBe(hex(seed));
  for (const line of lines) expect(line.slice(-10, -2)).toBe(hex(crc32(bodyOf(line), seed)));
});

test('the hash of an end line is the SHA-256 of its part from the head to that hash', async () => {
  const path = join(folder, 'j');
  const bytes = await written(path);
  const at = bytes.indexOf(',"sha256":"');
  const hash = createHash('sha256').update(bytes.subarray(1, at)).digest('hex');
  expect(bytes.subarray(at + 11, at + 75).toString()).toBe(hash);
});

test('a short part and a long one are hashed alike', async () => {
  const paths = [join(folder, 'short'), join(folder, 'long')];
  for (const [index, path] of paths.entries()) {
    const hash = index === 0 ? undefined : createHash('sha256');
    const journal = openJournal({ path, head: HEAD, now: () => START, lock: noLock, hash });
    await journal.writeIntents([batchOf(['ü'])]);
    settle(journal, [['ü', 'revoked']]);
    await journal.close({ exit: 0, counts: { revoked: 1 } });
  }
  const [short = '', long = ''] = paths.map((path) => readFileSync(path, 'utf8'));
  expect(short).toBe(long);
  expect((await entriesOf(paths[0] as string)).at(-1)).toMatchObject({
    kind: 'end',
    isIntact: true,
  });
});

test('a flipped byte anywhere never makes anything done, and is seen', async () => {
  const path = join(folder, 'j');
  const bytes = await written(path);
  const whole = await statesOf(path, ['a', 'b', 'c']);
  const head = bytes.indexOf('}\n') + 2;
  const end = bytes.indexOf('{"end"');
  for (let at = 0; at < bytes.length; at++) {
    const damaged = Buffer.from(bytes);
    damaged[at] = (damaged[at] as number) ^ (1 << (at % 8));
    writeFileSync(path, damaged);
    if (at < head) {
      await expect(readPriorRun(path)).rejects.toThrow('is not a journal');
      continue;
    }
    const prior = await readPriorRun(path);
    const isLast = at >= end;
    if (at > 0 && !isLast) expect([at, prior.damaged > 0]).toEqual([at, true]);
    for (const key of ['a', 'b', 'c']) {
      const state = prior.priorState(key);
      if (state === 'done') expect([at, key, whole[key]]).toEqual([at, key, 'done']);
      // The moment of a first try may be lost; then no later one is taken for it.
      else expect([at, key, (state ?? Infinity) <= START]).toEqual([at, key, true]);
    }
    if (at < end && at % 7 > 0) continue;
    const entries = await entriesOf(path);
    const bad = entries.filter(
      (entry) => entry.kind === 'unreadable' || (entry.kind === 'end' && entry.isIntact === false),
    );
    // The blank line before a head belongs to no part, and the last newline to no line.
    if (at > 0 && at < bytes.length - 1) expect([at, bad.length > 0]).toEqual([at, true]);
  }
});

test('a journal that ends at any byte loses no line before that byte', async () => {
  const path = join(folder, 'j');
  const bytes = await written(path);
  for (let end = 0; end <= bytes.length; end++) {
    const cut = bytes.subarray(0, end);
    writeFileSync(path, cut);
    // A line that lacks its newline alone is whole.
    const lines = bytes.toString().split('\n').slice(1, -1);
    for (let size = bytes.length - 1; size > end; size -= Buffer.byteLength(lines.pop() ?? '') + 1);
    if (lines.length === 0) continue;
    const has = (word: string) => lines.some((line) => line.startsWith(word));
    const prior = await readPriorRun(path);
    expect(prior.damaged).toBe(0);
    expect(prior.priorState('a') === 'done').toBe(
      has('{"outcome":{"provider":"memory","target":"a"'),
    );
    expect(prior.priorState('b')).toBe(has('{"intent":["a"') ? START : undefined);
    expect(prior.priorState('c')).toBe(has('{"intent":["c"') ? START : undefined);
  }
});

test('a line of another journal is unreadable, wherever it is put', async () => {
  const [one, two] = [join(folder, 'one'), join(folder, 'two')];
  await written(one);
  const journal = begin(two, { head: { id: 'other000' } });
  await journal.writeIntents([batchOf(['z'])]);
  settle(journal, [['z', 'revoked']]);
  await journal.close();
  const [, , foreign = ''] = readFileSync(two, 'utf8').split('\n').slice(1, -1);
  writeFileSync(one, `${readFileSync(one, 'utf8')}${foreign}\n`);
  const prior = await readPriorRun(one);
  expect(prior.priorState('z')).not.toBe('done');
  expect(prior.damaged).toBe(1);
});

test('journals joined in any order say the same, and the earliest try counts', async () => {
  const status = fc.constantFrom<Status>('revoked', 'unknown', 'failed', 'alive', 'skipped');
  const runs = fc.array(
    fc.record({
      at: fc.integer({ min: 0, max: 1000 }),
      targets: fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.option(status)),
      cut: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
    }),
    { minLength: 1, maxLength: 4 },
  );
  await fc.assert(
    fc.asyncProperty(runs, fc.infiniteStream(fc.nat()), async (all, random) => {
      const files: Buffer[] = [];
      for (const [index, { at, targets, cut }] of all.entries()) {
        const path = join(folder, `j${Math.random()}`);
        const journal = begin(path, { head: { id: `run${index}` }, now: START + at });
        const keys = Object.keys(targets);
        if (keys.length > 0) await journal.writeIntents([batchOf(keys)]);
        settle(
          journal,
          keys.flatMap((key) => (targets[key] ? [[key, targets[key]] as const] : [])),
        );
        await journal.close({ exit: 0, counts: {} });
        const bytes = readFileSync(path);
        const head = bytes.indexOf('}\n') + 2;
        files.push(
          cut === null ? bytes : bytes.subarray(0, head + Math.floor(cut * (bytes.length - head))),
        );
      }
      const joined = join(folder, 'joined');
      writeFileSync(joined, Buffer.concat(files));
      const keys = ['a', 'b', 'c', 'd'];
      const inOrder = await statesOf(joined, keys);
      const shuffled = [...files].sort(() => ((random.next().value as number) % 2 ? 1 : -1));
      writeFileSync(joined, Buffer.concat(shuffled));
      expect(await statesOf(joined, keys)).toEqual(inOrder);
      writeFileSync(joined, Buffer.concat([...files].reverse()));
      expect(await statesOf(joined, keys)).toEqual(inOrder);
    }),
    { numRuns: 60 },
  );
});

test('the earliest try counts where a later journal stands before an earlier one', async () => {
  const path = join(folder, 'j');
  for (const now of [5000, 1000, 3000]) {
    const part = join(folder, `part${now}`);
    const journal = begin(part, { now });
    await journal.writeIntents([batchOf(['a'])]);
    await journal.close();
    writeFileSync(path, readFileSync(part), { flag: 'a' });
  }
  expect((await readPriorRun(path)).priorState('a')).toBe(1000);
});

test('a damaged line takes the start of the run for the first try of every open target', async () => {
  const path = join(folder, 'j');
  const text = (await written(path)).toString();
  writeFileSync(path, text.replace('{"intent":["c"]', '{"intent":["x"]'));
  const prior = await readPriorRun(path);
  expect(prior.damaged).toBe(1);
  const start = Date.parse(HEAD.started_at);
  expect(['a', 'b', 'c', 'never'].map((key) => prior.priorState(key))).toEqual([
    'done',
    start,
    start,
    start,
  ]);
});

test('a line that a crash tore before a resume is torn, and not damage', async () => {
  const path = join(folder, 'j');
  const bytes = await written(path);
  const half = bytes.subarray(0, bytes.indexOf('{"outcome"') + 20);
  writeFileSync(path, half);
  const journal = openJournal({
    path,
    head: HEAD,
    now: () => START,
    lock: noLock,
    prior: await readPriorRun(path),
    hash: undefined,
  });
  settle(journal, [['c', 'revoked']]);
  await journal.close({ exit: 0, counts: {} });
  const kinds = (await entriesOf(path)).map((entry) =>
    entry.kind === 'unreadable' ? entry.reason : entry.kind,
  );
  expect(kinds).toEqual(['head', 'intent', 'intent', 'torn', 'head', 'outcome', 'end']);
  expect((await readPriorRun(path)).damaged).toBe(0);
});

test('what was seen before a request is given back, the latest look of several', async () => {
  const path = join(folder, 'j');
  const seen = (checked_at: string): SeenBefore => ({ state: 'active', checked_at });
  const early = seen('2026-01-01T00:00:01.000Z');
  const late = { ...seen('2026-01-01T00:00:05.000Z'), expires_at: '2026-01-02T00:00:00.000Z' };
  const journal = begin(path);
  await journal.writeIntents([batchOf(['a', 'b'], { seen: [late, undefined] })]);
  await journal.writeIntents([batchOf(['a'], { seen: [early] })]);
  await journal.close();
  const prior = await readPriorRun(path);
  expect(prior.priorSeen('a')).toEqual(late);
  expect(prior.priorSeen('b')).toBeUndefined();
});

test.each<[Status | 'melted', string | undefined, boolean]>([
  ['revoked', undefined, true],
  ['already_revoked', undefined, true],
  ['accepted', undefined, true],
  ['failed', 'not_found', true],
  ['failed', 'cannot_revoke', true],
  ['failed', 'refused', true],
  ['failed', 'a_plugin_s_own', true],
  ['failed', 'credentials_rejected', false],
  ['failed', 'unreachable', false],
  ['failed', 'tls_failed', false],
  ['failed', 'no_token_api', false],
  ['failed', 'rate_limited', false],
  ['failed', 'interrupted', false],
  ['failed', 'bad_input', false],
  ['alive', 'still_active', false],
  ['unknown', 'no_answer', false],
  ['skipped', undefined, false],
  ['planned', undefined, false],
  ['melted', undefined, false],
])('an outcome that is %s with code %s is final: %s', (status, code, expected) => {
  const error = code === undefined ? {} : { error: { code, message: '' } };
  expect(isFinal({ status: status as Status, ...error })).toBe(expected);
});

test('targets that were begun and have no final outcome are given with their last status', async () => {
  const path = join(folder, 'j');
  await written(path);
  expect([...(await readPriorRun(path)).open()]).toEqual([
    ['b', { target: 'b', status: 'unknown' }],
    ['c', { target: undefined, status: 'unknown' }],
  ]);
});

test.each([
  ['nothing', '', 'is not a journal'],
  ['text', 'jti_1\njti_2\n', 'is not a journal'],
  ['a list of JSON', '{"jti":"jti_1"}\nnull\n7\n"x"\n[]\n', 'is not a journal'],
  ['heads of odd shapes', '{"run":5}\n{"run":null}\n{"run":{}}\n{"run":[]}\n', 'is not a journal'],
  ['a run of format 1', '\n{"run":{"version":1,"provider":"x","sources":[]}}\n', 'has format 1'],
])(
  'a file with %s cannot be continued, and says why with exit code 2',
  async (_what, text, why) => {
    const path = join(folder, 'j');
    writeFileSync(path, text);
    await expect(readPriorRun(path)).rejects.toMatchObject({
      message: expect.stringContaining(why) as string,
      kind: 'usage',
    });
  },
);

test('a run of a later format cannot be continued', async () => {
  const path = join(folder, 'j');
  const journal = begin(path, { head: { format: 3 as typeof FORMAT } });
  await journal.close();
  await expect(readPriorRun(path)).rejects.toMatchObject({
    message: expect.stringContaining('has format 3') as string,
    kind: 'usage',
  });
});

test('a head whose parts have other types than they should is no head, whatever it holds', async () => {
  const path = join(folder, 'j');
  const odd = fc.oneof(
    fc.constantFrom(null, 5, true, '', [], {}, [null], [{}], { a: {} }),
    fc.jsonValue(),
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...Object.keys(HEAD)), odd, async (name, value) => {
      rmSync(path, { force: true });
      await begin(path, { head: { [name]: value } }).close();
      const read = await readPriorRun(path).then(
        ({ head }) => head,
        (error: unknown) => error,
      );
      if (read instanceof Error) expect(read).toMatchObject({ kind: 'usage' });
      else expect(JSON.parse(JSON.stringify(read))).toMatchObject({ [name]: value as object });
    }),
    { numRuns: 200 },
  );
});

test.each<[string, Partial<JournalHead>, string]>([
  [
    'endpoint',
    {
      providers: [{ provider: 'memory', endpoint: 'https://two.example', scope: { app_id: 'a' } }],
    },
    'another endpoint',
  ],
  [
    'account',
    {
      providers: [{ provider: 'memory', endpoint: 'https://one.example', scope: { app_id: 'b' } }],
    },
    'another app id',
  ],
  [
    'terms',
    { terms: { issuedBefore: '2026-01-01T00:00:00Z' } },
    'was begun without --issued-before',
  ],
])('joined journals with another %s are refused', async (_what, head, why) => {
  const path = join(folder, 'j');
  await begin(path).close();
  const other = join(folder, 'other');
  await begin(other, { head }).close();
  writeFileSync(path, readFileSync(other), { flag: 'a' });
  await expect(readPriorRun(path)).rejects.toMatchObject({
    message: expect.stringContaining(why) as string,
    kind: 'usage',
  });
});

test('a journal of another provider is refused, and one that lacks a provider of ours is not', () => {
  const one = { provider: 'one', endpoint: 'https://one.example', scope: {} };
  const two = { provider: 'two', endpoint: 'https://two.example', scope: {} };
  const of = (...providers: JournalHead['providers']) => ({ providers, terms: {} });
  expect(() => assertSame(of(one), of(two), 'j')).toThrow('another provider: one, not two');
  expect(() => assertSame(of(one, two), of(one), 'j')).toThrow('another provider: two, not one');
  expect(() => assertSame(of(one), of(one, two), 'j')).not.toThrow();
  const changed = { ...one, endpoint: 'https://other.example' };
  expect(() => assertSame(of(one), of(changed, two), 'j')).toThrow('another endpoint');
});

test('joined journals bring their parts, their sources, their runs and their added providers', async () => {
  const path = join(folder, 'all');
  const file = { kind: 'file', path: '/lists/a', size: 1, sha256: 'aa' } as const;
  const moved = { ...file, inode: '2' };
  const other = { kind: 'file', path: '/lists/b', size: 1, sha256: 'bb' } as const;
  const added = { provider: 'second', endpoint: 'https://second.example', scope: {} };
  const heads: Partial<JournalHead>[] = [
    { id: 'one', shard: '1/3', sources: [file] },
    { id: 'one', shard: '3/3', sources: [moved], providers: [...HEAD.providers, added] },
    { id: 'two', shard: '1/3', sources: [other], started_at: '2025-01-01T00:00:00.000Z' },
  ];
  for (const [index, head] of heads.entries()) {
    const part = join(folder, `part${index}`);
    await begin(part, { head }).close();
    writeFileSync(path, readFileSync(part), { flag: 'a' });
  }
  const { head } = await readPriorRun(path);
  expect(head).toMatchObject({
    id: 'one',
    joins: ['two'],
    shard: '1/3,3/3',
    started_at: '2025-01-01T00:00:00.000Z',
  });
  expect(head.sources).toHaveLength(2);
  expect(head.providers.map(({ provider }) => provider)).toEqual(['memory', 'second']);
});
