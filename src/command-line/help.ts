/** How help reads: wrapped between words at every width, commands first, titles bold. */
import type { Command, Help } from 'commander';
import type { Example } from '../contract/provider.js';
import { padTo, textWidth } from '../output/text-width.js';
import { wrapCommand, wrapText } from '../output/word-wrap.js';

export interface HelpStyle {
  /** Columns of the terminal. */
  readonly width: number;
  readonly bold: (text: string) => string;
}

/** A description needs at least so much room beside its term; else it stands beneath. */
const LEAST_BESIDE = 36;
const INDENT = '  ';
const BENEATH = '      ';

interface Item {
  readonly term: string;
  readonly text: string;
}

interface Section {
  readonly title: string;
  readonly items: readonly Item[];
}

/** What a command's help says, up to its notes and examples. */
export function helpText(command: Command, helper: Help, style: HelpStyle): string {
  const sections = sectionsOf(command, helper);
  const widest = Math.max(
    0,
    ...sections.flatMap(({ items }) => items.map(({ term }) => textWidth(term))),
  );
  const description = helper.commandDescription(command);
  return [
    wrapText(`${style.bold('Usage:')} ${helper.commandUsage(command)}`, {
      width: style.width,
      hanging: 2,
    }),
    '',
    ...(description === '' ? [] : [wrapText(description, { width: style.width }), '']),
    ...sections.flatMap(({ title, items }) => [
      style.bold(title),
      ...items.map((item) => itemText(item, widest, style.width)),
      '',
    ]),
  ].join('\n');
}

function sectionsOf(command: Command, helper: Help): readonly Section[] {
  const commands = helper.visibleCommands(command).map((sub) => ({
    title: sub.helpGroup() || 'Commands:',
    term: helper.subcommandTerm(sub),
    text: helper.subcommandDescription(sub),
  }));
  const operands = helper.visibleArguments(command).map((argument) => ({
    title: 'Arguments:',
    term: helper.argumentTerm(argument),
    text: helper.argumentDescription(argument),
  }));
  const options = helper.visibleOptions(command).map((option) => ({
    title: option.helpGroupHeading ?? 'Options:',
    term: helper.optionTerm(option),
    text: helper.optionDescription(option),
  }));
  const all = [...commands, ...operands, ...options];
  return [...new Set(all.map(({ title }) => title))].map((title) => ({
    title,
    items: all.filter((item) => item.title === title),
  }));
}

function itemText({ term, text }: Item, widest: number, width: number): string {
  const beside = width - widest - 2 * INDENT.length;
  if (text === '') return INDENT + term;
  if (beside < LEAST_BESIDE) return `${INDENT}${term}\n${wrapText(BENEATH + text, { width })}`;
  const column = ' '.repeat(widest + 2 * INDENT.length);
  const wrapped = wrapText(column + text, { width });
  return `${INDENT}${padTo(term, widest)}${wrapped.slice(INDENT.length + widest)}`;
}

/** What stands after the options: what is good to know, and examples below what they are for. */
export function helpTail(
  examples: readonly Example[],
  notes: readonly string[],
  { width, bold }: HelpStyle,
): string {
  const known = notes.map((note) => wrapText(`${INDENT}- ${note}`, { width, hanging: 2 }));
  const shown = examples.flatMap(({ command, why }) => [
    wrapText(why, { width, mark: `${INDENT}# ` }),
    wrapCommand(command, INDENT, width),
  ]);
  return [
    '',
    ...(known.length > 0 ? [bold('Good to know:'), ...known, ''] : []),
    bold('Examples:'),
    ...shown,
  ].join('\n');
}
