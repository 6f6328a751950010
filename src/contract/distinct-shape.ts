/** Whether a text that should be no secret has the shape of some vendor's token. Small and quick. */
import { DISTINCT } from './distinct-shapes.js';

export interface DistinctShape {
  /** `github_pat_classic`: where a prefix has several shapes, the plainest of them. */
  readonly type: string;
  /** The vendor's id, which is its provider's where there is one. */
  readonly provider: string;
}

interface Row extends DistinctShape {
  readonly prefix: string;
  /** What follows the prefix at least: a sign for its class, and how many. */
  readonly least: string;
}

const CLASSES: Readonly<Record<string, string>> = {
  '~': '[A-Za-z0-9]',
  '@': '[\\w-]',
  '#': '[a-f0-9]',
  '^': '[a-z0-9]',
  '!': '[A-Z2-7]',
  '=': '[A-Za-z]',
};
/** A power of two. */
const HASHES = 2048;
/** By the first four characters of the prefix: none is shorter. */
const BY_START = readTable();
/** Which hashes of four characters such a prefix begins with: it decides for nearly every text. */
const MAY_START = startHashes();

function readTable(): ReadonlyMap<string, readonly Row[]> {
  const byStart = new Map<string, Row[]>();
  for (const line of DISTINCT.split('\n')) {
    const [provider = '', ...words] = line.split(' ');
    while (words.length > 0) {
      const [type, least = '', prefixes = ''] = words.splice(0, 3);
      for (const prefix of prefixes.split(',')) {
        const start = prefix.slice(0, 4);
        const row = { type: `${provider}_${type}`, provider, prefix, least };
        byStart.set(start, [...(byStart.get(start) ?? []), row]);
      }
    }
  }
  return byStart;
}

function startHashes(): Uint8Array {
  const hashes = new Uint8Array(HASHES);
  for (const start of BY_START.keys()) hashes[startHash(start, 0)] = 1;
  return hashes;
}

/** A hash of the four characters at a place. */
function startHash(text: string, at: number): number {
  const first = (text.charCodeAt(at) << 6) ^ (text.charCodeAt(at + 1) << 4);
  return (first ^ (text.charCodeAt(at + 2) << 2) ^ text.charCodeAt(at + 3)) & (HASHES - 1);
}

/** The shape that stands in a text, whole or inside it, where no word character is before it. */
export function distinctShape(text: string): DistinctShape | undefined {
  for (let start = 0; start < text.length; start = afterBreak(text, start)) {
    if (MAY_START[startHash(text, start)] === 0) continue;
    const row = BY_START.get(text.slice(start, start + 4))?.find((one) => has(text, start, one));
    if (row !== undefined) return { type: row.type, provider: row.provider };
  }
  return undefined;
}

/** The place behind the next character that is in no word. */
function afterBreak(text: string, from: number): number {
  let at = from;
  while (at < text.length && isInWord(text.charCodeAt(at))) at += 1;
  return at + 1;
}

/** A letter, a digit, `_` or `-`. */
function isInWord(code: number): boolean {
  const lower = code | 0x20;
  const isDigit = code >= 0x30 && code <= 0x39;
  return isDigit || (lower >= 0x61 && lower <= 0x7a) || code === 0x5f || code === 0x2d;
}

function has(text: string, start: number, { prefix, least }: Row): boolean {
  if (!text.startsWith(prefix, start)) return false;
  const oneClass = CLASSES[least.charAt(0)];
  const follows = oneClass === undefined ? ` ?\\S{${least}}` : `${oneClass}{${least.slice(1)}}`;
  return new RegExp(`^${follows}`).test(text.slice(start + prefix.length));
}
