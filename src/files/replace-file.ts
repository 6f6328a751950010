/** A file is replaced as one step: at any moment it holds the old text or the new one. */
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { isCode, usageError } from '../contract/errors.js';
import { makeFolder } from './make-folder.js';
import type { ProcessIdentity } from '../runtime/world.js';
import { takeLock } from './lock-file.js';
import { syncFolder } from './sync-folder.js';

/** Lock, read, change, temporary file (0600), fsync, rename. Throws where another process holds it. */
export async function replaceFile(
  path: string,
  change: (text: string | undefined) => string,
  self: ProcessIdentity,
): Promise<void> {
  await makeFolder(dirname(path));
  // By whatever link it is reached, one file has one lock.
  const file = throughLinks(path);
  const lock = await takeLock(file, self);
  if (!lock)
    throw usageError(`another process is writing ${path}`, 'run this again when it is done');
  try {
    writeInPlace(file, change(textOf(file)));
  } finally {
    lock.release();
  }
}

function writeInPlace(path: string, text: string): void {
  const temporary = join(dirname(path), `.${randomBytes(8).toString('hex')}.tmp`);
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

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined;
    throw error;
  }
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
