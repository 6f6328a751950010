/**
 * Markdown as a type of its own. Whatever is put into a template becomes a code span, in which
 * nothing is markup: no link, no mention, no HTML. Only what a template made stands as it is.
 */
import { escapeControls } from '../contract/text.js';

const MADE = Symbol('markdown');

export interface Markdown {
  readonly [MADE]: string;
}

type Value = Markdown | readonly Markdown[] | string | number | undefined;

export function markdown(texts: TemplateStringsArray, ...values: readonly Value[]): Markdown {
  let text = texts[0] ?? '';
  for (const [index, value] of values.entries()) {
    text += textOf(value) + (texts[index + 1] ?? '');
  }
  return { [MADE]: text };
}

export function textOfMarkdown(made: Markdown): string {
  return made[MADE];
}

/** A link that shows where it goes. @param url one of our own */
export function markdownLink(url: string): Markdown {
  if (!/^https:\/\/[\w.-]+(?:\/[\w./:?=#&%-]*)?$/.test(url)) throw new Error('not a plain URL');
  return { [MADE]: `<${url}>` };
}

/** Words of our own, without any markup in them. */
export function plainWords(words: string): Markdown {
  if (!/^[\w ,.:;()+/'-]*$/.test(words)) return { [MADE]: codeSpan(words) };
  return { [MADE]: words };
}

function textOf(value: Value): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return codeSpan(value);
  if (Array.isArray(value)) return (value as readonly Markdown[]).map(made).join('');
  return made(value as Markdown);
}

function made(value: Markdown): string {
  const text = value[MADE];
  if (typeof text !== 'string') throw new Error('only text and Markdown go into a template');
  return text;
}

/** One line, in a fence that is longer than any run of backticks in it. */
function codeSpan(text: string): string {
  const line = escapeControls(text);
  if (line.trim() === '') return '(empty)';
  const longest = Math.max(0, ...(line.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  // One space is taken away again at each end, where both ends have one.
  const padding = /^[ `]|[ `]$/.test(line) ? ' ' : '';
  return `${fence}${padding}${line}${padding}${fence}`;
}
