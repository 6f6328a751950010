/** Errors that are met before, or beside, a command. */
import { CommanderError } from 'commander';
import { refusedError, unforeseenError, usageError, type RevokeError } from '../contract/errors.js';
import { quoteUnlessSecret } from '../contract/text.js';
import { OWN_COMMANDS } from './own-commands.js';
import type { World } from '../runtime/world.js';

export function noOutput(): RevokeError {
  return refusedError({
    code: 'no_output',
    message: 'standard output is closed, so results could not be written; nothing was sent',
    hint: 'to see none of them: > /dev/null',
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
    hint: became ?? 'free the disk or write elsewhere; what was done is not undone',
    affects: 'run',
  });
}

/** commander's own errors, without what may be a secret: the value behind an unknown option's `=`. */
export function toRevokeError(error: unknown, argv: readonly string[]): RevokeError {
  if (error instanceof CommanderError) {
    const message = error.message
      .replace(/^error: /, '')
      .replace(/(unknown option ')(--[^'=]*|-[^'-])[^]*'/, "$1$2'")
      .replace(
        /(unknown command|argument) '([^]*)'/,
        (_all, what: string, word: string) => `${what} ${quoteUnlessSecret(word)}`,
      );
    const [first, suggestion] = message.split('\n');
    const command = error.code === 'commander.unknownCommand' ? '' : commandOf(argv);
    const hint = suggestion?.replace(/[()]/g, '') ?? `see: revoke${command} --help`;
    return usageError(
      first ?? message,
      error.code === 'commander.unknownOption' ? hint + literalWay(argv) : hint,
    );
  }
  return unforeseenError(error);
}

/** A target may begin with a hyphen. */
function literalWay(argv: readonly string[]): string {
  const [id = ''] = argv;
  const isRevoking = commandOf(argv) === ` ${id}` && !OWN_COMMANDS.some(({ name }) => name === id);
  return isRevoking ? `; for a target that begins with -: revoke ${id} -- <target>` : '';
}

/** The command that was named, for its help: ` workspace list`. */
function commandOf(argv: readonly string[]): string {
  const end = argv.findIndex((word) => !/^[a-z]+$/.test(word));
  const words = (end < 0 ? argv : argv.slice(0, end)).slice(0, 2);
  return words.map((word) => ` ${word}`).join('');
}
