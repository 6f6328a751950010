/** The record of what was pruned: one line for each time, beside the journals. */
import { join } from 'node:path';
import { isCode } from '../contract/errors.js';
import { systemWords } from '../contract/system-words.js';
import { parseJson } from '../contract/json.js';
import { fileChunks } from '../files/file-chunks.js';
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

export interface PruneRecord {
  /** The earliest first. */
  readonly prunings: readonly Pruning[];
  /** Why not all of it is known. */
  readonly problem?: string;
}

/** Every time that something was pruned. */
export function readPruneRecord(folder: string): PruneRecord {
  let text: string;
  try {
    text = Buffer.concat([...fileChunks(join(folder, PRUNED))]).toString('utf8');
  } catch (error) {
    if (isCode(error, 'ENOENT', 'ENOTDIR')) return { prunings: [] };
    return { prunings: [], problem: `${PRUNED} cannot be read: ${systemWords(error)}` };
  }
  const prunings: Pruning[] = [];
  let damaged: number | undefined;
  for (const [index, line] of text.split('\n').entries()) {
    if (line === '') continue;
    const { pruned } = (parseJson(line) ?? {}) as { readonly pruned?: Pruning };
    if (Array.isArray(pruned?.runs)) prunings.push(pruned);
    else damaged ??= index + 1;
  }
  if (damaged === undefined) return { prunings };
  return { prunings, problem: `line ${damaged} of ${PRUNED} cannot be read` };
}

export function hashesIn({ prunings }: PruneRecord): readonly string[] {
  return prunings.flatMap(({ runs }) => runs.flatMap(({ hashes }) => hashes ?? []));
}
