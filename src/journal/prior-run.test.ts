import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checksumOf, FORMAT, openLine, seal, type JournalHead } from './format.js';
import { readPriorRun } from './prior-run.js';

let path = '';
beforeEach(() => {
  path = join(mkdtempSync(join(tmpdir(), 'revoke-prior-')), 'j');
});
afterEach(() => rmSync(join(path, '..'), { recursive: true, force: true }));

const HEAD: JournalHead = {
  format: FORMAT,
  id: 'one',
  version: '0.2.0',
  started_at: '2026-01-01T00:00:00.000Z',
  command: ['revoke'],
  providers: [{ provider: 'toy', endpoint: 'https://one.example', scope: {} }],
  terms: {},
  sources: [],
};

const at = (seconds: number) =>
  new Date(Date.parse(HEAD.started_at) + seconds * 1000).toISOString();
const ms = (seconds: number) => Date.parse(at(seconds));
const intent = (seconds: number, keys: readonly string[], seen?: readonly unknown[]) => ({
  intent: keys,
  at: at(seconds),
  ...(seen && { seen }),
});
const outcome = (target: string, status: string, more: object = {}) => ({
  outcome: { provider: 'toy', target, status, at: at(9) },
  ...more,
});

/** Writes parts, each of a head and lines, as the program would; a line may be a damaged text. */
function write(
  ...parts: readonly (readonly [Partial<JournalHead>, ...(object | string)[]])[]
): void {
  let text = '';
  for (const [head, ...lines] of parts) {
    const first = line({ run: { ...HEAD, ...head } }, 0);
    const seed = checksumOf(Buffer.from(first.trim()), 0) ?? 0;
    text += `\n${first}`;
    for (const each of lines) text += typeof each === 'string' ? each : line(each, seed);
  }
  writeFileSync(path, text);
}

function line(value: object, seed: number): string {
  const bytes = Buffer.from(openLine(JSON.stringify(value).slice(0, -1)));
  seal(bytes, seed);
  return bytes.toString('utf8');
}

async function statesOf(...keys: readonly string[]) {
  const prior = await readPriorRun(path);
  return keys.map((key) => prior.priorState(key));
}

test('a target is done, was tried at a moment, or is not known', async () => {
  write([{}, intent(1, ['a', 'b']), outcome('a', 'revoked'), outcome('b', 'unknown')]);
  expect(await statesOf('a', 'b', 'c')).toEqual(['done', ms(1), undefined]);
});

test('the key of an outcome counts, and not what is shown of its target', async () => {
  write([{}, intent(1, ['k']), outcome('shown', 'revoked', { key: 'k' })]);
  expect(await statesOf('k', 'shown')).toEqual(['done', undefined]);
});

test('what is done stays done, whatever later lines say of it', async () => {
  write([{}, outcome('a', 'revoked'), intent(1, ['a']), outcome('a', 'unknown')]);
  expect(await statesOf('a')).toEqual(['done']);
  expect([...(await readPriorRun(path)).open()]).toEqual([]);
});

test('the earliest of several tries counts, in whatever order they stand', async () => {
  write([{}, intent(5, ['a']), intent(2, ['a', 'b']), intent(7, ['b'])]);
  expect(await statesOf('a', 'b')).toEqual([ms(2), ms(2)]);
});

test('a target that was begun is open with its last status, and unknown where it has none', async () => {
  write([
    {},
    intent(1, ['a', 'k', 'c']),
    outcome('a', 'unknown'),
    outcome('a', 'alive'),
    outcome('shown', 'skipped', { key: 'k' }),
    intent(2, ['a']),
    outcome('never begun', 'unknown'),
  ]);
  expect([...(await readPriorRun(path)).open()]).toEqual([
    ['a', { target: 'a', status: 'alive' }],
    ['k', { target: 'shown', status: 'skipped' }],
    ['c', { target: undefined, status: 'unknown' }],
  ]);
});

