/**
 * Finished runs whose hash no head names yet: an empty file for each, named by its end and its hash,
 * beside the journals. The next run names them in its head, and then takes them away.
 */
import { mkdirSync, readdirSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isCode } from '../contract/errors.js';

const FOLDER = '.finished';
const NAME = /^\d{8}T\d{9}Z-([0-9a-f]{64})$/;

export interface FinishedRuns {
  /** `sha256:…`, in the order of their ending. */
  readonly hashes: readonly string[];
  /** A head that survives a crash names them now. */
  named(): void;
}

export function finishedRuns(journals: string): FinishedRuns {
  const folder = join(journals, FOLDER);
  const names = namesIn(folder).sort();
  return {
    hashes: names.flatMap((name) => {
      const [, hash] = NAME.exec(name) ?? [];
      return hash === undefined ? [] : [`sha256:${hash}`];
    }),
    named() {
      for (const name of names) if (NAME.test(name)) remove(join(folder, name));
    },
  };
}

export function addFinishedRun(journals: string, endedAt: string, hash: string): void {
  const folder = join(journals, FOLDER);
  make(folder);
  const stamp = endedAt.replaceAll(/[-:.]/g, '');
  writeFileSync(join(folder, `${stamp}-${hash}`), '', { mode: 0o600 });
}

function make(folder: string): void {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (isCode(error, 'ENOENT', 'ENOTDIR', 'EACCES')) return [];
    throw error;
  }
}

/** Another run that starts now may name it as well. */
function remove(file: string): void {
  try {
    unlinkSync(file);
  } catch (error) {
    if (!isCode(error, 'ENOENT', 'EACCES', 'EPERM', 'EROFS')) throw error;
  }
}
