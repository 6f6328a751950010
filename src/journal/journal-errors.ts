/** What goes wrong with a journal, apart from what reads and writes it. */
import { isRevokeError, refusedError, usageError } from '../contract/errors.js';
import { systemWords } from '../contract/system-words.js';

export class LostLockError extends Error {
  readonly code = 'lock_lost';
}

/** Whether an error of a journal says that another process writes to it now. */
export function isLockLost(error: unknown): boolean {
  return error instanceof Error && error.cause instanceof LostLockError;
}

/** The error of a disk that is full or broken, or of a lock that was lost, before or during a run. */
export function unwritable(path: string, error: unknown): Error {
  const code = (error as NodeJS.ErrnoException).code;
  if (isRevokeError(error) || code === undefined) return error as Error;
  const isLost = error instanceof LostLockError;
  return refusedError({
    code: 'journal_failed',
    message: isLost
      ? `another process has taken over the journal ${path}`
      : `the journal ${path} could not be written: ${systemWords(error)}`,
    hint: isLost
      ? 'nothing more was sent by this run; wait for the other one'
      : 'nothing more was sent; make room for it, then continue with --resume',
    affects: 'run',
    cause: error,
  });
}

export function heldByAnother(path: string) {
  return usageError(
    `another process is writing the journal ${path}`,
    'wait for it, or give another --journal',
    'journal_in_use',
  );
}
