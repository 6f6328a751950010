/** Makes the table of distinct prefixes, all of the shapes that ordinary runs load. */
import type { Shape, Vendor } from '../contract/shape.js';
import { isDistinct } from './matcher.js';

/** One sign for each class that a rest begins with; distinct-shape.ts reads them. */
const SIGNS: Readonly<Record<string, string>> = {
  '[A-Za-z0-9]': '~',
  '[\\w-]': '@',
  '\\w': '@',
  '[a-f0-9]': '#',
  '[a-z0-9]': '^',
  '[A-Z2-7]': '!',
  '[A-Za-z]': '=',
};
/** Of a rest that begins with anything else: so many characters that are no white space. */
const OTHER = '16';

/**
 * A line for each vendor: its id, then for each type the type without the vendor, what follows the
 * prefix at least, and the prefixes.
 */
function table(vendors: readonly Vendor[]): string {
  return vendors
    .map(({ id, revocable, unrevocable }) => {
      const rows = rowsOf([...revocable, ...unrevocable]).map(
        ({ type, least, prefixes }) =>
          ` ${type.slice(id.length + 1)} ${least} ${prefixes.join(',')}`,
      );
      return id + rows.join('');
    })
    .filter((line) => line.includes(' '))
    .join('\n');
}

interface Row {
  readonly type: string;
  readonly prefixes: readonly string[];
  readonly least: string;
}

/** A prefix stands once: by the first shape that has it, with the least that any of them asks. */
function rowsOf(shapes: readonly Shape[]): readonly Row[] {
  const taken = new Set<string>();
  return shapes.flatMap((shape) => {
    const prefixes = shape.prefixes.filter(
      (prefix) => isDistinct(shape, prefix) && !taken.has(prefix),
    );
    if (prefixes.length === 0) return [];
    for (const prefix of prefixes) taken.add(prefix);
    const leasts = shapes
      .filter((other) => other.prefixes.some((prefix) => prefixes.includes(prefix)))
      .map(leastOf);
    const stem = stemOf(prefixes);
    return stem === undefined
      ? [{ type: shape.type, prefixes, least: loosest(leasts) }]
      : [{ type: shape.type, prefixes: [stem], least: OTHER }];
  });
}

function loosest(leasts: readonly string[]): string {
  if (leasts.includes(OTHER)) return OTHER;
  return [...leasts].sort((a, b) => Number(a.slice(1)) - Number(b.slice(1)))[0] ?? OTHER;
}

function leastOf({ rest }: Shape): string {
  const [, name = '', count = ''] = /^(\[[^\]]+\]|\\w)\{(\d+)/.exec(rest) ?? [];
  const sign = SIGNS[name];
  return sign === undefined ? OTHER : sign + count;
}

/** What all of several prefixes begin with, where that alone is distinct: `tskey-`. */
function stemOf([first = '', ...others]: readonly string[]): string | undefined {
  if (others.length === 0) return undefined;
  const end = [...first].findIndex((letter, at) => others.some((one) => one[at] !== letter));
  const stem = first.slice(0, end);
  return /^\w{4,}[-_]$/.test(stem) ? stem : undefined;
}

/** The source of src/contract/distinct-shapes.ts. */
export function distinctModule(vendors: readonly Vendor[]): string {
  return `/** Made by test/generate/distinct-shapes.mjs from the shapes of all vendors. Not for editing. */
export const DISTINCT = \`\\
${table(vendors)}\`;
`;
}

/** The source of src/contract/distinct-hosts.ts: a line for each vendor that names hosts of its own. */
export function hostsModule(vendors: readonly Vendor[]): string {
  const lines = vendors
    .filter(({ hosts }) => hosts.length > 0)
    .map(({ id, hosts }) => [id, ...hosts].join(' '));
  return `/** Made by test/generate/distinct-shapes.mjs from the hosts of all vendors. Not for editing. */
export const HOSTS = \`\\
${lines.join('\n')}\`;
`;
}
