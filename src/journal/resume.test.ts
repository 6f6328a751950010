import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import type { SourceNote } from '../input/source-note.js';
import { writeJournal } from '../../test/support/made-journal.js';
import type { PriorRun } from './prior-run.js';
import { assertUnchanged, continueRun, filesOf } from './resume.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'revoke-resume-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const self = { pid: process.pid, isAlive: () => true };
const options = { self, isDryRun: false, wait: {} };
const of = (...sources: readonly SourceNote[]) => ({ head: { sources } }) as Pick<PriorRun, 'head'>;
const file = (path: string, more: object = {}) =>
  ({ kind: 'file', path, size: 1, ...more }) as const;
const stream = (name: string) => ({ kind: 'stream', name }) as const;

test('a run that is continued holds the lock of its journal until it is released', async () => {
  const path = join(folder, 'j');
  writeJournal(path, { outcomes: [] });
  const run = await continueRun(path, options);
  expect([run.path, run.head.id, existsSync(`${path}.lock`)]).toEqual([path, 'abcd1234', true]);
  await expect(continueRun(path, options)).rejects.toMatchObject({ code: 'journal_in_use' });
  run.lock?.release();
  expect(existsSync(`${path}.lock`)).toBe(false);
});

test('a journal that is not there says so, and leaves no lock', async () => {
  const path = join(folder, 'j');
  await expect(continueRun(path, options)).rejects.toMatchObject({
    kind: 'usage',
    message: `cannot read the journal ${path}: no such file or folder (ENOENT)`,
    hint: 'give the file that a run named at its end',
  });
  expect(existsSync(`${path}.lock`)).toBe(false);
});

test('a journal that cannot be continued says why, and leaves no lock', async () => {
  const path = join(folder, 'j');
  writeFileSync(path, 'words');
  await expect(continueRun(path, options)).rejects.toThrow('is not a journal of revoke');
  expect(existsSync(`${path}.lock`)).toBe(false);
});

test('a name that may be a secret is not shown where a journal cannot be read', async () => {
  const path = 'abcdefghijklmnopqrstuvwxyz0123456789';
  await expect(continueRun(path, options)).rejects.toMatchObject({
    message: expect.not.stringContaining(path) as string,
  });
});

test('a dry run reads a journal where no lock can be made, and any other run does not', async () => {
  const path = join(folder, 'j');
  writeJournal(path, { outcomes: [] });
  const wait = { sleep: async () => undefined };
  const closed = Object.assign(new Error('closed'), { code: 'EROFS' });
  // Root may write anywhere: here the lock fails while it names its owner.
  const owner = {
    get pid(): number {
      throw closed;
    },
    isAlive: () => false,
  };
  const dry = await continueRun(path, { self: owner, isDryRun: true, wait });
  expect([dry.lock, dry.head.id]).toEqual([undefined, 'abcd1234']);
  await expect(continueRun(path, { self: owner, isDryRun: false, wait })).rejects.toThrow(
    `cannot read the journal ${path}: the file system is read-only (EROFS)`,
  );
  closed.code = 'EIO';
  await expect(continueRun(path, { self: owner, isDryRun: true, wait })).rejects.toThrow('(EIO)');
});

test('the files of an earlier run are read again, each once, but for those that are given again', () => {
  const prior = of(file('/a'), file('/b', { sha256: 'b' }), file('/a', { sha256: 'a' }), {
    kind: 'arguments',
    targets: ['t'],
  });
  expect(filesOf(prior, [])).toEqual(['/a', '/b']);
  expect(filesOf(prior, [relative(process.cwd(), '/b')])).toEqual(['/a']);
});

test('a stream that an earlier run read must be given again', () => {
  const prior = of(stream('stdin'), stream('fd 3'), file('/a'));
  expect(() => filesOf(prior, [])).toThrow(
    expect.objectContaining({
      kind: 'usage',
      message: 'the targets of this journal came from stdin, fd 3',
      hint: 'give the same targets again: ... | revoke <provider> - --resume <journal>',
    }) as Error,
  );
  expect(filesOf(prior, ['-'])).toEqual(['/a']);
});

