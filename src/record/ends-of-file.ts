/** The first and the last lines of a journal, without what lies between: a record may be long. */
import { closeSync, fstatSync, readSync } from 'node:fs';
import { openRegular } from '../files/file-chunks.js';
import { entryOf, foreignFormat } from '../journal/entry-shapes.js';
import { checksumOf, type JournalHead, type RunEnd } from '../journal/format.js';
import { parseJson } from '../contract/json.js';

export interface EndsOfFile {
  readonly bytes: number;
  readonly first: JournalHead | undefined;
  /** The head of the last part: the first one, unless the run was continued. */
  readonly last: JournalHead | undefined;
  /** Undefined where the last part has no end that its own checksum holds for. */
  readonly end: { readonly end: RunEnd; readonly sha256: string } | undefined;
  /** The head of a journal in another format, as it stands. */
  readonly foreign: { readonly format: number; readonly head: unknown } | undefined;
}

/** What holds the journal of a hundred targets whole: one read then tells all. */
const START = 32 * 1024;
/** What holds the end line, and most heads. */
const PIECE = 4 * 1024;
/** Room for a piece of each end. */
export const ENDS_BYTES = START + PIECE;
const LONGEST_HEAD = 64 * 1024 * 1024;
const HEAD_START = Buffer.from('{"run":');
const NEXT_HEAD = Buffer.from('\n{"run":');
const NEWLINE = 10;

/** @param buffer of `ENDS_BYTES`, to be used again for the next file */
export function readEnds(path: string, buffer: Buffer = Buffer.alloc(ENDS_BYTES)): EndsOfFile {
  const fd = openRegular(path);
  try {
    const read = readSync(fd, buffer, 0, START, 0);
    const start = buffer.subarray(0, read);
    const isWhole = read < START;
    const bytes = isWhole ? read : fstatSync(fd).size;
    const head = headIn(lineAt(fd, { bytes: start, from: firstLine(start), isWhole }));
    const tail = isWhole ? start : lastBytes(fd, bytes, buffer.subarray(START));
    return { bytes, foreign: head.foreign, ...lastPart(fd, { bytes, tail, head }) };
  } finally {
    closeSync(fd);
  }
}

interface Head {
  readonly head: JournalHead | undefined;
  readonly seed: number | undefined;
  readonly foreign: EndsOfFile['foreign'];
}

function headIn(line: Buffer): Head {
  const isHead = line.subarray(0, HEAD_START.length).equals(HEAD_START);
  const seed = isHead ? checksumOf(line, 0) : undefined;
  const entry = seed === undefined ? undefined : entryOf(line);
  if (entry?.kind === 'head') return { head: entry.head, seed, foreign: undefined };
  const format = isHead ? foreignFormat(line, seed !== undefined) : undefined;
  const value = format === undefined ? undefined : parseJson(line.toString('utf8'));
  const foreign =
    format === undefined ? undefined : { format, head: (value as { run: unknown }).run };
  return { head: undefined, seed: undefined, foreign };
}

/** Where the first line that is not blank begins. */
function firstLine(bytes: Buffer): number {
  let at = 0;
  while (bytes[at] === NEWLINE) at += 1;
  return at;
}

interface Start {
  readonly bytes: Buffer;
  readonly from: number;
  /** The file ends with these bytes. */
  readonly isWhole: boolean;
}

/** A line; it may be longer than what was read, where arguments named thousands of targets. */
function lineAt(fd: number, { bytes, from, isWhole }: Start): Buffer {
  const end = bytes.indexOf(NEWLINE, from);
  if (end >= 0) return bytes.subarray(from, end);
  if (isWhole) return bytes.subarray(from);
  for (let size = bytes.length * 8; size <= LONGEST_HEAD; size *= 8) {
    const more = Buffer.alloc(size);
    const read = readSync(fd, more, 0, size, from);
    const at = more.subarray(0, read).indexOf(NEWLINE);
    if (at >= 0) return more.subarray(0, at);
    if (read < size) break;
  }
  return bytes.subarray(from);
}

function lastBytes(fd: number, size: number, buffer: Buffer): Buffer {
  const length = Math.min(PIECE, size);
  return buffer.subarray(0, readSync(fd, buffer, 0, length, size - length));
}

interface Parts {
  readonly bytes: number;
  readonly tail: Buffer;
  readonly head: Head;
}

function lastPart(
  fd: number,
  { bytes, tail, head }: Parts,
): Pick<EndsOfFile, 'first' | 'last' | 'end'> {
  const first = head.head;
  const isLineWhole = tail.at(-1) === NEWLINE;
  const from = tail.lastIndexOf(NEWLINE, isLineWhole ? -2 : -1) + 1;
  const line = tail.subarray(from, isLineWhole ? -1 : undefined);
  const isOfFirst = head.seed !== undefined && checksumOf(line, head.seed) !== undefined;
  const later = isOfFirst ? head : (lastHead(fd, bytes) ?? head);
  // Its checksum says whether a line is whole: it may lack its newline.
  const isWhole = later.seed !== undefined && checksumOf(line, later.seed) !== undefined;
  const entry = isWhole ? entryOf(line) : undefined;
  const end = entry?.kind === 'end' ? { end: entry.end, sha256: entry.sha256 } : undefined;
  return { first, last: later.head ?? first, end };
}

/** The head that begins last, searched from the end. */
function lastHead(fd: number, size: number): Head | undefined {
  const step = 1024 * 1024;
  const piece = Buffer.alloc(step + NEXT_HEAD.length);
  for (let end = size; end > 0; end -= step) {
    const from = Math.max(0, end - step);
    const read = readSync(fd, piece, 0, Math.min(piece.length, size - from), from);
    const at = piece.subarray(0, read).lastIndexOf(NEXT_HEAD);
    if (at < 0) continue;
    const line = Buffer.alloc(PIECE);
    const start = from + at + 1;
    const found = line.subarray(0, readSync(fd, line, 0, PIECE, start));
    return headIn(lineFrom(fd, found, start));
  }
  return undefined;
}

function lineFrom(fd: number, found: Buffer, start: number): Buffer {
  const end = found.indexOf(NEWLINE);
  if (end >= 0 || found.length < PIECE) return end >= 0 ? found.subarray(0, end) : found;
  const more = Buffer.alloc(LONGEST_HEAD / 8);
  const read = more.subarray(0, readSync(fd, more, 0, more.length, start));
  const at = read.indexOf(NEWLINE);
  return at >= 0 ? read.subarray(0, at) : found;
}
