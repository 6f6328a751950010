/**
 * Files that hold anything private, read with a look at who else can. They are small: reading them
 * at once costs less than loading what would read them aside.
 */
import { readdirSync, statSync } from 'node:fs';
import { platform } from 'node:os';
import { isCode, usageError } from '../contract/errors.js';
import { shownName } from '../contract/secret-name.js';
import { readBounded } from './bounded-read.js';
import { unreadable } from './unreadable.js';
import type { ProcessIdentity } from '../runtime/world.js';
import type { Files, Log } from '../contract/provider.js';

const MOST_BYTES = 16 * 1024 * 1024;
const MOST_SECRET_BYTES = 1024 * 1024;

export function createFiles(
  log: Log,
  mask: (secret: string) => void,
  self: ProcessIdentity,
): Files {
  return {
    async read(path) {
      try {
        return await readBounded(path, MOST_BYTES);
      } catch (error) {
        if (isCode(error, 'ENOENT', 'ENOTDIR')) return undefined;
        throw unreadable(shownName(path), error);
      }
    },
    async readSecret(path) {
      let text: string;
      try {
        text = (await readBounded(path, MOST_SECRET_BYTES, 'or pipe')).trim();
      } catch (error) {
        throw unreadable(shownName(path), error);
      }
      if (text === '') throw usageError(`the file ${path} is empty`, 'put the secret into it');
      mask(text);
      if (isReadableByOthers(path)) log.warn(`others can read ${path}: chmod 600 it`);
      return text;
    },
    async update(path, change) {
      const { replaceFile } = await import('./replace-file.js');
      await replaceFile(path, change, self);
    },
    async list(folder) {
      try {
        return readdirSync(folder);
      } catch (error) {
        if (isCode(error, 'ENOENT')) return [];
        throw error;
      }
    },
  };
}

/** Whether group or others may read a file; false where the system has no such bits. */
export function isReadableByOthers(path: string): boolean {
  return (statSync(path).mode & 0o044) !== 0;
}

/** Whether group or others may write a file or folder; false where the system has no such bits. */
export function isWritableByOthers(path: string): boolean {
  return platform() !== 'win32' && (statSync(path).mode & 0o022) !== 0;
}

/** Whether root would trust a file or folder that another user can change. */
export function isForeignToRoot(path: string, uid: number | undefined): boolean {
  return uid === 0 && statSync(path).uid !== 0;
}
