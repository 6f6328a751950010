/** What the command-line parser refuses, in this program's own words. */
import { CommanderError } from 'commander';
import { unforeseenError, usageError, type RevokeError } from '../contract/errors.js';
import { quoteUnlessSecret } from '../contract/text.js';
import { adviceOnCommand, adviceOnOption } from './foreign-words.js';
import { OWN_COMMANDS } from './own-commands.js';

/** Nothing that may be a secret is shown: the value behind an unknown option's `=`, a wrong word. */
export function toRevokeError(error: unknown, argv: readonly string[]): RevokeError {
  if (!(error instanceof CommanderError)) return unforeseenError(error);
  const [first = '', suggestion] = error.message.replace(/^error: /, '').split('\n');
  const meant = /Did you mean (?:one of )?(.*)\?/.exec(suggestion ?? '')?.[1];
  const [quoted = ''] = /(?<=')[^]*(?=')/.exec(first) ?? [];
  switch (error.code) {
    case 'commander.unknownCommand':
      return unknownCommand(quoted, meant);
    case 'commander.unknownOption':
      return unknownOption(first, meant, argv);
    case 'commander.excessArguments':
      return usageError(`there is a word too many after ${pathOf(argv)}`, seeHelp(argv));
    case 'commander.optionMissingArgument':
      return usageError(
        first.replace(/^option '(.*)' argument missing$/, '$1: the value is missing'),
        seeHelp(argv),
      );
    case 'commander.invalidArgument':
      return invalidValue(first, argv);
    default:
      return usageError(first, seeHelp(argv));
  }
}

const MAYBE_TOKEN =
  "if it is a token, it is in the shell's history now; to revoke it: revoke leaked, which asks for it";

function unknownCommand(word: string, meant: string | undefined): RevokeError {
  const advice = adviceOnCommand(word);
  if (advice) return usageError(advice.message, advice.hint);
  const shown = quoteUnlessSecret(word);
  if (!shown.startsWith('"')) return usageError(`unknown command ${shown}`, MAYBE_TOKEN);
  const hint = meant === undefined ? 'see: revoke --help' : `did you mean: revoke ${meant}`;
  return usageError(`unknown command ${shown}`, hint);
}

function unknownOption(
  message: string,
  meant: string | undefined,
  argv: readonly string[],
): RevokeError {
  if (message.includes(' has no option ')) return usageError(message, seeHelp(argv));
  const flag = /'(--[^'=]*|-[^'-])/.exec(message)?.[1] ?? /--\S+/.exec(message)?.[0] ?? '';
  const advice = adviceOnOption(flag, argv);
  if (advice) {
    const said = advice.message === 'no such option' ? `unknown option ${flag}` : advice.message;
    return usageError(said, advice.hint, advice.code);
  }
  const hint =
    meant === undefined
      ? seeHelp(argv) + literalWay(argv)
      : `did you mean: ${nearest(flag, meant)}`;
  return usageError(`unknown option ${flag}`, hint);
}

/** Options that begin as what was typed leave out those that only look like it. */
function nearest(flag: string, meant: string): string {
  const begun = meant.split(', ').filter((option) => option.startsWith(flag));
  return begun.length > 0 ? begun.join(', ') : meant;
}

/** `option '--as <kind>' argument 'x' is invalid. One of …` */
function invalidValue(message: string, argv: readonly string[]): RevokeError {
  const [, flags = '', value = '', why = ''] =
    /^option '(.*?)' argument '([^]*)' is invalid\. ([^]*)$/.exec(message) ?? [];
  const flag = /--[\w-]+/.exec(flags)?.[0] ?? flags;
  if (why.startsWith('It was')) return usageError(`${flag} is given twice`, 'give it once');
  const hint = why === '' ? seeHelp(argv) : why.replace(/\.$/, '');
  return usageError(`invalid ${flag} ${quoteUnlessSecret(value)}`, hint);
}

/** A target may begin with a hyphen. */
function literalWay(argv: readonly string[]): string {
  const [id = ''] = argv;
  const isRevoking =
    pathOf(argv) === `revoke ${id}` && !OWN_COMMANDS.some(({ name }) => name === id);
  return isRevoking ? `; for a target that begins with -: revoke ${id} -- <target>` : '';
}

function seeHelp(argv: readonly string[]): string {
  return `see: ${pathOf(argv)} --help`;
}

/** The command that was named: `revoke workspace list`. */
function pathOf(argv: readonly string[]): string {
  const end = argv.findIndex((word) => !/^[a-z]+$/.test(word));
  const isOwn = OWN_COMMANDS.some(({ name }) => name === argv[0]);
  const words = (end < 0 ? argv : argv.slice(0, end)).slice(0, isOwn ? 1 : 2);
  return ['revoke', ...words].join(' ');
}
