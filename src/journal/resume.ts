/** Where the record of a run lies, and how a later run takes it up again. */
import { resolve } from 'node:path';
import { isRevokeError, usageError } from '../contract/errors.js';
import type { SourceNote } from '../input/source-note.js';
import { readJournal, type PriorRun } from './reader.js';

/** Opens the journal of an earlier run. Throws a usage fault where there is none. */
export async function readPriorRun(path: string): Promise<PriorRun> {
  try {
    return await readJournal(path);
  } catch (error) {
    if (isRevokeError(error)) throw error;
    const code = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    throw usageError(
      `cannot read the journal ${path}: ${code}`,
      'name the file that the run named at its end',
    );
  }
}

/** The files of the earlier run; a stream that it read must be given again. */
export function filesOf(priorRun: PriorRun, given: readonly string[]): readonly string[] {
  const named = new Set(given.map((path) => resolve(path)));
  const streams = priorRun.header.sources.filter(({ kind }) => kind === 'stream');
  if (streams.length > 0 && given.length === 0) {
    throw usageError(
      `the targets of this journal came from ${streams.map((one) => ('name' in one ? one.name : '')).join(', ')}`,
      'give the same targets again: ... | revoke <provider> - --resume <journal>',
    );
  }
  return priorRun.header.sources.flatMap((source) =>
    source.kind === 'file' && !named.has(source.path) ? [source.path] : [],
  );
}

/** Refuses a file that is not what the earlier run read. */
export function assertUnchanged(priorRun: PriorRun, now: readonly SourceNote[]): void {
  for (const before of priorRun.header.sources) {
    if (before.kind !== 'file') continue;
    const after = now.find(
      (source) => source.kind === 'file' && resolve(source.path) === before.path,
    );
    if (after?.kind === 'file' && after.sha256 === before.sha256) continue;
    throw usageError(
      `${before.path} changed since the journal was begun`,
      'restore it, or start anew without --resume',
      'input_changed',
    );
  }
}
