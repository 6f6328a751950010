import { closeSync, fsyncSync, openSync } from 'node:fs';
import { isCode } from '../contract/errors.js';

/** The names of the files in it survive a crash as well. Not every system lets a folder be flushed. */
export function syncFolder(path: string): void {
  let fd: number | undefined;
  try {
    fd = openSync(path, 'r');
    fsyncSync(fd);
  } catch (error) {
    if (!isCode(error, 'EISDIR', 'EPERM', 'EACCES', 'EINVAL', 'ENOTSUP', 'EROFS')) throw error;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}
