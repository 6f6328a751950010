/** Reads a journal line by line, and says which lines cannot be relied on. */
import type { Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
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
}

/** Entries in the order of their lines; blank lines are none. Throws what the file system throws. */
export async function* readJournal(
  path: string,
  { checkHashes = false }: ReadOptions = {},
): AsyncGenerator<JournalEntry> {
  const load = checkHashes ? (await import('node:crypto')).createHash : undefined;
  const part = createPartReader(load && (() => load('sha256')));
  let unreadable: JournalEntry | undefined;
  for await (const { bytes, line, isWhole } of linesOf(path)) {
    if (bytes.length === 0) {
      // A part begins with a newline, so that a torn line stands right before its head, and no other.
      if (unreadable) yield unreadable;
      unreadable = undefined;
      part.skip(bytes);
      continue;
    }
    const entry = part.read(bytes, line);
    if (unreadable) yield entry.kind === 'head' ? torn(unreadable.line) : unreadable;
    unreadable = undefined;
    if (entry.kind !== 'unreadable') yield entry;
    else if (!isWhole) yield torn(line);
    else unreadable = entry;
  }
  if (unreadable) yield unreadable;
}

function torn(line: number): JournalEntry {
  return { line, kind: 'unreadable', reason: 'torn' };
}

/** Reads the lines of one part after the other. */
function createPartReader(load: (() => Hash) | undefined) {
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
    read(bytes: Buffer, line: number): JournalEntry {
      const head = bytes.subarray(0, HEAD_START.length).equals(HEAD_START)
        ? readHead(bytes, line)
        : undefined;
      if (head) return head;
      if (foreign !== undefined) {
        return { line, kind: 'foreign', format: foreign, value: parseJson(bytes.toString('utf8')) };
      }
      const isWhole = seed !== undefined && checksumOf(bytes, seed) !== undefined;
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
const LINE_END = Buffer.from('\n');

interface Line {
  readonly bytes: Buffer;
  readonly line: number;
  /** Whether its newline is there. */
  readonly isWhole: boolean;
}

async function* linesOf(path: string): AsyncGenerator<Line> {
  let rest: Buffer[] = [];
  let line = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 256 * 1024 })) {
    const bytes = chunk as Buffer;
    let from = 0;
    for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, from)) {
      const piece = bytes.subarray(from, end);
      line += 1;
      yield {
        bytes: rest.length > 0 ? Buffer.concat([...rest, piece]) : piece,
        line,
        isWhole: true,
      };
      rest = [];
      from = end + 1;
    }
    if (from < bytes.length) rest.push(bytes.subarray(from));
  }
  if (rest.length > 0) yield { bytes: Buffer.concat(rest), line: line + 1, isWhole: false };
}
