/** The command tree: providers and commands as commander sees them, built from their data. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { NETWORK, OUTPUT, revokingGroups, type OptionGroup } from './options.js';
import { EXIT_CODES } from '../contract/exit-codes.js';
import type { Action, Example, OptionSpec, Provider } from '../contract/provider.js';
import { helpTail, helpText, type HelpStyle } from './help.js';
import { refuseSecretValues } from './secret-values.js';
import { literalWords } from './literal-words.js';
import { version } from './version.js';
import { OWN_COMMANDS, type OwnCommand } from './own-commands.js';

/** What the tree calls when a command was recognised. */
export interface Handlers {
  revoke(asked: RevokeArguments): Promise<void>;
  act(provider: Provider, action: Action, values: Readonly<Record<string, unknown>>): Promise<void>;
  run(
    name: OwnCommand,
    words: readonly string[],
    values: Readonly<Record<string, unknown>>,
  ): Promise<void>;
}

export interface TreeOptions {
  readonly argv: readonly string[];
  readonly handlers: Handlers;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly columns: number;
  /** Titles of help, where a terminal shows them bold; as they are without it. */
  readonly bold?: (text: string) => string;
  /** For the root's help: providers that it names, without their own options. */
  readonly named?: readonly ProviderName[];
}

/** What the root's help shows of a provider. */
export interface ProviderName {
  readonly id: string;
  readonly summary: string;
  /** What a target is called: `token`. */
  readonly argument: string;
}

/** @param providers those that this run needs: one, or all for help and completion */
export function buildTree(providers: readonly Provider[], options: TreeOptions): Command {
  const root = new Command('revoke')
    .description('Revoke credentials, prove it, and keep the record.')
    .version(version, '-V, --version', 'show the version')
    .helpOption('-h, --help', 'show this help')
    .usage('<provider> [target...] [options]')
    .enablePositionalOptions()
    .showSuggestionAfterError(true);
  settle(root, options);
  addExamples(root, options, { examples: ROOT_EXAMPLES });
  root.addHelpText('after', () => exitCodes(styleOf(options)));
  root.commandsGroup('Providers:');
  for (const provider of providers) addProvider(root, provider, options);
  for (const { id, summary, argument } of options.named ?? [])
    root.command(id).description(summary).argument(`[${argument}...]`);
  root.commandsGroup('Other commands:');
  for (const own of OWN_COMMANDS) {
    const command = root.command(`${own.name} ${own.operands}`.trim()).description(own.summary);
    if (!mayBeAsked(own.name, options)) continue;
    settle(command, options);
    addGroups(command, [{ title: 'Options:', options: own.options }]);
    addExamples(command, options, own);
    command.action(() => {
      refuseSecretValues(command);
      return options.handlers.run(own.name, command.args, command.opts());
    });
  }
  root.helpCommand('help [command]', 'show help for a command');
  return root;
}

/**
 * Whether a command needs its options: with no words at all, the whole tree is asked for; what
 * stands after `--` is revoked by the command of that name (literal-words.ts).
 */
function mayBeAsked(name: string, { argv }: TreeOptions): boolean {
  return argv.length === 0 || argv.includes(name) || (name === 'revoke' && argv.includes('--'));
}

/** What the help of the whole program shows. */
export const ROOT_EXAMPLES: readonly Example[] = [
  { command: 'revoke workspace list', why: 'list the tokens of a workspace' },
  { command: 'revoke workspace jti_abc123def456', why: 'revoke one of them (asks first)' },
  { command: 'revoke ably --client-id bob', why: 'cut off a client (asks first)' },
  {
    command: 'revoke ably --from clients.txt --as clientId --dry-run',
    why: 'show what a list of clients, one on each line, would revoke',
  },
  { command: 'revoke sandbox -- sh', why: 'try all this without an account, on this machine' },
];

function exitCodes({ bold }: HelpStyle): string {
  const width = Math.max(...EXIT_CODES.map(({ code }) => code.length));
  const lines = EXIT_CODES.map(({ code, short }) => `  ${code.padEnd(width)}  ${short}`);
  return `\n${bold('Exit codes:')}\n${lines.join('\n')}`;
}

function addProvider(root: Command, provider: Provider, options: TreeOptions): void {
  const actions = Object.entries(provider.actions ?? {});
  const command = root.command(provider.id).description(provider.summary);
  addRevoking(command, provider, options);
  if (actions.length === 0) return;
  command.enablePositionalOptions().helpCommand(false).commandsGroup('Commands:');
  const revoke = command.command('revoke').description(`the same as revoke ${provider.id}`);
  if (mayBeAsked('revoke', options)) addRevoking(revoke, provider, options);
  for (const [name, action] of actions) {
    const sub = command.command(name).description(action.summary);
    if (name === 'list') sub.alias('ls');
    if (!mayBeAsked(name, options) && !mayBeAsked(sub.alias(), options)) continue;
    settle(sub, options);
    addGroups(sub, [
      { title: 'Options:', options: action.options },
      { title: OUTPUT.title, options: withFormats(OUTPUT.options, action.formats) },
      NETWORK,
    ]);
    addExamples(sub, options, action);
    sub.action(() => {
      refuseForeign(command, sub);
      refuseMistaken(sub);
      return options.handlers.act(provider, action, sub.optsWithGlobals());
    });
  }
}

