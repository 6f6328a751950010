/** Durability: what is on disk before anything is sent, and what is said when it is not. */
import * as realFs from 'node:fs';
import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Batch } from '../engine/batcher.js';
import { active } from '../contract/lane.js';
import type { Outcome } from '../contract/provider.js';
import { FORMAT, type JournalHead } from './format.js';
import { readPriorRun } from './prior-run.js';
import { readJournal } from './reader.js';
import { openJournal, type JournalOptions } from './writer.js';

const fs = jest.requireActual<typeof realFs>('node:fs');

let folder = '';
let path = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'revoke-writer-'));
  path = join(folder, 'j');
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

const HEAD: JournalHead = {
  format: FORMAT,
  id: 'abc12345',
  version: '0.2.0',
  started_at: '2026-01-01T00:00:00.000Z',
  command: ['revoke'],
  providers: [{ provider: 'memory', endpoint: 'https://one.example', scope: {} }],
  terms: {},
  sources: [],
};

function begin(given: Partial<JournalOptions> = {}) {
  const lock = { isLost: () => false, release: jest.fn() };
  return openJournal({ path, head: HEAD, now: () => 7, lock, ...given });
}

const batchOf = (...ids: string[]): Batch => ({
  entries: ids.map((id) => ({ target: { id }, key: id })),
  firstTriedAt: undefined,
});

const revoked = (target: string): Outcome => ({
  provider: 'memory',
  target,
  status: 'revoked',
  at: '1970-01-01T00:00:00.007Z',
});

async function kindsOf(): Promise<readonly string[]> {
  const kinds: string[] = [];
  for await (const { kind } of readJournal(path)) kinds.push(kind);
  return kinds;
}

test('intents are flushed to disk before they may be sent', async () => {
  const journal = begin();
  const flushes: { text: string; done: (error: Error | null) => void }[] = [];
  jest
    .spyOn(fs, 'fdatasync')
    .mockImplementation(
      ((_fd: number, done: (error: Error | null) => void) =>
        void flushes.push({ text: readFileSync(path, 'utf8'), done })) as typeof fs.fdatasync,
    );
  let mayBeSent = false;
  const intents = journal.writeIntents([batchOf('jti_1')]).then(() => (mayBeSent = true));
  await new Promise(setImmediate);
  expect(flushes).toHaveLength(1);
  expect(flushes[0]?.text).toContain('{"intent":["jti_1"],"at":"1970-01-01T00:00:00.007Z"');
  expect(mayBeSent).toBe(false);
  flushes[0]?.done(null);
  await intents;
  expect(mayBeSent).toBe(true);
});

test('intents whose flush fails are an error of the journal, and may not be sent', async () => {
  const journal = begin();
  jest
    .spyOn(fs, 'fdatasync')
    .mockImplementation(((_fd: number, done: (error: Error) => void) =>
      done(Object.assign(new Error('I/O'), { code: 'EIO' }))) as unknown as typeof fs.fdatasync);
  await expect(journal.writeIntents([batchOf('a')])).rejects.toMatchObject({
    code: 'journal_failed',
    message: expect.stringContaining('EIO') as string,
  });
});

test('the last outcomes and the end are flushed when a journal is closed', async () => {
  const journal = begin();
  journal.writeOutcomes([revoked('a')], [JSON.stringify(revoked('a'))], ['a']);
  const flushed: string[] = [];
  const flush = fs.fdatasync;
  jest.spyOn(fs, 'fdatasync').mockImplementation(((fd: number, done: () => void) => {
    flushed.push(readFileSync(path, 'utf8'));
    flush(fd, done);
  }) as typeof fs.fdatasync);
  await journal.close({ exit: 0, counts: { revoked: 1 } });
  expect(flushed).toHaveLength(1);
  expect(flushed[0]).toContain('"target":"a"');
  expect(flushed[0]).toContain('{"end":');
});

test('the name of a new journal is flushed with its folder', () => {
  const synced: boolean[] = [];
  const sync = fs.fsyncSync;
  jest.spyOn(fs, 'fsyncSync').mockImplementation((fd) => {
    synced.push(fs.fstatSync(fd).isDirectory());
    sync(fd);
  });
  begin();
  expect(synced).toEqual([true]);
});

