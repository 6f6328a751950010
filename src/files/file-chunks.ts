/** A file from its beginning, a piece at a time. */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

const MOST = 256 * 1024;
const LEAST = 4 * 1024;

/**
 * Pieces of up to 256 KiB, none larger than what is left of the file: thousands of small files take
 * no more memory than they hold, and a stream for each costs more than the reading.
 * Throws what the file system throws.
 */
export function* fileChunks(path: string): Generator<Buffer, void> {
  const file = openRegular(path);
  try {
    let left = fstatSync(file).size;
    for (;;) {
      const piece = Buffer.allocUnsafeSlow(Math.min(MOST, Math.max(LEAST, left)));
      const length = readSync(file, piece);
      if (length === 0) return;
      left -= length;
      yield piece.subarray(0, length);
    }
  } finally {
    closeSync(file);
  }
}

/**
 * Opens a file to be read; a pipe must not hold the process, and a device has no end.
 * Throws what the file system throws, and EFTYPE for what is no file.
 */
export function openRegular(path: string): number {
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  const stats = fstatSync(file);
  if (stats.isFile() || stats.isDirectory()) return file;
  closeSync(file);
  throw Object.assign(new Error(`${path} is not a regular file`), { code: 'EFTYPE' });
}
