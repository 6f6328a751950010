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
export function hintForInactive(
  kind: string | undefined,
  missing: Missing,
  method: string,
): string {
  const where = method === 'probe' ? 'not accepted by that resource' : 'not visible to this client';
  const causes = `it may be mistyped, expired, revoked earlier, or ${where}`;
  return kind === undefined && hasBearerWay(missing)
    ? `${causes}; if it is an access token, ${SAY_ACCESS} has it checked in another way, too`
    : causes;
}

const SAY_ACCESS = '--token-type-hint access_token';

/** Whether there is something to present an access token to. */
function hasBearerWay({ userinfo, probe }: Missing): boolean {
  return !userinfo || !probe;
}

/** Of a token that cannot be checked, or not well enough. */
export function hintForUnclear(
  kind: string | undefined,
  missing: Missing,
  boundTo: string | undefined,
): string {
  const ways = [
    ...missing.notUsed,
    ...introspectionWays(missing),
    ...(boundTo === undefined ? bearerWays(kind, missing) : []),
  ];
  if (ways.length > 0) return `to prove it: ${ways.join('; or ')}`;
  return missing.introspection
    ? 'this server shows nobody whether such a token is active'
    : 'the server shows this client nothing of such a token';
}

function introspectionWays(missing: Missing): readonly string[] {
  if (!missing.introspection)
    return missing.hasOwnClient
      ? []
      : [
          'introspect as a client that may (OAUTH_INTROSPECTION_CLIENT_ID, OAUTH_INTROSPECTION_CLIENT_SECRET)',
        ];
  return missing.lacksIntrospection
    ? []
    : ['name the introspection endpoint, if there is one (--introspection-endpoint <url>)'];
}

function bearerWays(kind: string | undefined, missing: Missing): readonly string[] {
  if (kind === undefined && hasBearerWay(missing))
    return [`say that it is an access token, if it is one (${SAY_ACCESS})`];
  if (kind !== undefined && kind !== 'access_token') return [];
  const said = kind === undefined ? ` with ${SAY_ACCESS}` : '';
  const ways: string[] = [];
  if (missing.probe) ways.push(`name a resource that takes the token (--probe-url <url>${said})`);
  if (missing.userinfo && missing.probe && !missing.lacksIntrospection)
    ways.push(`name the userinfo endpoint (--userinfo-endpoint <url>${said})`);
  return ways;
}
