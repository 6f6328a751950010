/** Words after `--`: they are targets, whatever else they may be the name of. */
import type { Command } from 'commander';

export function literalWords(argv: readonly string[]): readonly string[] {
  const end = argv.indexOf('--');
  return end < 0 ? [] : argv.slice(end + 1);
}

/**
 * `revoke x -- list` as `revoke x revoke -- list`: commander takes the first operand for the name of
 * a subcommand, even where it stands after `--`.
 */
export function spellOutRevoke(root: Command, argv: readonly string[]): readonly string[] {
  const [id = '', ...words] = argv;
  const provider = root.commands.find((command) => command.name() === id);
  const end = words.indexOf('--');
  if (end < 0 || !provider?.commands.some((command) => command.name() === 'revoke')) return argv;
  for (let index = 0; index < end; index++) {
    const word = words[index] ?? '';
    if (!word.startsWith('-') || word === '-') return argv;
    const option = provider.options.find(({ long, short }) => word === long || word === short);
    if (option?.required) index++;
  }
  return [id, 'revoke', ...words];
}

/** An unknown command alone, without what follows it: `--help` would show another page for it. */
export function firstUnlessKnown(root: Command, argv: readonly string[]): readonly string[] {
  const [word = '-'] = argv;
  const isKnown = root.commands.some((one) => one.name() === word || one.aliases().includes(word));
  return word.startsWith('-') || word === 'help' || isKnown ? argv : [word];
}
