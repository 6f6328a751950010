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

/** The end of the year 9999, in seconds: the last one that RFC 3339 can write. */
const LATEST_S = 253_402_300_799;

/**
 * A NumericDate (RFC 7519 §2) in milliseconds since the epoch, to the second; undefined where it is
 * none. What lies beyond all calendars was given in milliseconds, as some servers do.
 */
export function numericDateMs(value: unknown): number | undefined {
  if (typeof value !== 'number') return undefined;
  const seconds = Math.abs(value) <= LATEST_S ? value : value / 1000;
  return Math.abs(seconds) <= LATEST_S ? Math.floor(seconds) * 1000 : undefined;
}

/** A NumericDate claim, in milliseconds since the epoch. */
export function timeClaim(claims: Claims | undefined, name: string): number | undefined {
  return numericDateMs(claims?.[name]);
}
