/** A token as a target: it is a secret, so that only its fingerprint is ever shown. */
import {
  type Context,
  fingerprintOf,
  type Options,
  parseJson,
  readNamedSecrets,
  shortFingerprintOf,
  type Target,
  usageError,
} from '../../src/contract/index.js';

/** The registered ones (OAuth Token Type Hints, IANA); a server may know more of them. */
export const TYPE_HINTS = ['access_token', 'refresh_token', 'pct'] as const;

/** Any hint is passed on; a text that can be none may be a token in its place, and is not repeated. */
export function assertHint(hint: string): void {
  if (/^[A-Za-z][\w.:-]{0,99}$/.test(hint) && !hint.startsWith('eyJ')) return;
  throw usageError(
    'a token_type_hint that is not valid',
    `use ${TYPE_HINTS.join(', ')} or another that the server documents`,
  );
}

/** Throws a usage error for a target that was read without its token. */
export function tokenOf(target: Target): string {
  if (target.secret === undefined) throw usageError('a target without its token', 'give the token');
  return target.secret;
}

/**
 * @param kind `access_token` or `refresh_token` becomes the hint. A refresh token is sent before
 * access tokens, which a server may end with it. Throws a usage error.
 */
export function parseToken(text: string, kind?: string): Target {
  assertToken(text);
  const hint = kind === 'token' ? undefined : kind;
  return {
    id: shortFingerprintOf(text),
    secret: text,
    dedupKey: fingerprintOf(text),
    ...(hint === undefined ? {} : { typeHint: hint, sendOrder: hint === 'access_token' ? 1 : 0 }),
  };
}

/**
 * A token response (RFC 6749 §5.1), the refresh token first; or a token with its hint. Undefined
 * where the object holds no token.
 */
export function parseTokenObject(
  object: Readonly<Record<string, unknown>>,
): readonly Target[] | undefined {
  const targets = (['refresh_token', 'access_token'] as const).flatMap((kind) => {
    const value = member(object, kind);
    return value === undefined ? [] : [bound(parseToken(value, kind), object)];
  });
  const token = member(object, 'token');
  if (token === undefined) return targets.length > 0 ? together(targets) : undefined;
  if (targets.length > 0) throw usageError('an object with two tokens in it', 'use one of them');
  const hint = member(object, 'token_type_hint');
  if (hint !== undefined) assertHint(hint);
  return [parseToken(token, hint)];
}

/** RFC 9449 §5: an access token that may only be used with the key of its client. */
function bound(target: Target, object: Readonly<Record<string, unknown>>): Target {
  const isDpop = /^dpop$/i.test(String(object['token_type']));
  return isDpop && target.typeHint === 'access_token'
    ? { ...target, boundTo: 'a DPoP key (RFC 9449)' }
    : target;
}

/** Tokens of one grant: where one of them is revoked, a server may end the others with it. */
function together(targets: readonly Target[]): readonly Target[] {
  const [first, second] = targets;
  const group = first?.dedupKey;
  return second && group !== undefined ? targets.map((one) => ({ ...one, group })) : targets;
}

/** The tokens that --token-file and --token-env name. Throws a usage error that shows none of them. */
export async function namedTokens(context: Context, options: Options): Promise<readonly Target[]> {
  const hint = options.text('tokenTypeHint');
  const { files, variables } = await readNamedSecrets(context, options);
  return [...files, ...variables].flatMap(({ text, from }) => {
    const targets = text.startsWith('{') ? parseDocument(text) : [parseToken(text, hint)];
    for (const { secret } of targets) context.mask(secret ?? '');
    return targets.map((target) => ({ ...target, from }));
  });
}

function parseDocument(text: string): readonly Target[] {
  const object = parseJson(text);
  if (object === undefined) throw usageError('not a valid JSON document');
  const targets = parseTokenObject(object as Readonly<Record<string, unknown>>);
  if (!targets)
    throw usageError('a JSON document without a token in it', 'check the file or variable');
  return targets;
}

function member(object: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = object[name];
  if (value === undefined || value === null || typeof value === 'string') return value ?? undefined;
  throw usageError(`the value of ${name} is not a string`);
}

/** RFC 6749 appendix A.12: visible characters only; here also without blanks. */
function assertToken(text: string): void {
  if (text === '') throw usageError('an empty token');
  if (/^bearer\s/i.test(text))
    throw usageError('a token with the word Bearer before it', 'give the token alone');
  if (/^sha256:[0-9a-f]{12}$/.test(text))
    throw usageError('a fingerprint, not a token', 'give the token');
  if (/^[{["']/.test(text))
    throw usageError('a text that looks like JSON or is quoted, not like a token');
  if (!/^[\x21-\x7e]+$/.test(text))
    throw usageError(
      'a token with white space, control or non-ASCII characters in it',
      'check that it was copied in full and without anything else',
    );
}
