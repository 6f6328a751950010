/** Durability: what is on disk before anything is sent, and what is said when it is not. */
import * as realFs from 'node:fs';
import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Batch } from '../engine/batcher.js';
import type { Outcome } from '../contract/provider.js';
import { FORMAT, type JournalHead } from './format.js';
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
