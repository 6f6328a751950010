/** Takes an earlier run up again: its lock, then its journal, then its sources. */
import { resolve } from 'node:path';
import { isCode, usageError } from '../contract/errors.js';
import { shownName } from '../contract/secret-name.js';
import { takeLock, type Lock, type LockWait } from '../files/lock-file.js';
import { unreadable } from '../files/unreadable.js';
import type { ProcessIdentity } from '../runtime/world.js';
import type { FileNote, SourceNote } from '../input/source-note.js';
import { heldByAnother } from './journal-errors.js';
import { readPriorRun, type PriorRun } from './prior-run.js';

/** An earlier run whose journal nobody else writes to until it is released. */
export interface ContinuedRun extends PriorRun {
  /** Of its journal. */
  readonly path: string;
  /** Undefined in a dry run that may not write there. */
  readonly lock: Lock | undefined;
}

export interface ContinueOptions {
  readonly self: ProcessIdentity;
  /** Only read: where no lock can be made, none is needed. */
  readonly isDryRun: boolean;
  readonly wait: LockWait;
}

/** Locks the journal, then reads it. Throws a usage error where it cannot be continued. */
export async function continueRun(path: string, options: ContinueOptions): Promise<ContinuedRun> {
  const lock = await lockJournal(path, options);
  try {
    return { ...(await readPriorRun(path)), path, lock };
  } catch (error) {
    lock?.release();
    throw unreadableJournal(path, error);
  }
}

async function lockJournal(
  path: string,
  { self, isDryRun, wait }: ContinueOptions,
): Promise<Lock | undefined> {
  let lock: Lock | undefined;
  try {
    lock = await takeLock(path, self, wait);
  } catch (error) {
    if (isDryRun && isCode(error, 'EACCES', 'EPERM', 'EROFS')) return undefined;
    throw unreadableJournal(path, error);
  }
  if (lock) return lock;
  throw heldByAnother(path);
}

function unreadableJournal(path: string, error: unknown) {
  const hint = 'give the file that a run named at its end';
  return unreadable(`the journal ${shownName(path)}`, error, hint);
}

/** The files of the earlier run; a stream that it read must be given again. */
export function filesOf(
  { head }: Pick<PriorRun, 'head'>,
  given: readonly string[],
): readonly string[] {
  const named = new Set(given.map((path) => resolve(path)));
  const streams = head.sources.filter((source) => source.kind === 'stream');
  if (streams.length > 0 && given.length === 0) {
    throw usageError(
      `the targets of this journal came from ${streams.map(({ name }) => name).join(', ')}`,
      'give the same targets again: ... | revoke <provider> - --resume <journal>',
    );
  }
  const files = head.sources.filter((source) => source.kind === 'file').map(({ path }) => path);
  return [...new Set(files)].filter((path) => !named.has(path));
}

/** Refuses a file that is not what the earlier run read. */
export function assertUnchanged(
  { head }: Pick<PriorRun, 'head'>,
  now: readonly SourceNote[],
): void {
  for (const before of head.sources) {
    if (before.kind !== 'file') continue;
    const after = now.find(
      (source) => source.kind === 'file' && resolve(source.path) === before.path,
    );
    if (after?.kind === 'file' && isSameFile(before, after)) continue;
    throw usageError(
      `${before.path} changed since the journal was begun`,
      'restore it, or start anew without --resume',
      'input_changed',
    );
  }
}

/** By content; a file too large to be hashed is the same only where nobody touched it. */
function isSameFile(before: FileNote, now: FileNote): boolean {
  if (before.sha256 !== undefined) return before.sha256 === now.sha256;
  return STATE.every((name) => before[name] !== undefined && before[name] === now[name]);
}

const STATE = ['device', 'inode', 'size', 'mtime_ns', 'ctime_ns'] as const;
