/** One record of the input: a line of text, a value of JSON, or why it cannot be read. */

export interface InputRecord {
  /** The line where the record starts, from 1. */
  readonly line: number;
  /** A bare line of text, without white space at its ends, or */
  readonly text?: string;
  /** a JSON string or object, or */
  readonly value?: unknown;
  /** why the record cannot be read; never quotes the input, which may be a secret. */
  readonly bad?: string;
}

/** The most UTF-16 code units that one line or value may have. */
export const LONGEST = 1024 * 1024;
export const TOO_LONG = 'longer than 1 MiB';
export const NOT_UTF8 = 'not valid UTF-8';
export const NOT_JSON = 'not valid JSON';
export const KEY_TWICE = 'the key is there twice';

/** Nothing after this record can be told apart. */
export function restUnread(line: number, reason: string): InputRecord {
  return { line, bad: `${reason}: the rest from line ${line} on cannot be read` };
}

/** A value as it was written. `members` is how many an object has as written: JSON.parse hides those with the same key. */
export function readValue(text: string | undefined, line: number, members?: number): InputRecord {
  if (text === undefined) return { line, bad: TOO_LONG };
  if (text.includes('\ufffd')) return { line, bad: NOT_UTF8 };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The error's own message would quote the input.
    return { line, bad: NOT_JSON };
  }
  if (typeof value === 'string') return { line, value };
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { line, bad: notATarget(value) };
  }
  if (members !== undefined && Object.keys(value).length !== members) {
    return { line, bad: KEY_TWICE };
  }
  return { line, value };
}

export function notATarget(value: unknown): string {
  return `a target must be a string or an object, not ${kindOf(value)}`;
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  return Array.isArray(value) ? 'an array' : `a ${typeof value}`;
}
