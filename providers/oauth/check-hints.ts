/** What would make it possible to check a token, where it is not: only what can help is named. */

/** What a run has not got. */
export interface Missing {
  readonly introspection: boolean;
  /** It is known that the server has none that could be named. */
  readonly lacksIntrospection: boolean;
  /** Introspection is asked by a client of its own. */
  readonly hasOwnClient: boolean;
  readonly userinfo: boolean;
  readonly probe: boolean;
  /** Endpoints of the metadata that are not used, and why. */
  readonly notUsed: readonly string[];
}

export function hintFor(
  hint: string | undefined,
  missing: Missing,
  boundTo: string | undefined,
): string {
  const ways = [...missing.notUsed];
  if (!missing.introspection) {
    if (!missing.hasOwnClient)
      ways.push(
        'introspect as a client that may (OAUTH_INTROSPECTION_CLIENT_ID, OAUTH_INTROSPECTION_CLIENT_SECRET)',
      );
  } else if (!missing.lacksIntrospection) {
    ways.push('name the introspection endpoint, if there is one (--introspection-endpoint <url>)');
  }
  const isBearer = (hint === undefined || hint === 'access_token') && boundTo === undefined;
  if (isBearer && missing.probe)
    ways.push('name a resource that takes the token (--probe-url <url>)');
  if (isBearer && missing.userinfo && missing.probe && !missing.lacksIntrospection)
    ways.push('name the userinfo endpoint (--userinfo-endpoint <url>)');
  if (ways.length > 0) return `to prove it: ${ways.join('; or ')}`;
  return hint === 'refresh_token' && missing.introspection
    ? 'this server shows nobody whether a refresh token is active'
    : 'it may be mistyped, expired, revoked earlier, or not visible to this client';
}
