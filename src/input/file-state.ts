/** Whether a file is still the one that was checked: its state to the nanosecond, and its content. */
import { createHash } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { resolve } from 'node:path';
import { isCode, usageError, type RevokeError } from '../contract/errors.js';
import type { RegularFile } from './byte-source.js';
import type { FileNote } from './source-note.js';

/** The content of a larger file is not read once more: its state alone must be the same. */
const MOST_HASHED = 256n * 1024n * 1024n;

export function isHashed({ stats }: RegularFile): boolean {
  return stats.size <= MOST_HASHED;
}

export function noteOf(path: string, { stats }: RegularFile, sha256: string | undefined): FileNote {
  return {
    kind: 'file',
    path: resolve(path),
    size: Number(stats.size),
    device: String(stats.dev),
    inode: String(stats.ino),
    mtime_ns: String(stats.mtimeNs),
    ctime_ns: String(stats.ctimeNs),
    ...(sha256 !== undefined && { sha256 }),
  };
}

/**
 * Throws where a file is not what was checked: exchanged, changed, though its time was put back, or
 * deleted. To be asked before anything is sent.
 */
export async function assertAsChecked(
  file: RegularFile,
  name: string,
  sha256: string | undefined,
): Promise<void> {
  try {
    if (!isSameState(file.stats, await file.stat())) throw changed(name);
    if (sha256 === undefined) return;
    const hash = createHash('sha256');
    for await (const bytes of file.open()) hash.update(bytes);
    if (hash.digest('hex') !== sha256) throw changed(name);
  } catch (error) {
    if (isCode(error, 'ENOENT', 'ENOTDIR', 'ESTALE')) throw changed(name, 'was deleted');
    throw error;
  }
}

export function isSameState(a: BigIntStats, b: BigIntStats): boolean {
  return (
    a.dev === b.dev &&
    a.ino === b.ino &&
    a.size === b.size &&
    a.mtimeNs === b.mtimeNs &&
    a.ctimeNs === b.ctimeNs
  );
}

export function changed(name: string, what = 'changed'): RevokeError {
  return usageError(
    `${name} ${what} while it was read`,
    'give it again when nobody writes to it',
    'input_changed',
  );
}
