/** The command tree as plain data: what completion scripts and the man page are made from. */
import type { Command, Option } from 'commander';
import type { Provider } from '../contract/provider.js';
import { escapeControls } from '../contract/text.js';
import { buildTree, DeclaredOption } from './command-tree.js';
import type { Values } from './operand-values.js';
import { OWN_COMMANDS } from './own-commands.js';

export interface OptionNode {
  /** `--long`, `-s` */
  readonly long: string | undefined;
  readonly short: string | undefined;
  /** As help shows it: `-f, --from <file>`. */
  readonly flags: string;
  readonly summary: string;
  readonly group: string;
  /** Undefined for an option that stands alone. */
  readonly value: Values | undefined;
}

export interface OperandNode {
  readonly name: string;
  readonly summary: string;
  readonly values: Values;
}

export interface CommandNode {
  /** All words, from the program's on: `revoke workspace list`. */
  readonly path: string;
  readonly name: string;
  readonly aliases: readonly string[];
  readonly summary: string;
  readonly commands: readonly CommandNode[];
  readonly options: readonly OptionNode[];
  readonly operands: readonly OperandNode[];
  readonly source: Command;
}

export function treeData(providers: readonly Provider[]): CommandNode {
  const ignore = async () => undefined;
  const tree = buildTree(providers, {
    argv: [],
    handlers: { revoke: ignore, act: ignore, run: ignore },
    out: () => undefined,
    err: () => undefined,
    columns: 10_000,
  });
  return treeNodes(tree, providers);
}

/** The data of a tree that stands already; what it hides stays hidden. */
export function treeNodes(tree: Command, providers: readonly Provider[]): CommandNode {
  return commandNode(tree, { path: '', names: [] }, providers);
}

/** The command and all below it, parents first. */
export function everyCommand(root: CommandNode): readonly CommandNode[] {
  return [root, ...root.commands.flatMap(everyCommand)];
}

/** The ways down the tree: at `from`, `word` leads to `to`. */
export function everyStep(
  root: CommandNode,
): readonly { readonly from: string; readonly word: string; readonly to: string }[] {
  return everyCommand(root).flatMap((from) =>
    from.commands.flatMap((to) =>
      [to.name, ...to.aliases].map((word) => ({ from: from.path, word, to: to.path })),
    ),
  );
}

/** What stands at the first operand's place: commands and the operand's choices, with summaries. */
export function firstWords(
  command: CommandNode,
): readonly { readonly name: string; readonly summary: string }[] {
  const values = command.operands[0]?.values;
  const choices = values?.kind === 'choices' ? values.choices : [];
  const summary = command.operands[0]?.summary || command.summary;
  return [
    ...command.commands.map(({ name, summary }) => ({ name, summary })),
    ...choices.map((name) => ({ name, summary })),
  ];
}

/** Rows that the same commands have: each row is there once. */
export interface Shared<Row> {
  /** The paths of those commands. */
  readonly paths: readonly string[];
  readonly rows: readonly Row[];
}

/** @param rowsOf what each command has; rows of one content are one */
export function sharedRows<Row>(
  commands: readonly CommandNode[],
  rowsOf: (command: CommandNode) => readonly Row[],
): readonly Shared<Row>[] {
  const owners = new Map<string, { row: Row; paths: string[] }>();
  for (const command of commands) {
    for (const row of rowsOf(command)) {
      const key = JSON.stringify(row);
      const one = owners.get(key) ?? { row, paths: [] };
      owners.set(key, one);
      one.paths.push(command.path);
    }
  }
  const groups = new Map<string, { paths: readonly string[]; rows: Row[] }>();
  for (const { row, paths } of owners.values()) {
    const key = paths.join();
    const group = groups.get(key) ?? { paths, rows: [] };
    groups.set(key, group);
    group.rows.push(row);
  }
  return [...groups.values()];
}

/** Whether the operands are a command line of its own. */
export function runsCommands(command: CommandNode): boolean {
  return command.operands[0]?.values.kind === 'commands';
}

/** The names of an option, the long one last. */
export function namesOf({ short, long }: OptionNode): readonly string[] {
  return [short, long].filter((name) => name !== undefined);
}

function commandNode(
  command: Command,
  parent: { readonly path: string; readonly names: readonly string[] },
  providers: readonly Provider[],
): CommandNode {
  const help = command.createHelp();
  const path = `${parent.path} ${command.name()}`.trim();
  const visible = help.visibleCommands(command);
  const names = visible.map((child) => child.name());
  return {
    path,
    name: command.name(),
    aliases: command.aliases(),
    summary: oneLine(command.description()),
    commands: visible.map((child) => commandNode(child, { path, names }, providers)),
    options: help
      .visibleOptions(command)
      .map((option) => optionNode(option, formatsOf(path, providers))),
    operands: command.registeredArguments.map((argument) => ({
      name: argument.name(),
      summary: oneLine(argument.description),
      values: argument.argChoices
        ? { kind: 'choices', choices: argument.argChoices }
        : operandValues(path, parent.names),
    })),
    source: command,
  };
}

/** Choices for the operands of built-in commands. */
function operandValues(path: string, siblings: readonly string[]): Values {
  if (path === 'revoke help') {
    return { kind: 'choices', choices: siblings.filter((name) => name !== 'help') };
  }
  const own = OWN_COMMANDS.find(({ name }) => path === `revoke ${name}`);
  return own?.values ?? { kind: 'any' };
}

function formatsOf(path: string, providers: readonly Provider[]): readonly string[] {
  const [, id, action = ''] = path.split(' ');
  const actions = providers.find((provider) => provider.id === id)?.actions ?? {};
  const others = Object.hasOwn(actions, action) ? (actions[action]?.formats ?? []) : [];
  return [...new Set([...others, 'text', 'json', 'pretty-json'])];
}

function optionNode(option: Option, formats: readonly string[]): OptionNode {
  const { long, short, flags } = option;
  return {
    long,
    short,
    flags: oneLine(flags),
    summary: oneLine(option.description),
    group: oneLine(option.helpGroupHeading ?? 'Options:'),
    value: option.required ? optionValues(option, formats) : undefined,
  };
}

function optionValues(option: Option, formats: readonly string[]): Values {
  if (option.argChoices) return { kind: 'choices', choices: option.argChoices };
  if (option.long === '--format') return { kind: 'choices', choices: formats };
  const { value, usualValues } = option instanceof DeclaredOption ? option.spec : {};
  if (usualValues) return { kind: 'choices', choices: usualValues };
  return { kind: value === 'file' ? 'files' : 'any' };
}

/** Without line breaks and whatever else a terminal would act on. */
function oneLine(text: string): string {
  return escapeControls(text.replace(/\s+/g, ' ').trim());
}
