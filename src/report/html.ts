/**
 * HTML as a type of its own. Whatever is put into a template is text and is escaped, unless it was
 * made by a template itself: there is no other way to make HTML, and none to forget the escaper.
 */
import { escapeControls } from '../contract/text.js';

const MADE = Symbol('html');

export interface Html {
  readonly [MADE]: string;
}

type Value = Html | readonly Html[] | string | number | undefined;

/** HTML of a template. Attributes stand in double quotes; `undefined` is nothing. */
export function html(texts: TemplateStringsArray, ...values: readonly Value[]): Html {
  let text = texts[0] ?? '';
  for (const [index, value] of values.entries()) {
    if (text.endsWith('=')) throw new Error('the value of an attribute needs its quotes');
    text += textOf(value) + (texts[index + 1] ?? '');
  }
  return { [MADE]: text };
}

export function textOfHtml(made: Html): string {
  return made[MADE];
}

/** The content of a style element, which knows no escapes: only text that cannot end it is taken. */
export function styleElement(css: string): Html {
  if (css.includes('<')) throw new Error('a style holds no "<"');
  return { [MADE]: `<style>${css}</style>` };
}

function textOf(value: Value): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return escapeHtml(value);
  if (Array.isArray(value)) return (value as readonly Html[]).map(made).join('');
  return made(value as Html);
}

/** What a journal holds may look like anything, but it never carries the symbol. */
function made(value: Html): string {
  const text = value[MADE];
  if (typeof text !== 'string') throw new Error('only text and HTML go into a template');
  return text;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

function escapeHtml(text: string): string {
  return escapeControls(text).replace(/[&<>"'`]/g, (character) => ESCAPES[character] ?? '');
}
