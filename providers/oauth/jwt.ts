/** What a JWT says of itself: nothing of it is verified. */
import { claimsOf, parseJson, rfc3339, timeClaim } from '../../src/contract/index.js';

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

type Kind = 'access_token' | 'refresh_token';

/** Claims that name the kind of a token: those of Keycloak, Amazon Cognito, and libraries like them. */
const KINDS: Readonly<Record<string, Readonly<Record<string, Kind>>>> = {
  typ: { bearer: 'access_token', refresh: 'refresh_token', offline: 'refresh_token' },
  token_use: { access: 'access_token', refresh: 'refresh_token' },
  token_type: { access: 'access_token', refresh: 'refresh_token' },
};

/**
 * What a JWT says that it is, by its claims or by its header (RFC 9068 §2.1); undefined where it is
 * none or does not say: refresh tokens are JWTs too at some servers.
 */
export function jwtKind(token: string): Kind | undefined {
  const claims = claimsOf(token);
  if (!claims) return undefined;
  for (const [name, kinds] of Object.entries(KINDS)) {
    const said = claims[name];
    const kind = typeof said === 'string' ? kinds[said.toLowerCase()] : undefined;
    if (kind) return kind;
  }
  const [header = ''] = token.split('.');
  const read = parseJson(Buffer.from(header, 'base64url').toString('utf8'));
  const type = typeof read === 'object' && read !== null && 'typ' in read ? read.typ : undefined;
  return /^(?:application\/)?at\+jwt$/i.test(String(type)) ? 'access_token' : undefined;
}
