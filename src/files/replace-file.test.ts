import * as realFs from 'node:fs';
import {
  lstatSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { takeLock } from './lock-file.js';
import { replaceFile } from './replace-file.js';

const fs = jest.requireActual<typeof realFs>('node:fs');

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'revoke-replace-'));
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

const self = { pid: process.pid, isAlive: () => true };

/** Every flush and rename, in their order, with what a crash at that moment would leave behind. */
function watchDisk(path: string) {
  const events: string[] = [];
  const { fsyncSync, renameSync } = fs;
  jest.spyOn(fs, 'fsyncSync').mockImplementation((fd) => {
    const stats = fs.fstatSync(fd);
    events.push(stats.isDirectory() ? 'flush folder' : `flush file of ${stats.size}`);
    fsyncSync(fd);
  });
  jest.spyOn(fs, 'renameSync').mockImplementation((from, to) => {
    renameSync(from, to);
    if (to === path) events.push('rename');
  });
  return events;
}

test('the new text is flushed before it takes the place of the old, and the folder after', async () => {
  const path = join(folder, 'state.json');
  writeFileSync(path, 'old');
  const events = watchDisk(path);
  await replaceFile(path, (old) => `${old} and new`, self);
  expect(readFileSync(path, 'utf8')).toBe('old and new');
  expect(events).toEqual(['flush file of 11', 'rename', 'flush folder']);
  expect(readdirSync(folder)).toEqual(['state.json']);
});

test('a replaced file is private, whatever its mode was, and is another file than before', async () => {
  const path = join(folder, 'state.json');
  writeFileSync(path, 'old', { mode: 0o644 });
  const before = statSync(path).ino;
  await replaceFile(path, () => 'new', self);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(statSync(path).ino).not.toBe(before);
});

test('a link stays a link, and the file behind it is replaced', async () => {
  const real = join(folder, 'real');
  const link = join(folder, 'link');
  writeFileSync(real, 'old');
  symlinkSync('real', link);
  await replaceFile(link, () => 'new', self);
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
  expect(readFileSync(real, 'utf8')).toBe('new');
});

test('a file and a link to it are written by one process at a time', async () => {
  const real = join(folder, 'real');
  const link = join(folder, 'link');
  writeFileSync(real, 'old');
  symlinkSync('real', link);
  const lock = await takeLock(real, self);
  await expect(replaceFile(link, () => 'new', self)).rejects.toThrow('another process');
  lock?.release();
  expect(readFileSync(real, 'utf8')).toBe('old');
});

test('a link that leads nowhere becomes the file, and nothing is made where it points', async () => {
  const link = join(folder, 'link');
  symlinkSync(join(folder, 'nowhere'), link);
  await replaceFile(link, (old) => String(old), self);
  expect(readdirSync(folder)).toEqual(['link']);
  expect(lstatSync(link).isFile()).toBe(true);
  expect(readFileSync(link, 'utf8')).toBe('undefined');
});

test('a change that fails leaves the old text, and no other file', async () => {
  const path = join(folder, 'state.json');
  writeFileSync(path, 'old');
  const failing = () => {
    throw new Error('no');
  };
  await expect(replaceFile(path, failing, self)).rejects.toThrow('no');
  jest.spyOn(fs, 'renameSync').mockImplementation(() => {
    throw Object.assign(new Error('full'), { code: 'ENOSPC' });
  });
  await expect(replaceFile(path, () => 'new', self)).rejects.toThrow('full');
  expect(readFileSync(path, 'utf8')).toBe('old');
  expect(readdirSync(folder)).toEqual(['state.json']);
});

test('a folder that cannot be flushed, as on Windows, does not fail what has happened', async () => {
  const path = join(folder, 'state.json');
  const { fsyncSync } = fs;
  jest.spyOn(fs, 'fsyncSync').mockImplementation((fd) => {
    if (!fs.fstatSync(fd).isDirectory()) return fsyncSync(fd);
    throw Object.assign(new Error('no'), { code: 'EPERM' });
  });
  await replaceFile(path, () => 'new', self);
  expect(readFileSync(path, 'utf8')).toBe('new');
});

test('what is half written is private from its first byte, whatever the umask', async () => {
  const path = join(folder, 'state.json');
  writeFileSync(path, 'old', { mode: 0o644 });
  const modes: number[] = [];
  const { fsyncSync } = fs;
  jest.spyOn(fs, 'fsyncSync').mockImplementation((fd) => {
    const stats = fs.fstatSync(fd);
    if (stats.isFile()) modes.push(stats.mode & 0o777);
    fsyncSync(fd);
  });
  const umask = process.umask(0);
  try {
    await replaceFile(path, () => 'new', self);
  } finally {
    process.umask(umask);
  }
  expect(modes).toEqual([0o600]);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});
