/** The record: the runs whose journals lie in the state folder. */
import { statSync } from 'node:fs';
import { sep } from 'node:path';
import { isHeldNow } from '../files/lock-file.js';
import type { ProcessIdentity } from '../runtime/world.js';
import { ENDS_BYTES } from './ends-of-file.js';
import { namesIn, readRun, type RecordedRun, type ShownRun } from './runs.js';

export interface RunFilter {
  /** Milliseconds since the epoch; against the start. */
  readonly since?: number | undefined;
  /** Exclusive. */
  readonly until?: number | undefined;
}

/** Runs by the files that they were read from, as long as those have not changed. */
export interface KnownRuns<Run extends ShownRun> {
  /** Undefined for a file that is not known, or has changed. */
  find(name: string, file: FileState): Run | undefined;
  add(name: string, file: FileState, run: RecordedRun): void;
}

/** What changes when a file is written, replaced or restored. */
export interface FileState {
  readonly size: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly ino: number;
}

/**
 * The runs of a folder, newest first.
 * @param filter with `known`, files that have not changed are not opened
 */
export async function listRuns<Run extends ShownRun = RecordedRun>(
  folder: string,
  self: ProcessIdentity,
  filter: RunFilter & { readonly known?: KnownRuns<Run> } = {},
): Promise<readonly (Run | RecordedRun)[]> {
  const names = namesIn(folder);
  const locks = new Set(names.filter((name) => name.endsWith('.lock')));
  const mayFit = nameFilter(filter);
  const buffer = Buffer.alloc(ENDS_BYTES);
  const runs: (Run | RecordedRun)[] = [];
  for (const name of names) {
    if (!name.endsWith('.jsonl') || name.startsWith('.') || !mayFit(name)) continue;
    const path = folder + sep + name;
    const isRunning = locks.has(`${name}.lock`) && isHeldNow(path, self);
    const known = isRunning || names.length < LEAST_KNOWN ? undefined : filter.known;
    const file = known && statSync(path, { throwIfNoEntry: false });
    // What is known is taken without a wait: ten thousand of them take longer than all the rest.
    const before = file && known?.find(name, file);
    const read = before ? undefined : await readRun(path, { isRunning, buffer });
    if (file && read && read.state !== 'unreadable') known?.add(name, file, read);
    const run = before ?? read;
    if (run && isWithin(run, filter)) runs.push(run);
  }
  return runs.sort(newestFirst);
}

/** A record of fewer is read as soon as looked up. */
const LEAST_KNOWN = 200;

function newestFirst(a: ShownRun, b: ShownRun): number {
  const { startedAt: early = '' } = a;
  const { startedAt: late = '' } = b;
  return early < late ? 1 : early > late ? -1 : a.path < b.path ? 1 : -1;
}

/** Names begin with the time of their start: most need not be opened. */
function nameFilter({ since, until }: RunFilter): (name: string) => boolean {
  if (since === undefined && until === undefined) return () => true;
  const first = stampOf(Math.floor((since ?? -Infinity) / 1000));
  const end = stampOf(Math.ceil((until ?? Infinity) / 1000));
  return (name) => !STAMP.test(name) || (name >= first && name < end);
}

const STAMP = /^\d{4}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])T[0-2]\d[0-5]\d[0-5]\dZ-/;
const LAST_SECOND = Date.parse('9999-12-31T23:59:59Z') / 1000;

/** A second as the names of journals have it, or the first or the last that they can have. */
function stampOf(second: number): string {
  if (second > LAST_SECOND) return ':';
  if (!(second > 0)) return '';
  return new Date(second * 1000).toISOString().replaceAll(/[-:]|\.000/g, '');
}

export function isWithin({ startedAt }: ShownRun, { since, until }: RunFilter): boolean {
  if (since === undefined && until === undefined) return true;
  const at = Date.parse(startedAt ?? '');
  return !(since !== undefined && !(at >= since)) && !(until !== undefined && !(at < until));
}
