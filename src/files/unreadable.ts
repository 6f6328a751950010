/** What is said of a file that cannot be read. */
import { isRevokeError, usageError, type RevokeError } from '../contract/errors.js';

/** @param what the file in words, as far as it may be shown. An error that says why itself stays. */
export function unreadable(
  what: string,
  error: unknown,
  hint = 'check the path and its permissions',
): RevokeError {
  if (isRevokeError(error)) return error;
  const code = (error as NodeJS.ErrnoException).code ?? 'unreadable';
  return usageError(`cannot read ${what}: ${code}`, hint);
}
