/** The first records of a text, cut at a delimiter: enough to tell a table from a list of lines. */

export type Delimiter = ',' | ';' | '\t';

export const DELIMITERS: readonly Delimiter[] = [',', ';', '\t'];
/** How many records decide what a text is. */
export const HEAD_RECORDS = 20;
/** How much of the text is looked at for them, in UTF-16 code units. */
export const HEAD_LENGTH = 64 * 1024;

export interface TextStart {
  /** Where the first record starts: behind blank lines, comments and `sep=`. */
  readonly offset: number;
  /** Its line, from 1. */
  readonly line: number;
  /** What a first line `sep=;` names. */
  readonly separator?: Delimiter;
}

/** Finds the first record. Spreadsheets write `sep=;` before it, people write comments. */
export function findStart(head: string): TextStart {
  let offset = 0;
  let line = 1;
  let separator: Delimiter | undefined;
  while (offset < head.length) {
    const newline = head.indexOf('\n', offset);
    const to = newline < 0 ? head.length : newline;
    const text = head.slice(offset, to).trim();
    const named = /^"?sep=(.)"?$/.exec(head.slice(offset, to).replace(/\r$/, ''))?.[1];
    const known = DELIMITERS.find((delimiter) => delimiter === named);
    if (known && line === 1) separator = known;
    else if (text !== '' && !text.startsWith('#')) break;
    if (newline < 0) return { offset: head.length, line, ...(separator && { separator }) };
    offset = newline + 1;
    line++;
  }
  return { offset, line, ...(separator && { separator }) };
}

/**
 * The first records from `offset` on, without blank lines and comments.
 * @param isWhole whether the text ends with the head: else its last record may be cut off, and is left out
 */
export function headRecords(
  head: string,
  { delimiter, offset, isWhole }: { delimiter: Delimiter; offset: number; isWhole: boolean },
): readonly (readonly string[])[] {
  const records: string[][] = [];
  let at = offset;
  while (at < head.length && records.length < HEAD_RECORDS) {
    const record = readRecord(head, at, delimiter);
    if (!record.isEnded && !isWhole) break;
    at = record.end;
    const [first = ''] = record.cells;
    if (record.cells.length > 1 || (first.trim() !== '' && !first.startsWith('#'))) {
      records.push(record.cells);
    }
  }
  return records;
}

function readRecord(
  text: string,
  from: number,
  delimiter: Delimiter,
): { cells: string[]; end: number; isEnded: boolean } {
  const cells: string[] = [];
  let cell = '';
  let isQuoted = false;
  let at = from;
  for (; at < text.length; at++) {
    const character = text.charAt(at);
    if (isQuoted) {
      if (character !== '"') cell += character;
      else if (text.charAt(at + 1) === '"') cell += text.charAt(at++);
      else isQuoted = false;
    } else if (character === '"' && cell === '') isQuoted = true;
    else if (character === delimiter) {
      cells.push(cell);
      cell = '';
    } else if (character === '\n') break;
    else if (character !== '\r') cell += character;
  }
  cells.push(cell);
  return { cells, end: at + 1, isEnded: at < text.length };
}
