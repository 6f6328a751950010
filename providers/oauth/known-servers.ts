/** What the makers of servers document beyond the standards: what else a revocation ends. */

export interface KnownServer {
  /** `.x.y` stands for all hosts below it. */
  readonly hosts: readonly string[];
  /** Whether a revoked refresh token takes the access tokens of its grant along. */
  readonly refreshEndsAccess: boolean;
  /** Whether a revoked access token takes its refresh token along. */
  readonly accessEndsRefresh: boolean;
  /** It has no introspection (RFC 7662) that could be named by option. */
  readonly lacksIntrospection?: true;
}

/** docs/oauth-servers.md says where each of these comes from. */
const KNOWN: readonly KnownServer[] = [
  {
    hosts: ['.okta.com', '.oktapreview.com', '.okta-emea.com'],
    refreshEndsAccess: true,
    accessEndsRefresh: false,
  },
  {
    hosts: ['.auth0.com'],
    refreshEndsAccess: false,
    accessEndsRefresh: false,
    lacksIntrospection: true,
  },
  {
    hosts: ['accounts.google.com', 'oauth2.googleapis.com'],
    refreshEndsAccess: true,
    accessEndsRefresh: true,
    lacksIntrospection: true,
  },
  { hosts: ['.workos.com', '.authkit.app'], refreshEndsAccess: false, accessEndsRefresh: false },
];

export function knownServer(endpoint: URL): KnownServer | undefined {
  const { hostname } = endpoint;
  return KNOWN.find(({ hosts }) =>
    hosts.some((host) => (host.startsWith('.') ? hostname.endsWith(host) : hostname === host)),
  );
}