test('of several looks before requests the latest is given, also where one try saw nothing', async () => {
  const seen = (seconds: number) => ({ state: 'active', checked_at: at(seconds) });
  write([
    {},
    intent(1, ['a', 'b', 'c'], [seen(3), null, seen(1)]),
    intent(2, ['a', 'b', 'c'], [seen(2), seen(2), null]),
    intent(3, ['a']),
    intent(4, ['d'], [{ ...seen(1), method: 'first' }]),
    intent(5, ['d'], [{ ...seen(1), method: 'second' }]),
  ]);
  const prior = await readPriorRun(path);
  expect(['a', 'b', 'c', 'never'].map((key) => prior.priorSeen(key))).toEqual([
    seen(3),
    seen(2),
    seen(1),
    undefined,
  ]);
  expect(prior.priorSeen('d')?.method).toBe('second');
});

test('the final outcomes are given once each, the first of each key, in their order', async () => {
  write([
    {},
    outcome('a', 'unknown'),
    outcome('b', 'revoked'),
    outcome('a', 'revoked'),
    outcome('b', 'already_revoked'),
    outcome('a', 'accepted', { key: 'other a' }),
  ]);
  const given: string[] = [];
  for await (const { target, status } of (await readPriorRun(path)).outcomes())
    given.push(`${target} ${status}`);
  expect(given).toEqual(['b revoked', 'a revoked', 'a accepted']);
});

test('a damaged line is counted, and may have been a try of any target at the start of the run', async () => {
  write([{}, intent(1, ['a']), '{"intent":["b"],"crc":"00000000"}\n', outcome('c', 'revoked')]);
  const prior = await readPriorRun(path);
  expect(prior.damaged).toBe(1);
  expect(await statesOf('a', 'b', 'c')).toEqual([ms(0), ms(0), 'done']);
});

test('a try before the start of the run stays the earliest beside a damaged line', async () => {
  write([{}, intent(-5, ['a']), 'damage\n', intent(1, ['b'])]);
  expect(await statesOf('a', 'b')).toEqual([ms(-5), ms(0)]);
});

test('a line that a crash tore is no damage', async () => {
  write([{}, intent(1, ['a']), '{"outcome":{"pro'], [{}, intent(2, ['a'])]);
  expect((await readPriorRun(path)).damaged).toBe(0);
  expect(await statesOf('a', 'b')).toEqual([ms(1), undefined]);
});

test('the runs of a joined journal are one', async () => {
  write([{}, outcome('a', 'revoked')], [{ id: 'two' }, outcome('b', 'revoked')]);
  expect((await readPriorRun(path)).head).toMatchObject({ id: 'one', joins: ['two'] });
  expect(await statesOf('a', 'b')).toEqual(['done', 'done']);
});

test.each<[string, () => void, object]>([
  [
    'an empty file',
    () => writeFileSync(path, ''),
    {
      code: 'usage',
      message: 'is not a journal of revoke',
      hint: 'give the file that a run named at its end',
    },
  ],
  [
    'a journal whose head is damaged',
    () => writeFileSync(path, '\n{"run":\n{"intent":[]}\n'),
    { code: 'usage', message: 'is not a journal of revoke, or its first line is damaged' },
  ],
  [
    'the record of another command',
    () => write([{ action: 'create' }]),
    {
      code: 'other_journal',
      message: 'is the record of create, which cannot be continued',
      hint: 'show it: revoke log',
    },
  ],
  [
    'a journal of format 1',
    () => writeFileSync(path, '\n{"run":{"version":1}}\n'),
    {
      code: 'other_journal',
      message: 'has format 1, and this version continues only format 2',
      hint: 'continue it with the version that wrote it, or start a new run: what was revoked before is reported as such',
    },
  ],
  [
    'a journal of a later format',
    () => write([{ format: 3 as typeof FORMAT }]),
    {
      code: 'other_journal',
      message: 'has format 3, and this version continues only format 2',
      hint: 'continue it with the version that wrote it, or a later one',
    },
  ],
])(
  '%s cannot be continued: it says why',
  async (_what, make, { message, ...rest }: { message?: string }) => {
    make();
    const error = await readPriorRun(path).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ kind: 'usage', ...rest });
    expect(
      (error as Error).message
        .replace(path, '')
        .replace(/^the journal /, '')
        .trim(),
    ).toBe(message);
  },
);
