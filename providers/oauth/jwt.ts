/** When a JWT ends by its own word: nothing of it is verified. */
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
