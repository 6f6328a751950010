/** Words of the command line that are no targets: they name a command, a file, or something else. */
import { existsSync, statSync } from 'node:fs';
import { usageError } from '../../contract/errors.js';
import type { RevokeArguments } from '../../command-line/command-tree.js';
import { similarName } from './similar-name.js';

type Words = Pick<RevokeArguments, 'provider' | 'operands' | 'literal' | 'isSpelledOut'>;

/** Other programs' words for commands that this one calls otherwise. */
const OTHER_WORDS: ReadonlySet<string> = new Set(['ls', 'rm', 'del']);
const LONGER_WORDS = ['help', 'delete', 'remove'];
/** What this program does without a word for it. */
const REVOKING_WORDS: ReadonlySet<string> = new Set(['rm', 'del', 'delete', 'remove']);
const LIST_FILE = /\.(?:txt|jsonl?|ndjson|csv|tsv|lst|list|log)$/i;

/** The operands before `--`. */
export function wordsOf({ operands, literal }: Words): readonly string[] {
  return operands.slice(0, Math.max(0, operands.length - literal.length));
}

/** Throws a usage error for a word that is a command's or a file's name. */
export function assertTargets(args: Words): void {
  const commands = Object.keys(args.provider.actions ?? {});
  if (commands.length > 0) commands.push('revoke');
  assertNotCommandName(args, new Set([...commands, ...LONGER_WORDS]));
  for (const word of wordsOf(args)) if (word !== '-') assertNoFile(word, args);
}

/** A word that is, or nearly is, the name of something else than a target must follow `--`. */
export function assertNotCommandName(args: Words, names: ReadonlySet<string>): void {
  if (args.isSpelledOut) return;
  for (const word of wordsOf(args)) {
    const meant = OTHER_WORDS.has(word) ? word : similarName(word, names);
    if (meant === undefined) continue;
    throw ambiguous(word, meant, args);
  }
}

function ambiguous(word: string, name: string, args: Words) {
  const { id, target, actions } = args.provider;
  const isAction = (one: string) => Object.hasOwn(actions ?? {}, one);
  const meant = similarName(word, new Set(Object.keys(actions ?? {})));
  const what =
    word !== name ? `nearly "${name}"` : isAction(name) ? 'also a command' : 'a word for a command';
  const ways = [
    `revoke ${id} -- ${word}`,
    ...(actions ? [`revoke ${id} revoke ${word}`] : []),
  ].join(', or ');
  const command =
    meant !== undefined && isAction(meant) ? `; for the command: revoke ${id} ${meant}` : '';
  const others = wordsOf(args).filter((one) => one !== word);
  const meansRevoking = REVOKING_WORDS.has(word) || name === 'revoke';
  const without =
    meansRevoking && others.length > 0 && !target.secret
      ? `to revoke the rest, leave it out: revoke ${id} ${others.length === 1 ? others[0] : '...'}; `
      : '';
  return usageError(
    `"${word}" is ${what}, not clearly a ${target.noun}`,
    `${without}to revoke it: ${ways}${command}`,
    'ambiguous',
  );
}

function assertNoFile(word: string, { provider }: Words): void {
  const { id, target } = provider;
  const isFile = existsSync(word) && statSync(word).isFile();
  // What is no file may be a secret that ends like one.
  if (!isFile && (target.secret || !LIST_FILE.test(word))) return;
  const name = isFile || word.length <= 40 ? word : '<file>';
  throw usageError(
    isFile
      ? `"${name}" is a file, not a ${target.noun}`
      : `"${name}" looks like the name of a file, not a ${target.noun}`,
    `for the targets in it: revoke ${id} --from ${name}${target.secret ? '' : `; to revoke it: revoke ${id} -- ${name}`}`,
    'ambiguous',
  );
}