const STATE = { device: '1', inode: '2', mtime_ns: '3', ctime_ns: '4' };
test.each<[string, SourceNote, readonly SourceNote[]]>([
  [
    'of the same content, elsewhere on the disk',
    file('/a', { sha256: 'x', inode: '1' }),
    [file('/a', { sha256: 'x', inode: '2' })],
  ],
  ['too large to be hashed, and untouched', file('/a', STATE), [file('/a', STATE)]],
  ['named from another folder', file(resolve('a'), STATE), [stream('stdin'), file('a', STATE)]],
])('a file that is %s is the one that the earlier run read', (_what, before, now) => {
  expect(() => assertUnchanged(of(stream('x'), before), now)).not.toThrow();
});

test.each<[string, SourceNote, readonly SourceNote[]]>([
  [
    'of another content',
    file('/a', { ...STATE, sha256: 'x' }),
    [file('/a', { ...STATE, sha256: 'y' })],
  ],
  ['not there any more', file('/a', STATE), []],
  ['another one', file('/a', STATE), [file('/b', STATE)]],
  ['a stream now', file('/a', STATE), [stream('/a')]],
  ['without a state to compare', file('/a'), [file('/a')]],
  ['of another size', file('/a', STATE), [{ ...file('/a', STATE), size: 2 }]],
  [
    'hashed now, and was not',
    file('/a', { ...STATE, inode: '7' }),
    [file('/a', { ...STATE, sha256: 'x' })],
  ],
  ...Object.keys(STATE).map(
    (name) =>
      [`of another ${name}`, file('/a', STATE), [file('/a', { ...STATE, [name]: '9' })]] as [
        string,
        SourceNote,
        readonly SourceNote[],
      ],
  ),
])('a file that is %s is refused before anything is sent', (_what, before, now) => {
  expect(() => assertUnchanged(of(before), now)).toThrow(
    expect.objectContaining({
      kind: 'usage',
      code: 'input_changed',
      message: '/a changed since the journal was begun',
      hint: 'restore it, or start anew without --resume',
    }) as Error,
  );
});

test('a file that changed is refused, and a pipe must be given again', () => {
  const file = { kind: 'file', path: '/lists/a', size: 1, sha256: 'aa' } as const;
  const large = {
    kind: 'file',
    path: '/lists/a',
    size: 1,
    device: '1',
    inode: '2',
    mtime_ns: '3',
    ctime_ns: '4',
  } as const;
  const of = (...sources: readonly SourceNote[]) =>
    ({ head: { sources } }) as Pick<PriorRun, 'head'>;
  expect(filesOf(of(file), [])).toEqual(['/lists/a']);
  expect(filesOf(of(file), ['/lists/a'])).toEqual([]);
  expect(filesOf(of(file, { ...file, inode: '7' }), [])).toEqual(['/lists/a']);
  expect(() => assertUnchanged(of(file), [{ ...file, inode: '9' }])).not.toThrow();
  expect(() => assertUnchanged(of(large), [large])).not.toThrow();
  for (const now of [[], [{ ...file, sha256: 'bb' }]]) {
    expect(() => assertUnchanged(of(file), now)).toThrow('/lists/a changed');
  }
  for (const name of ['device', 'inode', 'size', 'mtime_ns', 'ctime_ns']) {
    expect(() =>
      assertUnchanged(of(large), [{ ...large, [name]: name === 'size' ? 9 : '9' }]),
    ).toThrow('/lists/a changed');
  }
  const stream = { kind: 'stream', name: 'stdin' } as const;
  expect(() => filesOf(of(stream), [])).toThrow('came from stdin');
  expect(filesOf(of(stream), ['-'])).toEqual([]);
});
