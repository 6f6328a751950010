/** How a server differs from others. */
export interface Behaviour {
  /**
   * Which metadata is published; `both` without it. `inserted` is OpenID metadata at the RFC 8414
   * place, `slash` has one at its end, `root` leaves the issuer's path out, `redirected` lies behind
   * a redirect.
   */
  readonly metadata?: 'both' | 'openid' | 'inserted' | 'slash' | 'root' | 'redirected' | 'none';
  /** Members of the metadata that are other than the truth; undefined leaves one out. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Another confidential client revokes: refused (with 400 or 403), or the token dies all the same. */
  readonly foreignClient?: 'refused' | 'forbidden' | 'dies';
  /** A public client revokes a token that is not its own: 200 without effect, or the token dies. */
  readonly publicClient?: 'ignored' | 'dies';
  /**
   * Who may look at a token; `open` without it. `owner` answers `active: false` to others,
   * `resource-servers` answers 403 to everybody who is none.
   */
  readonly introspection?: 'open' | 'owner' | 'resource-servers' | 'denied' | 'absent';
  /** What is said of a token that the server does not know; `ok` without it. */
  readonly unknownToken?: 'ok' | 'invalid_token' | 'invalid_grant';
  /** Whether a revoked access token takes its refresh token along; false without it. */
  readonly accessEndsGrant?: boolean;
  /** 200 for a token that then goes on working. */
  readonly ineffective?: boolean;
  /** The status of `invalid_client`; 401 without it. */
  readonly invalidClient?: 400 | 401;
  /** Whether userinfo is offered; true without it. */
  readonly userinfo?: boolean;
  /** Whether ID and secret of Basic are decoded; `decoded` without it. */
  readonly basic?: 'decoded' | 'undecoded';
  /** A client that fails to authenticate gets 200 at the revocation endpoint, and nothing happens. */
  readonly silentRejection?: boolean;
  /** Refresh tokens are found only where the request calls them that. */
  readonly refreshNeedsHint?: boolean;
  /** Introspection shows a refresh token as inactive once an access token of its grant has expired. */
  readonly refreshExpiresWithAccess?: boolean;
  /** The audience of assertions; the issuer without it. */
  readonly audience?: 'issuer' | 'token-endpoint';
  /** Whether JWTs can be revoked and introspected; false without it. */
  readonly revokesJwts?: boolean;
  /** The resource answers everybody. */
  readonly openResource?: boolean;
}

export const ENDPOINTS = {
  token: '/token',
  revocation: '/revoke',
  introspection: '/introspect',
  userinfo: '/userinfo',
  resource: '/resource',
} as const;
