/** The books of the emulated authorization server: clients, grants and tokens. */
import { createHash, createHmac, randomBytes, randomUUID } from 'node:crypto';

export interface RegisteredClient {
  readonly id: string;
  readonly method:
    | 'client_secret_basic'
    | 'client_secret_post'
    | 'client_secret_jwt'
    | 'private_key_jwt'
    | 'bearer'
    | 'none';
  /** The bearer token of a client of `bearer`. */
  readonly secret?: string;
  /** It may introspect where only resource servers may. */
  readonly isResourceServer?: boolean;
  /** PEM (SPKI) of the key that checks its assertions. */
  readonly publicKey?: string;
}

export interface TokenRecord {
  readonly value: string;
  readonly kind: 'access_token' | 'refresh_token';
  readonly clientId: string;
  readonly grantId: string;
  readonly structured: boolean;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  /** It may only be used with a proof of its key (RFC 9449). */
  readonly dpop: boolean;
  revoked: boolean;
}

export interface State {
  readonly clients: ReadonlyMap<string, RegisteredClient>;
  readonly tokens: Map<string, TokenRecord>;
  /** The `jti` of every assertion that was taken: one cannot be used twice. */
  readonly assertions: Set<string>;
  readonly now: () => number;
}

export interface NewToken {
  readonly clientId: string;
  readonly kind: TokenRecord['kind'];
  /** A grant of its own without it. */
  readonly grantId?: string;
  /** Whether it is a JWT that the resource checks by itself. */
  readonly structured?: boolean;
  /** What a JWT says beside its issuer, subject and end. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Seconds; one hour without it. */
  readonly lifetime?: number;
  readonly dpop?: boolean;
}

const JWT_KEY = 'the key that this server and its resource share';

export function createState(clients: readonly RegisteredClient[], now: () => number): State {
  return {
    clients: new Map(clients.map((client) => [client.id, client])),
    tokens: new Map(),
    assertions: new Set(),
    now,
  };
}

export function putToken(state: State, issuer: string, token: NewToken): TokenRecord {
  const expiresAt = state.now() + (token.lifetime ?? 3600) * 1000;
  const structured = token.structured ?? false;
  const record: TokenRecord = {
    value: structured
      ? signedJwt({
          ...token.claims,
          iss: issuer,
          sub: token.clientId,
          exp: Math.floor(expiresAt / 1000),
          ...(token.dpop && { cnf: { jkt: 'thumbprint of a key' } }),
        })
      : randomBytes(24).toString('base64url'),
    kind: token.kind,
    clientId: token.clientId,
    grantId: token.grantId ?? randomUUID(),
    structured,
    expiresAt,
    dpop: token.dpop ?? false,
    revoked: false,
  };
  state.tokens.set(record.value, record);
  return record;
}

export function isActive(state: State, token: string): boolean {
  const record = state.tokens.get(token);
  return record !== undefined && !record.revoked && record.expiresAt > state.now();
}

export function revokeGrant(state: State, grantId: string): void {
  for (const record of state.tokens.values()) {
    if (record.grantId === grantId) record.revoked = true;
  }
}

export function shortHash(token: string): string {
  return `sha256:${createHash('sha256').update(token).digest('hex').slice(0, 12)}`;
}

function signedJwt(payload: object): string {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const input = `${encode({ alg: 'HS256', typ: 'at+jwt' })}.${encode({ ...payload, jti: randomUUID() })}`;
  return `${input}.${createHmac('sha256', JWT_KEY).update(input).digest('base64url')}`;
}