test('a write that takes only a part of its bytes is continued until all are there', async () => {
  const write = fs.writeSync;
  let calls = 0;
  jest.spyOn(fs, 'writeSync').mockImplementation(((fd: number, bytes: Uint8Array, at: number) => {
    calls += 1;
    return write(fd, bytes, at, Math.min(5, bytes.length - at));
  }) as unknown as typeof fs.writeSync);
  const journal = begin();
  await journal.writeIntents([batchOf('a', 'ü')]);
  journal.writeOutcomes([revoked('a')], [JSON.stringify(revoked('a'))], ['a']);
  await journal.close({ exit: 0, counts: { revoked: 1 } });
  expect(calls).toBeGreaterThan(50);
  expect(await kindsOf()).toEqual(['head', 'intent', 'outcome', 'end']);
});

test('a write that takes nothing is an error, not a loop', async () => {
  const journal = begin();
  jest.spyOn(fs, 'writeSync').mockReturnValue(0);
  await expect(journal.writeIntents([batchOf('a')])).rejects.toMatchObject({
    code: 'journal_failed',
    message: expect.stringContaining('the device failed (EIO)') as string,
  });
});

test('a line that could not be written whole spoils neither the next one nor claims an end', async () => {
  const journal = begin();
  const write = fs.writeSync;
  const spy = jest.spyOn(fs, 'writeSync').mockImplementation(((fd: number, bytes: Uint8Array) => {
    write(fd, bytes, 0, 10);
    throw Object.assign(new Error('full'), { code: 'ENOSPC' });
  }) as unknown as typeof fs.writeSync);
  await expect(journal.writeIntents([batchOf('a')])).rejects.toMatchObject({
    message: expect.stringContaining('ENOSPC') as string,
  });
  spy.mockRestore();
  journal.writeOutcomes([revoked('b')], [JSON.stringify(revoked('b'))], ['b']);
  expect(await journal.close({ exit: 1, counts: { revoked: 1 } })).toBeUndefined();
  expect(await kindsOf()).toEqual(['head', 'unreadable', 'outcome']);
});

test('nothing is written once another process has taken the journal over', async () => {
  let isLost = false;
  const release = jest.fn();
  const journal = begin({ lock: { isLost: () => isLost, release } });
  const before = readFileSync(path, 'utf8');
  isLost = true;
  await expect(journal.writeIntents([batchOf('a')])).rejects.toMatchObject({
    code: 'journal_failed',
    message: expect.stringContaining('taken over') as string,
  });
  expect(readFileSync(path, 'utf8')).toBe(before);
  await journal.close();
  expect(release).toHaveBeenCalledTimes(1);
});

test('a journal is private, and is not written through a link', () => {
  begin();
  expect(statSync(path).mode & 0o777).toBe(0o600);
  const precious = join(folder, 'precious');
  writeFileSync(precious, '');
  symlinkSync(precious, join(folder, 'link'));
  const release = jest.fn();
  const options = { path: join(folder, 'link'), lock: { isLost: () => false, release } };
  expect(() => begin(options)).toThrow('ELOOP');
  expect(release).toHaveBeenCalledTimes(1);
  expect(readFileSync(precious, 'utf8')).toBe('');
});

test('a file with lines in it is not begun again, and an empty one may be filled', () => {
  writeFileSync(path, '');
  begin();
  expect(() => begin()).toThrow(`the journal ${path} exists`);
});

const failing = (code: string) => () => {
  throw Object.assign(new Error(code), { code });
};
const linesOf = () => readFileSync(path, 'utf8').split('\n');
const outcomesOf = () =>
  linesOf()
    .filter((line) => line.startsWith('{"outcome"'))
    .map((line) => JSON.parse(line) as { outcome: Outcome; key?: string });

test('outcomes of targets that were not sent are not written, and nothing is where there are no others', () => {
  const journal = begin();
  const outcomes = (['skipped', 'planned', 'failed'] as const).map((status) => ({
    ...revoked(status),
    status,
  }));
  const lines = outcomes.map((one) => JSON.stringify(one));
  const write = jest.spyOn(fs, 'writeSync');
  journal.writeOutcomes(outcomes.slice(0, 2), lines.slice(0, 2), ['skipped', 'planned']);
  expect(write).not.toHaveBeenCalled();
  journal.writeOutcomes(outcomes, lines, ['skipped', 'planned', 'failed']);
  expect(outcomesOf().map(({ outcome }) => outcome.target)).toEqual(['failed']);
});

test('an outcome names the key of its target where that is not the target itself', () => {
  const outcomes = [revoked('a'), revoked('b'), revoked('c')];
  const lines = outcomes.map((one) => JSON.stringify(one));
  begin().writeOutcomes(outcomes, lines, ['a', 'key "of" b']);
  expect(outcomesOf().map(({ key }) => key)).toEqual([undefined, 'key "of" b', undefined]);
});

