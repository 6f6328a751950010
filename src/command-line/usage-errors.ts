/** Errors that are met before, or beside, a command. */
import { refusedError, type RevokeError } from '../contract/errors.js';
import type { World } from '../runtime/world.js';

export function noOutput(): RevokeError {
  return refusedError({
    code: 'no_output',
    message: 'standard output is closed, so results could not be written; nothing was sent',
    hint: 'to discard the results: > /dev/null',
    affects: 'run',
  });
}

/**
 * Results were lost on their way out: a full disk, a broken device. Undefined where nothing was
 * lost, or the reader left on purpose. @param became what is known of the one target there was
 */
export function resultsLost(
  { failed }: Pick<World['stdout'], 'failed'>,
  became?: string,
): RevokeError | undefined {
  if (!failed || failed.code === 'EPIPE') return undefined;
  return refusedError({
    code: 'no_output',
    message: `results could not be written to standard output: ${failed.code ?? failed.message}`,
    hint: became ?? 'free disk space or write elsewhere; the revocations were made all the same',
    affects: 'run',
  });
}
