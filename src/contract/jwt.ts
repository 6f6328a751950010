/** What a JWT says of itself. Nothing is verified: only its own service can do that. */
import { parseJson } from './json.js';

export type Claims = Readonly<Record<string, unknown>>;

/** The claims of a three-part JWT, or undefined where the text is none. */
export function claimsOf(token: string): Claims | undefined {
  const [, payload, signature, more] = token.split('.');
  if (!payload || signature === undefined || more !== undefined) return undefined;
  const claims = parseJson(Buffer.from(payload, 'base64url').toString('utf8'));
  const isObject = typeof claims === 'object' && claims !== null && !Array.isArray(claims);
  return isObject ? (claims as Claims) : undefined;
}

/** A text claim that is there and not empty. */
export function textClaim(claims: Claims | undefined, name: string): string | undefined {
  const value = claims?.[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The end of the calendar that `Date` knows, in seconds. */
const LATEST_S = 8.64e12;

/**
 * A NumericDate (RFC 7519 §2) in milliseconds since the epoch, to the second; undefined where it is
 * none, or is on no calendar.
 */
export function numericDateMs(value: unknown): number | undefined {
  if (typeof value !== 'number' || !(Math.abs(value) <= LATEST_S)) return undefined;
  return Math.floor(value) * 1000;
}

/** A NumericDate claim, in milliseconds since the epoch. */
export function timeClaim(claims: Claims | undefined, name: string): number | undefined {
  return numericDateMs(claims?.[name]);
}
