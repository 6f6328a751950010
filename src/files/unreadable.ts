/** What is said of a file that cannot be read. */
import {
  isOutOfFiles,
  isRevokeError,
  MORE_FILES,
  usageError,
  type RevokeError,
} from '../contract/errors.js';
import { systemWords } from '../contract/system-words.js';

/** @param what the file in words, as far as it may be shown. An error that says why itself stays. */
export function unreadable(
  what: string,
  error: unknown,
  hint = 'check the path and its permissions',
): RevokeError {
  if (isRevokeError(error)) return error;
  const fix = isOutOfFiles(error) ? MORE_FILES : hint;
  return usageError(`cannot read ${what}: ${systemWords(error)}`, fix);
}