function addRevoking(command: Command, provider: Provider, options: TreeOptions): void {
  const { target } = provider;
  settle(command, options);
  command.argument(`[${target.argument}...]`, `what to revoke (- reads stdin)`);
  addGroups(command, revokingGroups(provider));
  addExamples(command, options, provider);
  const isSpelledOut = command.name() === 'revoke';
  command.action(() => {
    refuseMistaken(command);
    const literal = literalWords(options.argv);
    const [word, subcommand] = command.args;
    if (word === 'help' && literal.length === 0 && !isSpelledOut) {
      const named = command.commands.find((each) => each.name() === subcommand);
      return (named ?? command).outputHelp();
    }
    return options.handlers.revoke({
      provider,
      operands: command.args,
      literal,
      isSpelledOut,
      values: command.optsWithGlobals(),
      given: givenAgain(command, provider),
    });
  });
}

function settle(command: Command, options: TreeOptions): void {
  const { out, err } = options;
  command
    .exitOverride()
    .configureOutput({
      ...{ writeOut: out, writeErr: err, outputError: () => undefined },
      // What is bold was decided already; commander would ask the terminal of the process again.
      ...{ getOutHasColors: () => true, getErrHasColors: () => true },
    })
    .configureHelp({ formatHelp: (one, helper) => helpText(one, helper, styleOf(options)) });
}

/** Lines of more than 110 columns read badly. */
function styleOf({ columns, bold = (text) => text }: TreeOptions): HelpStyle {
  return { width: Math.max(40, Math.min(columns, 110)), bold };
}

function addGroups(command: Command, groups: readonly OptionGroup[]): void {
  for (const { title, options } of groups) {
    for (const spec of options) command.addOption(optionFrom(spec).helpGroup(title));
  }
}

/** An option that remembers its declaration: commander keeps only what it needs itself. */
export class DeclaredOption extends Option {
  readonly spec: OptionSpec;

  constructor(spec: OptionSpec) {
    super(spec.flags, spec.help);
    this.spec = spec;
  }
}

function optionFrom(spec: OptionSpec): Option {
  const option = new DeclaredOption(spec);
  if (!option.required) return option;
  if (spec.choices) option.choices([...spec.choices]);
  return option.argParser((value: string, previous: unknown) => {
    if (spec.choices && !spec.choices.includes(value)) {
      throw new InvalidArgumentError(`use one of ${spec.choices.join(', ')}.`);
    }
    if (spec.repeatable) return [...((previous as string[] | undefined) ?? []), value];
    if (previous !== undefined && previous !== true)
      throw new InvalidArgumentError('It was given twice.');
    return value;
  });
}

function withFormats(options: readonly OptionSpec[], formats: readonly string[] | undefined) {
  if (!formats) return options;
  return options.map((spec) =>
    spec.flags.startsWith('--format')
      ? { ...spec, help: `${formats.join(', ')}, ${spec.help}` }
      : spec,
  );
}

function addExamples(
  command: Command,
  options: TreeOptions,
  { examples, notes = [] }: Pick<Action, 'examples' | 'notes'>,
): void {
  command.addHelpText('after', () => helpTail(examples, notes, styleOf(options)));
}

/** `revoke workspace --force list`: an option of revoking that the command does not have. */
function refuseForeign(parent: Command, command: Command): void {
  const own = new Set(command.options.map((option) => option.attributeName()));
  for (const option of parent.options) {
    const name = option.attributeName();
    if (own.has(name) || parent.getOptionValueSource(name) !== 'cli') continue;
    command.error(`error: ${command.name()} has no option ${option.long}`, {
      code: 'commander.unknownOption',
    });
  }
}

function refuseMistaken(command: Command): void {
  refuseSwallowed(command);
  refuseSecretValues(command);
}

/** `--client-id --force`: the next option was taken for a value that was forgotten. */
function refuseSwallowed(command: Command): void {
  const names = new Set(command.options.flatMap(({ long, short }) => [long, short]));
  for (const option of command.options) {
    if (!option.required) continue;
    const value = command.getOptionValue(option.attributeName()) as unknown;
    const taken = [value].flat().find((one) => typeof one === 'string' && names.has(one));
    if (taken === undefined) continue;
    const message = `error: ${option.long} has no value: ${String(taken)} follows it`;
    command.error(message, { code: 'commander.optionMissingArgument' });
  }
}

/** What a resume names again: not where the targets come from, nor what its journal holds. */
const NOT_AGAIN = new Set(['from', 'journal', 'resume', 'shard', 'as', 'dryRun']);

function givenAgain(command: Command, provider: Provider): readonly string[] {
  const terms = provider.options.filter(({ isTerm }) => isTerm).map(({ flags }) => flags);
  return command.options.flatMap((option) => {
    const name = option.attributeName();
    if (
      NOT_AGAIN.has(name) ||
      terms.includes(option.flags) ||
      command.getOptionValueSource(name) !== 'cli'
    )
      return [];
    const value = command.getOptionValue(name) as unknown;
    const flag = option.long ?? option.short ?? '';
    // `--verify` and `--no-verify` share one value: only the one that was given last stands.
    if (!option.required) return option.negate === (value === false) ? [flag] : [];
    return (Array.isArray(value) ? value : [value]).flatMap((one) => [flag, String(one)]);
  });
}
/** What the command line said. */

export interface RevokeArguments {
  readonly provider: Provider;
  readonly operands: readonly string[];
  /** Operands after `--`, which are never taken for a command's or a file's name. */
  readonly literal: readonly string[];
  /** `revoke x revoke …`: no operand is taken for a command's name. */
  readonly isSpelledOut: boolean;
  readonly values: Readonly<Record<string, unknown>>;
  /** The options as they were given, to name them again. */
  readonly given: readonly string[];
}
