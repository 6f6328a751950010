/** From what was given to a token as a target: recognised by its shape, and shown by its fingerprint. */
import {
  distinctShape,
  fingerprintOf,
  readNamedSecrets,
  shortFingerprintOf,
  usageError,
  type Context,
  type FoundToken,
  type Options,
  type Target,
  type TargetSpec,
} from '../contract/index.js';
import { createHalfJoiner } from '../contract/join-halves.js';
import { expiryOf } from '../recognition/expiry.js';
import type { Recogniser } from '../recognition/recogniser.js';
import type { KnownShape } from './unrevocable-lane.js';

/** A token as it was recognised, with what its line names beside it. */
export interface TokenTarget extends Target {
  readonly secret: string;
  readonly dedupKey: string;
  /** The type of its shape. */
  readonly typeHint: string;
  /** What it is, for people. */
  readonly label: string;
  /** The id of its vendor, and of its provider where there is one. */
  readonly vendor: string;
  readonly hosts: readonly string[];
}

export interface ParseOptions {
  /** The only provider whose tokens are taken; any without it. */
  readonly only?: string;
  readonly checksum?: boolean;
}

/** Throws a usage error that says what the value is instead, and shows nothing of it. */
export function tokenTarget(
  recogniser: Recogniser,
  text: string,
  { only, checksum }: ParseOptions = {},
): TokenTarget {
  const found = recogniser.recogniseAll(text, checksum === undefined ? {} : { checksum });
  const values = new Map(
    found.map((one) => [one.recognised.kind === 'bad' ? one.start : one.recognised.token, one]),
  );
  const [one] = found;
  if (values.size > 1 || !one)
    throw usageError('several tokens in one value', 'give each on its own line', 'bad_input');
  const { recognised, hosts } = one;
  if (recognised.kind === 'bad') {
    const other = only === undefined ? undefined : distinctShape(text);
    if (other && other.provider !== only) throw ofAnother(other.provider);
    throw usageError(recognised.reason, undefined, recognised.code);
  }
  const { token, shape } = recognised;
  const vendor = recognised.kind === 'family' ? recognised.provider : recognised.vendor;
  if (only !== undefined && vendor !== only) throw ofAnother(vendor);
  return {
    id: shortFingerprintOf(token),
    secret: token,
    dedupKey: fingerprintOf(token),
    typeHint: shape.type,
    label: shape.name,
    vendor,
    hosts,
  };
}

/** The tokens of known shapes in a text; what is none by itself, a half of a pair too, is marked. */
export function findTokens(
  recogniser: Recogniser,
  text: string,
  { checksum }: Pick<ParseOptions, 'checksum'>,
): readonly FoundToken[] {
  const found = recogniser.find(text, checksum === undefined ? {} : { checksum });
  return found.flatMap(({ recognised, start, end, hosts }): FoundToken[] => {
    if (recognised.kind === 'bad')
      return [{ token: text.slice(start, end), index: start, isBad: true }];
    const { token, parts = [], checksum: sum } = recognised;
    const isWhole = sum === 'match';
    const hasHosts = hosts.length > 0;
    return [
      { token, index: start, ...(isWhole && { isWhole }), ...(hasHosts && { hosts }) },
      ...parts.map((part) => ({ token: part, index: text.indexOf(part), isBad: true })),
    ];
  });
}

function ofAnother(vendor: string) {
  return usageError(
    `a token of another provider (${vendor})`,
    'use revoke leaked, which recognises the provider from the token',
    'other_provider',
  );
}

/** The tokens that --token-file and --token-env name. Throws a usage error that shows none of them. */
export async function namedTokens(
  context: Context,
  options: Options,
  { parse, halves }: Pick<TargetSpec, 'parse' | 'halves'>,
): Promise<readonly Target[]> {
  const { files, variables } = await readNamedSecrets(context, options);
  const lines = files.flatMap(({ text, from }) =>
    text.split(/\r?\n/).map((line) => ({ text: line, from })),
  );
  const given = [...lines, ...variables]
    .map(({ text, from }) => ({ text: text.trim(), from }))
    .filter(({ text }) => text !== '' && !text.startsWith('#'));
  const joiner = createHalfJoiner<(typeof given)[number]>(halves);
  return [...joiner.push(given), ...joiner.end()].map(({ text, from }) => {
    const target = parse(text);
    context.mask(target.secret ?? '');
    return { ...target, from };
  });
}

/** Its end, where the token itself says it. */
export function expiryFact(
  { typeHint, secret = '' }: Target,
  shapes: ReadonlyMap<string, KnownShape>,
): { readonly expires_at?: string } {
  const source = shapes.get(typeHint ?? '')?.shape.expiry;
  const expires = source === undefined ? undefined : expiryOf(secret, source);
  return expires === undefined ? {} : { expires_at: expires };
}
