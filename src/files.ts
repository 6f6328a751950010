/** Files that hold anything private: read with a look at who else can, replaced as one step. */
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open, readdir, readFile, realpath, rename, stat, unlink } from 'node:fs/promises';
import { platform } from 'node:os';
import { dirname, join } from 'node:path';
import { usage } from './errors.js';
import { isCode, takeLock, type Self } from './lock.js';
import type { Files, Log } from './provider.js';

export function createFiles(log: Log, mask: (secret: string) => void, self: Self): Files {
  return {
    async read(path) {
      try {
        return await readFile(path, 'utf8');
      } catch (error) {
        if (isCode(error, 'ENOENT', 'ENOTDIR')) return undefined;
        throw unreadable(path, error);
      }
    },
    async readSecret(path) {
      let text: string;
      try {
        text = (await readFile(path, 'utf8')).trim();
      } catch (error) {
        throw unreadable(path, error);
      }
      if (text === '') throw usage(`the file ${path} is empty`, 'put the secret into it');
      mask(text);
      if (await isReadableByOthers(path)) log.warn(`others can read ${path}: chmod 600 it`);
      return text;
    },
    async update(path, change) {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      const lock = await takeLock(path, self);
      if (!lock)
        throw usage(`another process is writing ${path}`, 'run this again when it is done');
      try {
        await replace(await throughLinks(path), (text) => change(text));
      } finally {
        await lock.release();
      }
    },
    async list(folder) {
      try {
        return await readdir(folder);
      } catch (error) {
        if (isCode(error, 'ENOENT')) return [];
        throw error;
      }
    },
  };
}

/** Whether group or others may read a file; false where the system has no such bits. */
export async function isReadableByOthers(path: string): Promise<boolean> {
  return ((await stat(path)).mode & 0o044) !== 0;
}

/** Whether group or others may write a file or folder; false where the system has no such bits. */
export async function isWritableByOthers(path: string): Promise<boolean> {
  return platform() !== 'win32' && ((await stat(path)).mode & 0o022) !== 0;
}

async function replace(path: string, change: (text: string | undefined) => string): Promise<void> {
  let before: string | undefined;
  try {
    before = await readFile(path, 'utf8');
  } catch (error) {
    if (!isCode(error, 'ENOENT')) throw error;
  }
  const text = change(before);
  const temporary = join(dirname(path), `.${randomBytes(8).toString('hex')}.tmp`);
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;
  const handle = await open(temporary, flags, 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
    await handle.close();
    await rename(temporary, path);
  } catch (error) {
    await handle.close().catch(() => undefined);
    await unlink(temporary).catch(() => undefined);
    throw error;
  }
  const folder = await open(dirname(path), 'r');
  await folder.sync().finally(() => folder.close());
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

function unreadable(path: string, error: unknown) {
  const code = (error as NodeJS.ErrnoException).code ?? 'unreadable';
  return usage(`cannot read ${path}: ${code}`, 'check the path and its permissions');
}
