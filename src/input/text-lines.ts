/** Bare lines of the input: blank lines and comments are skipped, a line may lie in several chunks. */
import { LONGEST, NOT_UTF8, readValue, TOO_LONG, type InputRecord } from './input-record.js';
import type { Cursor } from './json-splitter.js';

/**
 * What follows: `line`: a new line starts; `text`: the chunk ends inside a line; `skip`: the rest of
 * the line means nothing; `json`: the cursor is at the first character of a JSON value.
 */
export type AfterLines = 'line' | 'text' | 'skip' | 'json';

export interface TextLines {
  /** Reads from the start of a line. `damaged`: some of the chunk's bytes were not UTF-8. */
  read(damaged: boolean): AfterLines;
  /** Reads on in the line that the last chunk left open. */
  readHeld(): AfterLines;
  /** The input ends inside a line. */
  end(): void;
}

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const QUOTE = 0x22;
const HASH = 0x23;
const OPEN_ARRAY = 0x5b;
const OPEN_OBJECT = 0x7b;

export interface LineRules {
  /** A line is text, whatever it begins with. */
  readonly isPlain?: boolean;
  /** A line that begins with a quote and is no JSON string is text: `"token": "…",` of a file. */
  readonly keepsTorn?: boolean;
}

export function createTextLines(
  cursor: Cursor,
  give: (record: InputRecord) => void,
  { isPlain = false, keepsTorn = false }: LineRules = {},
): TextLines {
  let held = '';

  function read(damaged: boolean): AfterLines {
    const { chunk } = cursor;
    let { at } = cursor;
    while (at < chunk.length) {
      const code = chunk.charCodeAt(at);
      if (code === NEWLINE) cursor.line++;
      // The byte order mark is white space too.
      if (code === NEWLINE || isSpace(code)) {
        at++;
        continue;
      }
      cursor.at = at;
      if (code === HASH) return 'skip';
      const isString = code === QUOTE && !keepsTorn;
      const isJson = isString || code === OPEN_ARRAY || code === OPEN_OBJECT;
      if (isJson && !isPlain) return 'json';
      const newline = chunk.indexOf('\n', at);
      if (newline < 0) return hold(chunk.slice(at));
      const stop = chunk.charCodeAt(newline - 1) === RETURN ? newline - 1 : newline;
      giveText(chunk.slice(at, stop), damaged);
      cursor.line++;
      at = newline + 1;
    }
    cursor.at = at;
    return 'line';
  }

  function readHeld(): AfterLines {
    const newline = cursor.chunk.indexOf('\n', cursor.at);
    if (newline < 0) return hold(held + cursor.chunk.slice(cursor.at));
    const line = held + cursor.chunk.slice(cursor.at, newline);
    held = '';
    giveText(line.endsWith('\r') ? line.slice(0, -1) : line, true);
    cursor.line++;
    cursor.at = newline + 1;
    return 'line';
  }

  function hold(text: string): AfterLines {
    cursor.at = cursor.chunk.length;
    // One more than the limit, for the carriage return that may be the last character.
    const isLong = text.length > LONGEST + 1;
    held = isLong ? '' : text;
    if (!isLong) return 'text';
    give({ line: cursor.line, bad: TOO_LONG });
    return 'skip';
  }

  function giveText(text: string, doubtful: boolean): void {
    const { line } = cursor;
    if (text.length > LONGEST) give({ line, bad: TOO_LONG });
    else if (doubtful && text.includes('\ufffd')) give({ line, bad: NOT_UTF8 });
    else give((isPlain ? undefined : stringOf(text, line)) ?? bareLine(text, line));
  }

  return { read, readHeld, end: () => giveText(held, true) };
}

/** The record of a line that is a JSON string. */
function stringOf(text: string, line: number): InputRecord | undefined {
  if (text.charCodeAt(0) !== QUOTE) return undefined;
  const record = readValue(text.trimEnd(), line);
  return record.bad === undefined ? record : undefined;
}

function bareLine(text: string, line: number): InputRecord {
  const last = text.charCodeAt(text.length - 1);
  return { line, text: isSpace(last) ? text.trimEnd() : text };
}

/** White space as String.trim knows it. */
export function isSpace(code: number): boolean {
  if (code > 0x20 && code < 0x80) return false;
  return code <= 0x20 ? code === 0x20 || (code >= 0x09 && code <= 0x0d) : isWideSpace(code);
}

function isWideSpace(code: number): boolean {
  return /\s/.test(String.fromCharCode(code));
}
