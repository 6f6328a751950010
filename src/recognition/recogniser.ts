/** Recognises tokens by their shapes: one value, or all that stand in a longer text. Sends nothing. */
import type { Vendor } from '../contract/shape.js';
import {
  bad,
  classify,
  mistyped,
  type Bad,
  type Recognised,
  type RecogniseOptions,
  type Surroundings,
} from './classify.js';
import { hostsBeside } from './hosts.js';
import { isPlaceholder, isPrivateKey, isUnfilled } from './masks.js';
import { isMasked, whyNotATarget } from './not-a-target.js';
import { createMatcher, isWord } from './matcher.js';

/** A token in a text. */
export interface Found {
  readonly recognised: Recognised;
  readonly start: number;
  readonly end: number;
  /** The hosts that its line names beside it; see `otherHost`. */
  readonly hosts: readonly string[];
}

export interface Recogniser {
  /** What one value is: alone, in quotes, after `NAME=`, inside a URL. */
  recognise(text: string, options?: RecogniseOptions): Recognised;
  /** The same with what stands beside it; several where a line holds several tokens. Never empty. */
  recogniseAll(text: string, options?: RecogniseOptions): readonly Found[];
  /** All tokens inside a longer text, bad ones too, in order; empty where there is none. */
  find(text: string, options?: RecogniseOptions): readonly Found[];
  /** The vendor of an id. */
  vendor(id: string): Vendor | undefined;
}

const NO_HOSTS: readonly string[] = [];

export function createRecogniser(vendors: readonly Vendor[]): Recogniser {
  const matcher = createMatcher(vendors);
  const examples = new Set(vendors.flatMap(({ examples = [] }) => examples));
  const around = (options: RecogniseOptions = {}) => ({ matcher, examples, options });
  return {
    find: (text, options) => find(text, around(options)),
    recogniseAll: (text, options) => recogniseAll(text, around(options)),
    recognise: (text, options) => single(recogniseAll(text, around(options))),
    vendor: (id) => vendors.find((vendor) => vendor.id === id),
  };
}

function find(text: string, around: Surroundings): readonly Found[] {
  const matches = around.matcher.all(text);
  const found: Found[] = [];
  matches.forEach((match, place) => {
    const from = found.at(-1)?.end ?? 0;
    // The other half of a pair may look like a token of its own.
    if (match.start < from) return;
    const next = matches.slice(place + 1).find(({ known }) => known?.shape === match.known?.shape);
    const within = [from, next?.start ?? text.length] as const;
    const classified = classify(text, { ...match, within }, around);
    found.push({ ...classified, hosts: hostsBeside(text, classified.start, classified.end) });
  });
  return found;
}

function recogniseAll(text: string, around: Surroundings): readonly Found[] {
  const { value, offset } = trimmed(text);
  const whole = wholeOf(value, around);
  const end = offset + value.length;
  if (whole !== undefined) return [{ recognised: whole, start: offset, end, hosts: NO_HOSTS }];
  const span = { start: offset, end, hosts: NO_HOSTS };
  if (around.examples.has(value)) {
    return [{ ...span, recognised: bad('example', 'an example value from documentation') }];
  }
  const found = find(value, around);
  if (found.length > 0) {
    return found.map((one) => ({ ...one, start: one.start + offset, end: one.end + offset }));
  }
  const decoded = fromPercent(value, around) ?? fromBase64(value, around);
  if (decoded !== undefined) return decoded.map((one) => ({ ...span, ...one }));
  return [{ ...span, recognised: whyBad(value, around) }];
}

/** What a text is that is one token and nothing beside it. */
function wholeOf(value: string, around: Surroundings): Recognised | undefined {
  const match = around.matcher.at(value, 0);
  if (match === undefined || match.end !== value.length) return undefined;
  return classify(value, { ...match, within: [0, value.length] }, around).recognised;
}

type Decoded = readonly Pick<Found, 'recognised' | 'hosts'>[] | undefined;

/** `token%3Dghp_…`: only where nothing was found in the text as it stands. */
function fromPercent(value: string, around: Surroundings): Decoded {
  if (!/%[0-7][0-9A-Fa-f]/.test(value)) return undefined;
  const plain = value.replace(/%([0-7][0-9A-Fa-f])/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  const found = find(plain, around);
  return found.length === 0
    ? undefined
    : found.map(({ recognised, hosts }) => ({ recognised, hosts }));
}

/** Only where the whole decoded text is one token. */
function fromBase64(value: string, around: Surroundings): Decoded {
  if (!/^[A-Za-z0-9+/_-]{24,}={0,2}$/.test(value)) return undefined;
  const plain = Buffer.from(value, 'base64').toString('latin1').trim();
  const recognised = /^[\x20-\x7e]+$/.test(plain) ? wholeOf(plain, around) : undefined;
  return recognised === undefined ? undefined : [{ recognised, hosts: [] }];
}

function single(found: readonly Found[]): Recognised {
  if (found.length === 1) return (found[0] as Found).recognised;
  const tokens = new Map(
    found.map(({ recognised, start }) => [
      recognised.kind === 'bad' ? start : recognised.token,
      recognised,
    ]),
  );
  if (tokens.size === 1) return (found[0] as Found).recognised;
  return bad('several_tokens', 'several tokens in one value: give each on its own line');
}

/** Without white space and characters of no width around it, one pair of quotes, and a comma. */
function trimmed(text: string): { readonly value: string; readonly offset: number } {
  if (isWord(text.charCodeAt(0)) && isWord(text.charCodeAt(text.length - 1))) {
    return { value: text, offset: 0 };
  }
  const edge = /^[\s\u200b-\u200d\u2060\ufeff]+|[\s\u200b-\u200d\u2060\ufeff,;]+$/g;
  const bare = text.replace(edge, '');
  const quoted = /^(["'`])([\s\S]*)\1$/.exec(bare)?.[2]?.trim();
  const value = quoted ?? bare;
  return { value, offset: Math.max(0, text.indexOf(value)) };
}

function whyBad(value: string, { matcher }: Surroundings): Bad {
  const inner = /^[\w.-]+\s*[=:]\s*["']?([\s\S]*?)["']?$/.exec(value)?.[1] ?? value;
  if (inner === '') return bad('no_value', 'no value stands here');
  const why = whyNotATarget(inner);
  if (why && why.reason !== 'masked') return bad('no_value', why.words);
  if (isPrivateKey(value)) return bad('private_key', 'a key or certificate, not a token');
  if (isUnfilled(inner)) return bad('no_value', 'the name of a variable, not its value');
  const begun = matcher.begun(value);
  if ((isMasked(inner) || isPlaceholder(inner)) && (begun !== undefined || !/\s/.test(inner))) {
    const type = begun === undefined ? {} : { type: begun.shape.type };
    return bad('masked', 'masked: the token itself is not here', type);
  }
  return begun === undefined
    ? bad('unknown_shape', 'no provider here knows this token')
    : mistyped(begun);
}
