/** The record of what was pruned: one line for each time, beside the journals. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isCode } from '../contract/errors.js';
import { parseJson } from '../contract/json.js';
import type { RecordedRun } from './runs.js';

export const PRUNED = '.pruned.jsonl';

export interface PrunedRun {
  readonly run: string;
  readonly started_at: string | null;
  readonly ended_at: string | null;
  readonly user: string | null;
  readonly host: string | null;
  readonly providers: RecordedRun['providers'];
  readonly counts: Readonly<Record<string, number>>;
  readonly exit: number | null;
  /** Of each part. */
  readonly hashes: readonly string[];
}

export interface Pruning {
  /** RFC 3339. */
  readonly at: string;
  readonly user: string | null;
  readonly host: string | null;
  readonly runs: readonly PrunedRun[];
}

/** Every time that something was pruned, the earliest first. */
export function prunings(folder: string): readonly Pruning[] {
  let text: string;
  try {
    text = readFileSync(join(folder, PRUNED), 'utf8');
  } catch (error) {
    if (isCode(error, 'ENOENT', 'ENOTDIR', 'EACCES')) return [];
    throw error;
  }
  return text.split('\n').flatMap((line) => {
    const { pruned } = (parseJson(line) ?? {}) as { readonly pruned?: Pruning };
    return Array.isArray(pruned?.runs) ? [pruned] : [];
  });
}

export function prunedHashes(folder: string): readonly string[] {
  return prunings(folder).flatMap(({ runs }) => runs.flatMap(({ hashes }) => hashes ?? []));
}
