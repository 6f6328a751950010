/** A file is replaced as one step: at any moment it holds the old text or the new one. */
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  openSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isCode, usageError } from '../contract/errors.js';
import { makeFolder } from './make-folder.js';
import type { ProcessIdentity } from '../runtime/world.js';
import { takeLock } from './lock-file.js';
import { syncFolder } from './sync-folder.js';
import { textIfThere } from './text-if-there.js';

/** Lock, read, change, temporary file (0600), fsync, rename. Throws where another process holds it. */
export async function replaceFile(
  path: string,
  change: (text: string | undefined) => string,
  self: ProcessIdentity,
): Promise<void> {
  makeFolder(dirname(path));
  // By whatever link it is reached, one file has one lock.
  const file = throughLinks(path);
  const lock = await lockSoon(file, self);
  if (!lock)
    throw usageError(`another process is writing ${path}`, 'run this again when it is done');
  try {
    removeLeftovers(file);
    writeInPlace(file, change(textIfThere(file)));
  } finally {
    lock.release();
  }
}

/** Who holds it writes one small file: it is waited for, since what we have to write may be lost else. */
async function lockSoon(file: string, self: ProcessIdentity) {
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    const lock = await takeLock(file, self);
    if (lock || performance.now() > end) return lock;
    await sleep(POLL_MS);
  }
}

const PATIENCE_MS = 10_000;
const POLL_MS = 50;

/** What a run that was killed left half written beside the file: a token may stand in it. */
function removeLeftovers(file: string): void {
  const { start, end } = temporaryName(file);
  for (const name of readdirSync(dirname(file))) {
    if (name.startsWith(start) && name.endsWith(end)) rmSync(join(dirname(file), name));
  }
}

function temporaryName(file: string) {
  return { start: `.${basename(file)}.`, end: '.tmp' };
}

/** The same for a file that can be made again, without a lock: of two writers the later one wins. */
export function replaceUnlocked(path: string, text: string): void {
  removeLeftovers(path);
  writeInPlace(path, text);
}

function writeInPlace(path: string, text: string): void {
  const { start, end } = temporaryName(path);
  const temporary = join(dirname(path), start + randomBytes(8).toString('hex') + end);
  try {
    const fd = openSync(temporary, 'wx', 0o600);
    try {
      writeFileSync(fd, text);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  syncFolder(dirname(path));
}

/** A link stays a link: the file behind it is replaced. One that leads nowhere becomes the file. */
function throughLinks(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    if (isCode(error, 'ENOENT')) return path;
    throw error;
  }
}
