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

/** Of a token that no way shows: what it may be, and whether it could only not be seen. */
export function hintForInactive(hint: string | undefined, missing: Missing): string {
  const causes = 'it may be mistyped, expired, revoked earlier, or not visible to this client';
  const mayBeRefresh = hint === undefined && missing.introspection;
  if (!mayBeRefresh) return causes;
  return missing.lacksIntrospection
    ? `${causes}; a refresh token cannot be checked at this server`
    : `${causes}; only introspection can check a refresh token (--introspection-endpoint <url>)`;
}

/** Of a token that cannot be checked, or not well enough. */
export function hintForUnclear(
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
  return missing.introspection
    ? 'this server shows nobody whether such a token is active'
    : 'the server shows this client nothing of such a token';
}
