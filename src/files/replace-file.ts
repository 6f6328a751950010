/** A file is replaced as one step: at any moment it holds the old text or the new one. */
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { open, readFile, realpath, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isCode, usageError } from '../contract/errors.js';
import { takeLock } from './lock-file.js';
import { makeFolder } from './make-folder.js';
import type { ProcessIdentity } from '../runtime/world.js';

/** Lock, read, change, temporary file (0600), fsync, rename. Throws where another process holds it. */
export async function replaceFile(
  path: string,
  change: (text: string | undefined) => string,
  self: ProcessIdentity,
): Promise<void> {
  await makeFolder(dirname(path));
  const lock = await takeLock(path, self);
  if (!lock)
    throw usageError(`another process is writing ${path}`, 'run this again when it is done');
  try {
    const file = await throughLinks(path);
    await writeInPlace(file, change(await textOf(file)));
  } finally {
    await lock.release();
  }
}

async function writeInPlace(path: string, text: string): Promise<void> {
  const temporary = join(dirname(path), `.${randomBytes(8).toString('hex')}.tmp`);
  try {
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;
    const handle = await open(temporary, flags, 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  const folder = await open(dirname(path), 'r');
  await folder.sync().finally(() => folder.close());
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** A link stays a link: the file behind it is replaced. */
async function throughLinks(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (isCode(error, 'ENOENT')) return path;
    throw error;
  }
}
