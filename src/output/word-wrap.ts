/** Text wrapped between words. */
import type { OutputStream } from '../runtime/world.js';
import { textWidth } from './text-width.js';

/** Narrower terminals are taken for this wide: they break the lines themselves. */
const LEAST_COLUMNS = 40;

export interface WrapOptions {
  /** Columns of the terminal. */
  readonly width: number;
  /** What every line but the first of a paragraph is indented by, beyond its own indentation. */
  readonly hanging?: number;
  /** What stands before every line: the mark of a comment. */
  readonly mark?: string;
}

/**
 * Each line of the text, wrapped between words and indented as it was. A word that does not fit on
 * a line of its own is left whole, so that a path or a token can be copied.
 */
export function wrapText(text: string, { width, hanging = 0, mark = '' }: WrapOptions): string {
  const columns = Math.max(LEAST_COLUMNS, width) - textWidth(mark);
  return text
    .split('\n')
    .map((line) => {
      if (textWidth(line) <= columns) return line;
      const [indent = ''] = /^ */.exec(line) ?? [];
      const words = line.slice(indent.length).split(' ');
      return fill(words, { columns, first: indent, rest: indent + ' '.repeat(hanging), end: '' });
    })
    .flatMap((lines) => lines.split('\n').map((line) => mark + line))
    .join('\n');
}

/**
 * A shell command, broken between its words where it does not fit, with a backslash at each break,
 * so that it can be copied as it stands.
 */
export function wrapCommand(command: string, indent: string, width: number): string {
  const columns = Math.max(LEAST_COLUMNS, width);
  const line = `${indent}${command}`;
  if (textWidth(line) <= columns) return line;
  return fill(shellWords(command), { columns, first: indent, rest: `${indent}  `, end: ' \\' });
}

interface FillOptions {
  readonly columns: number;
  readonly first: string;
  readonly rest: string;
  /** What stands at the end of each line but the last. */
  readonly end: string;
}

function fill(words: readonly string[], { columns, first, rest, end }: FillOptions): string {
  const lines: string[] = [];
  let line = first;
  let isEmpty = true;
  words.forEach((word, index) => {
    const isLast = index === words.length - 1;
    const room = columns - (isLast ? 0 : textWidth(end));
    const longer = isEmpty ? line + word : `${line} ${word}`;
    if (isEmpty || textWidth(longer) <= room) {
      line = longer;
      isEmpty = false;
      return;
    }
    lines.push(line.trimEnd() + end);
    line = rest + word;
  });
  return [...lines, line].join('\n');
}

/** The words of a command with their quotes, pipes and redirections kept beside what they belong to. */
function shellWords(command: string): readonly string[] {
  return command.match(/(?:'[^']*'|"(?:\\.|[^"\\])*"|\\.|[^\s'"\\])+/g) ?? [command];
}

/** Text wrapped to the terminal; as it is where there is none. */
export function fitted(out: OutputStream, text: string): string {
  return out.isTTY ? wrapText(text, { width: out.columns, hanging: 2 }) : text;
}
