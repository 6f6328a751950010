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
/** By the first four characters of the prefix: none is shorter. */
const BY_START = readTable();

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

/** The shape that stands in a text, whole or inside it, where no word character is before it. */
export function distinctShape(text: string): DistinctShape | undefined {
  let start = 0;
  for (;;) {
    const row = BY_START.get(text.slice(start, start + 4))?.find((one) => has(text, start, one));
    if (row !== undefined) return { type: row.type, provider: row.provider };
    const next = text.slice(start).search(/[^\w-]/);
    if (next === -1) return undefined;
    start += next + 1;
  }
}

function has(text: string, start: number, { prefix, least }: Row): boolean {
  if (!text.startsWith(prefix, start)) return false;
  const oneClass = CLASSES[least.charAt(0)];
  const follows = oneClass === undefined ? ` ?\\S{${least}}` : `${oneClass}{${least.slice(1)}}`;
  return new RegExp(`^${follows}`).test(text.slice(start + prefix.length));
}
