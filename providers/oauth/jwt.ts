/** What a JWT says of itself: nothing of it is verified. */
import { claimsOf, rfc3339, timeClaim } from '../../src/contract/index.js';

/** RFC 3339, UTC; undefined where the token is no JWT or does not say. */
export function jwtExpiry(token: string): string | undefined {
  const end = jwtEnd(token);
  return end === undefined ? undefined : rfc3339(end);
}

/** The same in milliseconds since the epoch. */
export function jwtEnd(token: string): number | undefined {
  return timeClaim(claimsOf(token), 'exp');
}

/** The key that whoever presents the token must hold (RFC 7800), in words. */
export function boundKeyOf(token: string): string | undefined {
  const confirmation = claimsOf(token)?.['cnf'];
  if (typeof confirmation !== 'object' || confirmation === null) return undefined;
  if ('jkt' in confirmation) return 'a DPoP key (RFC 9449)';
  return 'x5t#S256' in confirmation ? 'a TLS client certificate (RFC 8705)' : undefined;
}

export function isJwt(token: string): boolean {
  return claimsOf(token) !== undefined;
}