test('an outcome that cannot be written is an error of the journal', () => {
  const journal = begin();
  jest.spyOn(fs, 'writeSync').mockImplementation(failing('ENOSPC'));
  expect(() => journal.writeOutcomes([revoked('a')], ['{}'], ['a'])).toThrow('the disk is full');
});

test('intents carry when their targets were first tried, and what was seen of each', async () => {
  const journal = begin();
  const before = { result: active(), at: 5 };
  const entry = (id: string, seen: object = {}) => ({ target: { id }, key: id, ...seen });
  const firstTriedAt = 3;
  await journal.writeIntents([
    { entries: [entry('a'), entry('b', { before })], firstTriedAt },
    { entries: [entry('c')], firstTriedAt: undefined },
  ]);
  const intents = linesOf()
    .filter((line) => line.startsWith('{"intent"'))
    .map((line) => JSON.parse(line) as object);
  expect(intents).toMatchObject([
    {
      intent: ['a', 'b'],
      at: '1970-01-01T00:00:00.003Z',
      seen: [null, { state: 'active', checked_at: '1970-01-01T00:00:00.005Z' }],
    },
    { intent: ['c'], at: '1970-01-01T00:00:00.007Z' },
  ]);
  expect(intents[1]).not.toHaveProperty('seen');
});

test('a journal that goes on knows what its earlier run knew, and begins a part on a line of its own', async () => {
  const first = begin();
  expect(first.priorState('a')).toBeUndefined();
  await first.writeIntents([batchOf('a', 'b')]);
  first.writeOutcomes([revoked('a')], [JSON.stringify(revoked('a'))], ['a']);
  await first.close();
  writeFileSync(path, '{"torn', { flag: 'a' });
  const journal = begin({ prior: await readPriorRun(path) });
  expect(journal.priorState('a')).toBe('done');
  expect(journal.priorState('b')).toEqual({ triedAt: 7 });
  expect(journal.priorState('c')).toBeUndefined();
  const lines = linesOf();
  expect(lines.at(-3)).toBe('{"torn');
  expect(lines.at(-2)).toMatch(/^\{"run":/);
});

test('a run adds its part to a file that has those of others', async () => {
  await begin().close();
  await begin({ isAdded: true }).close();
  expect(linesOf().filter((line) => line.startsWith('{"run":'))).toHaveLength(2);
  expect(linesOf()[0]).toBe('');
});

test('a brief journal is flushed for its intents, and neither with its folder nor at its end', async () => {
  const folderFlush = jest.spyOn(fs, 'fsyncSync');
  const flush = jest.spyOn(fs, 'fdatasync');
  const journal = begin({ isBrief: true });
  await journal.writeIntents([batchOf('a')]);
  expect(flush).toHaveBeenCalledTimes(1);
  await journal.close({ exit: 0, counts: {} });
  expect(flush).toHaveBeenCalledTimes(1);
  expect(folderFlush).not.toHaveBeenCalled();
});

test.each<[string, boolean]>([
  ['EINVAL', true],
  ['EROFS', true],
  ['ENOTSUP', true],
  ['EIO', false],
])(
  'a last flush that ends with %s closes the journal without an error: %s',
  async (code, isFine) => {
    const release = jest.fn();
    const journal = begin({ lock: { isLost: () => false, release } });
    jest
      .spyOn(fs, 'fdatasync')
      .mockImplementation(((_fd: number, done: (error: Error) => void) =>
        done(Object.assign(new Error('I/O'), { code }))) as unknown as typeof fs.fdatasync);
    const close = jest.spyOn(fs, 'closeSync');
    const closing = journal.close();
    if (isFine) await closing;
    else await expect(closing).rejects.toMatchObject({ code: 'journal_failed' });
    expect([close.mock.calls.length, release.mock.calls.length]).toEqual([1, 1]);
  },
);

test('a journal whose head cannot be written is closed, and its lock released', () => {
  jest.spyOn(fs, 'writeSync').mockImplementation(failing('ENOSPC'));
  const close = jest.spyOn(fs, 'closeSync');
  const release = jest.fn();
  expect(() => begin({ lock: { isLost: () => false, release } })).toThrow('ENOSPC');
  expect([close.mock.calls.length, release.mock.calls.length]).toEqual([1, 1]);
});

test('a journal that is there says how to go on', () => {
  writeFileSync(path, 'x');
  expect(() => begin()).toThrow(
    expect.objectContaining({ hint: `continue it with --resume ${path}, or name another` }),
  );
});
