/** Reads a journal line by line, and says which lines cannot be relied on. */
import type { Hash } from 'node:crypto';
import {
  checksumOf,
  CRC_TAIL,
  HASH_TAIL,
  type Intent,
  type JournalHead,
  type RunEnd,
  type Settled,
} from './format.js';
import { parseJson } from '../contract/json.js';
import { fileChunks } from '../files/file-chunks.js';
import { entryOf, foreignFormat } from './entry-shapes.js';

export type JournalEntry = {
  /** From 1. */
  readonly line: number;
} & (
  | { readonly kind: 'head'; readonly head: JournalHead }
  | ({ readonly kind: 'intent' } & Intent)
  | ({ readonly kind: 'outcome' } & Settled)
  | {
      readonly kind: 'end';
      readonly end: RunEnd;
      readonly sha256: string;
      /** Whether the part is what its writer hashed; undefined where hashes are not checked. */
      readonly isIntact: boolean | undefined;
    }
  /** A line of a part that another version wrote in another format, as it stands. */
  | { readonly kind: 'foreign'; readonly format: number; readonly value: unknown }
  /** Torn by a crash at the end of its part, or damaged: what it would say is not known. */
  | { readonly kind: 'unreadable'; readonly reason: 'torn' | 'damaged' }
);

export interface ReadOptions {
  /** Checks the hash of every part that has an end. */
  readonly checkHashes?: boolean;
  /** Leaves out what was begun, for who needs to know only what became of it. */
  readonly skipIntents?: boolean;
}

/** Entries in the order of their lines; blank lines are none. Throws what the file system throws. */
export async function* readJournal(
  path: string,
  options: ReadOptions = {},
): AsyncGenerator<JournalEntry> {
  for await (const some of readJournalInPieces(path, options)) yield* some;
}

/** The same, as many entries at a time as a piece of the file holds: a wait for each takes long. */
export async function* readJournalInPieces(
  path: string,
  { checkHashes = false, skipIntents = false }: ReadOptions = {},
): AsyncGenerator<readonly JournalEntry[]> {
  const load = checkHashes ? (await import('node:crypto')).createHash : undefined;
  const part = createPartReader({ hash: load && (() => load('sha256')), skipIntents });
  const take = createLineTaker(part);
  const lines = createLineSplitter();
  for (const chunk of fileChunks(path)) {
    const entries: JournalEntry[] = [];
    lines.split(chunk, (bytes, line) => take(entries, { bytes, line, isWhole: true }));
    yield entries;
  }
  const entries: JournalEntry[] = [];
  const rest = lines.rest();
  if (rest) take(entries, { ...rest, isWhole: false });
  take(entries, undefined);
  if (entries.length > 0) yield entries;
}

/** What a line cannot be read for is known only when the next one is there. */
function createLineTaker(part: ReturnType<typeof createPartReader>) {
  let unreadable: JournalEntry | undefined;
  /** @param next undefined at the end of the file */
  return (entries: JournalEntry[], next: Line | undefined): void => {
    if (!next || next.bytes.length === 0) {
      // A part begins with a newline, so that a torn line stands right before its head, and no other.
      if (unreadable) entries.push(unreadable);
      unreadable = undefined;
      if (next) part.skip(next.bytes);
      return;
    }
    const entry = part.read(next.bytes, next.line);
    if (unreadable) entries.push(entry?.kind === 'head' ? torn(unreadable.line) : unreadable);
    unreadable = undefined;
    if (entry?.kind !== 'unreadable') {
      if (entry) entries.push(entry);
    } else if (!next.isWhole) entries.push(torn(next.line));
    else unreadable = entry;
  };
}

function torn(line: number): JournalEntry {
  return { line, kind: 'unreadable', reason: 'torn' };
}

interface PartReaderOptions {
  readonly hash: (() => Hash) | undefined;
  readonly skipIntents: boolean;
}

/** Reads the lines of one part after the other. */
function createPartReader({ hash: load, skipIntents }: PartReaderOptions) {
  /** The checksum that lines of this format start from. */
  let seed: number | undefined;
  let foreign: number | undefined;
  let digest: Hash | undefined;
  const hashed = (bytes: Uint8Array) => {
    digest?.update(bytes);
    digest?.update(LINE_END);
  };
  const readHead = (bytes: Buffer, line: number): JournalEntry | undefined => {
    const crc = checksumOf(bytes, 0);
    const entry = crc === undefined ? undefined : entryOf(bytes);
    const other = foreignFormat(bytes, crc !== undefined);
    if (entry?.kind !== 'head' && other === undefined) return undefined;
    foreign = other;
    seed = other === undefined ? crc : undefined;
    digest = other === undefined ? load?.() : undefined;
    hashed(bytes);
    return entry?.kind === 'head'
      ? { line, ...entry }
      : { line, kind: 'foreign', format: other ?? 0, value: parseJson(bytes.toString('utf8')) };
  };
  return {
    skip: hashed,
    /** Undefined for what is left out. */
    read(bytes: Buffer, line: number): JournalEntry | undefined {
      const head = bytes.subarray(0, HEAD_START.length).equals(HEAD_START)
        ? readHead(bytes, line)
        : undefined;
      if (head) return head;
      if (foreign !== undefined) {
        return { line, kind: 'foreign', format: foreign, value: parseJson(bytes.toString('utf8')) };
      }
      const isWhole = seed !== undefined && checksumOf(bytes, seed) !== undefined;
      if (isWhole && skipIntents && bytes.subarray(0, INTENT_START.length).equals(INTENT_START)) {
        hashed(bytes);
        return undefined;
      }
      const entry = isWhole ? entryOf(bytes) : undefined;
      if (entry?.kind === 'end') {
        digest?.update(bytes.subarray(0, -(HASH_TAIL + CRC_TAIL)));
        const isIntact = digest && digest.digest('hex') === entry.sha256;
        digest = undefined;
        return { line, ...entry, isIntact };
      }
      hashed(bytes);
      if (!entry || entry.kind === 'head') return { line, kind: 'unreadable', reason: 'damaged' };
      return { line, ...entry };
    },
  };
}

const HEAD_START = Buffer.from('{"run":');
const INTENT_START = Buffer.from('{"intent":');
const LINE_END = Buffer.from('\n');

interface Line {
  readonly bytes: Buffer;
  readonly line: number;
  /** Whether its newline is there. */
  readonly isWhole: boolean;
}

/** Cuts pieces of a file into its lines; what has no newline yet waits for the next piece. */
function createLineSplitter() {
  let waiting: Buffer[] = [];
  let line = 0;
  return {
    split(bytes: Buffer, each: (bytes: Buffer, line: number) => void): void {
      let from = 0;
      for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, from)) {
        const piece = bytes.subarray(from, end);
        line += 1;
        each(waiting.length > 0 ? Buffer.concat([...waiting, piece]) : piece, line);
        waiting = [];
        from = end + 1;
      }
      if (from < bytes.length) waiting.push(bytes.subarray(from));
    },
    rest: () =>
      waiting.length > 0 ? { bytes: Buffer.concat(waiting), line: line + 1 } : undefined,
  };
}
