/** Finds the shape that stands at a place of a text: boundaries on both sides, the longest first. */
import type { Shape, UnrevocableShape, Vendor } from '../contract/shape.js';

export type Known = {
  readonly vendor: Vendor;
} & (
  | { readonly revocable: true; readonly shape: Shape }
  | { readonly revocable: false; readonly shape: UnrevocableShape }
);

export interface Match {
  readonly start: number;
  readonly end: number;
  /** Absent for a JWT whose issuer no vendor here claims. */
  readonly known?: Known;
}

export interface Matcher {
  /** The longest shape that begins at `start`, where no word character may stand before it. */
  at(text: string, start: number): Match | undefined;
  /** Every token of a text, in order, none over another. */
  all(text: string): readonly Match[];
  /** The shape that a text begins like, wherever in it, without having all of it. */
  begun(text: string): Known | undefined;
  /** The vendor whose JWTs have that issuer. */
  byIssuer(issuer: string): Known | undefined;
}

interface Rule {
  readonly prefix: string;
  readonly rest: RegExp;
  readonly notAfter: RegExp | undefined;
  readonly known: Known;
}

interface NearRule {
  readonly near: RegExp;
  readonly rest: RegExp;
  readonly known: Known;
}

const AFTER = '(?![A-Za-z0-9_-])';
const JWT = new RegExp(`eyJ[\\w-]{8,}\\.[\\w-]{8,}\\.[\\w-]*${AFTER}`, 'y');
/** How far behind a name its value may stand. */
const NEAR = 80;

/** Whether a character may not stand beside a token: `[A-Za-z0-9_-]`. */
export function isWord(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    (code >= 48 && code <= 57) ||
    code === 95 ||
    code === 45
  );
}

/** A prefix of four characters or more that is its vendor's own. */
export function isDistinct(shape: Shape, prefix: string): boolean {
  return prefix.length >= 4 && shape.distinct !== false && shape.near === undefined;
}

export function createMatcher(vendors: readonly Vendor[]): Matcher {
  const known = vendors.flatMap((vendor): Known[] => [
    ...vendor.revocable.map((shape) => ({ vendor, revocable: true, shape }) as const),
    ...vendor.unrevocable.map((shape) => ({ vendor, revocable: false, shape }) as const),
  ]);
  const issued = known.filter(({ shape }) => shape.issuer !== undefined);
  const rules = known
    .filter(({ shape }) => shape.issuer === undefined && shape.near === undefined)
    .flatMap(rulesOf);
  const nearRules = known.flatMap(nearRulesOf);
  const anyNear = new RegExp(nearRules.map(({ near }) => near.source).join('|') || '(?!)', 'i');
  const byFirst = new Map<number, Rule[]>();
  for (const rule of rules) {
    const first = rule.prefix.charCodeAt(0);
    byFirst.set(first, [...(byFirst.get(first) ?? []), rule]);
  }
  const starting = Array.from({ length: 128 }, (_, code) => byFirst.get(code));
  const at = (text: string, start: number) => longest(text, start, starting);
  return {
    at,
    all(text) {
      const found = plain(text, starting);
      return anyNear.test(text) ? withNear(text, found, nearRules) : found;
    },
    begun: (text) => begun(text, starting),
    byIssuer: (issuer) =>
      issued.find(({ shape }) => new RegExp(shape.issuer as string).test(issuer)),
  };
}

type Starting = readonly (readonly Rule[] | undefined)[];

function rulesOf(known: Known): readonly Rule[] {
  const { shape } = known;
  const rest = new RegExp(`(?:${shape.rest})${AFTER}`, 'y');
  const notAfter = shape.notAfter === undefined ? undefined : new RegExp(shape.notAfter);
  return shape.prefixes.map((prefix) => ({ prefix, rest, notAfter, known }));
}

function nearRulesOf(known: Known): readonly NearRule[] {
  const { near, rest } = known.shape;
  if (near === undefined) return [];
  const alone = `(?<![A-Za-z0-9_-])(?:${rest})${AFTER}`;
  return [{ near: new RegExp(near, 'gi'), rest: new RegExp(alone, 'g'), known }];
}

function longest(text: string, start: number, starting: Starting): Match | undefined {
  const rules = starting[text.charCodeAt(start)];
  let best: Match | undefined;
  let prefix = 0;
  for (const rule of rules ?? []) {
    if (!text.startsWith(rule.prefix, start)) continue;
    if (start > 0 && rule.notAfter?.test(text.charAt(start - 1))) continue;
    rule.rest.lastIndex = start + rule.prefix.length;
    if (!rule.rest.test(text)) continue;
    const end = rule.rest.lastIndex;
    const isLonger = end > (best?.end ?? 0);
    // `sk-admin-` before `sk-`, where both would take the same.
    if (!isLonger && !(end === best?.end && rule.prefix.length > prefix)) continue;
    best = { start, end, known: rule.known };
    prefix = rule.prefix.length;
  }
  JWT.lastIndex = start;
  if (text.startsWith('eyJ', start) && JWT.test(text) && JWT.lastIndex > (best?.end ?? 0)) {
    return { start, end: JWT.lastIndex };
  }
  return best;
}

function plain(text: string, starting: Starting): Match[] {
  const found: Match[] = [];
  let wordBefore = false;
  for (let place = 0; place < text.length; place++) {
    const code = text.charCodeAt(place);
    const match = wordBefore || code > 127 ? undefined : longest(text, place, starting);
    wordBefore = isWord(code);
    if (match === undefined) continue;
    found.push(match);
    place = match.end - 1;
    wordBefore = isWord(text.charCodeAt(place));
  }
  return found;
}

/** Adds the values that are recognised only by a name before them, where nothing else was found. */
function withNear(text: string, found: Match[], rules: readonly NearRule[]): readonly Match[] {
  for (const { near, rest, known } of rules) {
    near.lastIndex = 0;
    for (let name = near.exec(text); name !== null; name = near.exec(text)) {
      rest.lastIndex = near.lastIndex;
      const value = rest.exec(text);
      if (value === null || value.index - near.lastIndex > NEAR) continue;
      const start = value.index;
      const end = rest.lastIndex;
      if (text.slice(near.lastIndex, start).includes('\n')) continue;
      if (found.some((other) => start < other.end && other.start < end)) continue;
      found.push({ start, end, known });
    }
  }
  return found.sort((a, b) => a.start - b.start);
}

function begun(text: string, starting: Starting): Known | undefined {
  for (let place = 0; place < text.length; place++) {
    if (place > 0 && isWord(text.charCodeAt(place - 1))) continue;
    for (const { prefix, known } of starting[text.charCodeAt(place)] ?? []) {
      if (isDistinct(known.shape, prefix) && text.startsWith(prefix, place)) return known;
    }
  }
  return undefined;
}
