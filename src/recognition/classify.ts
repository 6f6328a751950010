/** What a match means: a token to revoke, one that can only be named, or a value that is none. */
import { CHECKSUMS } from '../contract/checksum.js';
import type { Shape, UnrevocableShape } from '../contract/shape.js';
import { claimsOf, textClaim } from '../contract/jwt.js';
import { expiryOf, issuerToShow } from './expiry.js';
import { isCut, isPlaceholder } from './masks.js';
import type { Known, Match, Matcher } from './matcher.js';

interface Token {
  /** The value to send. For a pair, both halves with a colon between them. */
  readonly token: string;
  /** The halves of a pair. */
  readonly parts?: readonly string[];
  readonly checksum?: 'match' | 'mismatch';
  /** RFC 3339, as the token itself says it. */
  readonly expires_at?: string;
  readonly notes: readonly string[];
}

export type BadCode =
  | 'unknown_shape'
  | 'mistyped'
  | 'example'
  | 'masked'
  | 'half_of_pair'
  | 'no_value'
  | 'private_key'
  | 'several_tokens';

export interface Bad {
  readonly kind: 'bad';
  readonly code: BadCode;
  /** For people. Nothing of the value stands in it. */
  readonly reason: string;
  /** The type that it looks like. */
  readonly type?: string;
  /** Who issued the JWT that it is, as the JWT says. */
  readonly issuer?: string;
}

export type Recognised =
  | ({ readonly kind: 'family'; readonly provider: string; readonly shape: Shape } & Token)
  | ({
      readonly kind: 'not_revocable' | 'no_provider';
      /** The vendor's id; a provider of that id may revoke other tokens of the vendor. */
      readonly vendor: string;
      readonly shape: UnrevocableShape;
    } & Token)
  | Bad;

export interface RecogniseOptions {
  /** `false`: a checksum that does not match is only noted. */
  readonly checksum?: boolean;
}

export interface Classified {
  readonly recognised: Recognised;
  readonly start: number;
  readonly end: number;
}

export interface Surroundings {
  readonly matcher: Matcher;
  readonly examples: ReadonlySet<string>;
  readonly options: RecogniseOptions;
}

const NO_NOTES: readonly string[] = [];
const DOCUMENTED = /EXAMPLE(?:KEY)?$/;

export function bad(code: BadCode, reason: string, facts: Partial<Bad> = {}): Bad {
  return { kind: 'bad', code, reason, ...facts };
}

export function mistyped({ shape }: Known): Bad {
  return bad('mistyped', `looks like a ${shape.name}, but is mistyped or cut off`, {
    type: shape.type,
  });
}

/**
 * What a match in a text is. `within` is where the other half of a pair may stand: after the token
 * before it, and before the next one of its kind.
 */
export function classify(
  text: string,
  match: Match & { readonly within: readonly [number, number] },
  around: Surroundings,
): Classified {
  const { start, end } = match;
  const token = text.slice(start, end);
  const known = match.known ?? around.matcher.byIssuer(textClaim(claimsOf(token), 'iss') ?? '');
  if (known === undefined) return { recognised: unknownJwt(token, around), start, end };
  const type = known.shape.type;
  const { checksum } = known.shape;
  const isWhole = checksum === undefined ? undefined : CHECKSUMS[checksum.name](token);
  const answer = (recognised: Recognised) => ({ recognised, start, end });
  if (isWhole !== true) {
    if (around.examples.has(token) || DOCUMENTED.test(token)) return answer(example(type));
    if (isPlaceholder(token) || isCut(text, start, end)) return answer(masked(type));
  }
  if (isWhole === false && checksum?.enforced && around.options.checksum !== false) {
    return answer(mistyped(known));
  }
  const facts = factsOf(known.shape, token, isWhole);
  if (known.shape.pair !== undefined) return pairOf(text, match, { known, facts });
  return answer(recognisedAs(known, { token, ...facts }));
}

function example(type: string): Bad {
  return bad('example', 'an example value from documentation, not a token', { type });
}

function masked(type: string): Bad {
  return bad('masked', 'masked: the token itself is not here', { type });
}

type Facts = Omit<Token, 'token' | 'parts'>;

const MISMATCH = 'its checksum does not match: it may be mistyped';

/** Optional keys are set one by one: this runs for each of many thousand values. */
function factsOf(shape: Shape, token: string, isWhole: boolean | undefined): Facts {
  const notes = shape.notes ?? NO_NOTES;
  const facts: { -readonly [Key in keyof Facts]: Facts[Key] } = { notes };
  const expires = expiryOf(token, shape.expiry);
  if (expires !== undefined) facts.expires_at = expires;
  if (isWhole !== undefined) facts.checksum = isWhole ? 'match' : 'mismatch';
  if (isWhole === false) facts.notes = [...notes, MISMATCH];
  return facts;
}

function recognisedAs(known: Known, token: Token): Recognised {
  if (known.revocable) {
    return { kind: 'family', provider: known.vendor.id, shape: known.shape, ...token };
  }
  const kind = known.shape.revocable_by === 'holder' ? 'no_provider' : 'not_revocable';
  return { kind, vendor: known.vendor.id, shape: known.shape, ...token };
}

/** A token with its other half, where it is sure which one that is. */
function pairOf(
  text: string,
  { start, end, within }: Parameters<typeof classify>[1],
  { known, facts }: { readonly known: Known; readonly facts: Facts },
): Classified {
  const { name, pattern } = known.shape.pair as NonNullable<Shape['pair']>;
  const other = otherHalf(text, { start, end, within }, pattern);
  if (other === undefined) {
    const reason = `half of a pair: the ${name} that belongs to this ${known.shape.name} is missing`;
    return { recognised: bad('half_of_pair', reason, { type: known.shape.type }), start, end };
  }
  const parts = [text.slice(start, end), text.slice(other.start, other.end)];
  const span = { start: Math.min(start, other.start), end: Math.max(end, other.end) };
  if (DOCUMENTED.test(parts[1] as string)) {
    return { recognised: example(known.shape.type), ...span };
  }
  return { recognised: recognisedAs(known, { token: parts.join(':'), parts, ...facts }), ...span };
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** The one in the same line, the first behind before the last in front; else the only one there is. */
function otherHalf(
  text: string,
  { start, end, within: [from, to] }: Parameters<typeof classify>[1],
  pattern: string,
): Span | undefined {
  const half = new RegExp(`(?<![A-Za-z0-9/+])${pattern}(?![A-Za-z0-9/+])`, 'g');
  const halves = [...text.slice(from, to).matchAll(half)].map(({ index, 0: value }) => ({
    start: from + index,
    end: from + index + value.length,
  }));
  const lineStart = text.lastIndexOf('\n', start) + 1;
  const lineEnd = text.indexOf('\n', end) === -1 ? text.length : text.indexOf('\n', end);
  const inLine = halves.filter((one) => one.start >= lineStart && one.end <= lineEnd);
  const behind = inLine.find((one) => one.start >= end);
  return behind ?? inLine.at(-1) ?? (halves.length === 1 ? halves[0] : undefined);
}

/** An issuer is data, and may hold a token itself. */
function unknownJwt(token: string, { matcher }: Surroundings): Bad {
  const issuer = issuerToShow(textClaim(claimsOf(token), 'iss'));
  const isShown = issuer !== undefined && matcher.all(issuer).length === 0;
  const known = 'no provider here knows this token';
  return isShown
    ? bad('unknown_shape', `${known}: a JWT issued by ${issuer}`, { issuer })
    : bad('unknown_shape', `${known}: a JWT`);
}
