/** What the emulated server does with a token that it is sent. */
import type { Reply } from '../../../src/contract/index.js';
import type { Behaviour } from './behaviour.js';
import {
  isActive,
  revokeGrant,
  type RegisteredClient,
  type State,
  type TokenRecord,
} from './state.js';

export interface Asked {
  readonly options: Behaviour;
  readonly client: RegisteredClient;
  readonly form: URLSearchParams;
}

/** RFC 7009 §2.1 and §2.2. */
export function revoke(state: State, { options, client, form }: Asked): Reply {
  const value = form.get('token');
  if (!value) return oauthError(400, 'invalid_request', 'missing token');
  const taken: Reply = { status: 200 };
  const record = find(state, options, form);
  if (isStructured(value) && !options.revokesJwts)
    return oauthError(400, 'unsupported_token_type', 'structured tokens cannot be revoked here');
  if (!record || !isActive(state, value)) {
    const said = options.unknownToken ?? 'ok';
    return said === 'ok' ? taken : oauthError(400, said, 'Token expired or revoked');
  }
  if (record.clientId !== client.id) {
    if (client.method === 'none' && options.publicClient !== 'dies') return taken;
    if (options.foreignClient === 'forbidden')
      return oauthError(403, 'access_denied', 'the token belongs to another client');
    if (client.method !== 'none' && options.foreignClient !== 'dies')
      return oauthError(400, 'invalid_request', 'the token belongs to another client');
  }
  if (options.ineffective) return taken;
  if (record.kind === 'refresh_token' || options.accessEndsGrant)
    revokeGrant(state, record.grantId);
  record.revoked = true;
  return taken;
}

/** RFC 7662 §2.2: nothing but `active: false` for a token that the caller may not know about. */
export function introspect(state: State, { options, client, form }: Asked): Reply {
  const isRefused = options.introspection === 'resource-servers' && !client.isResourceServer;
  if (options.introspection === 'denied' || isRefused)
    return oauthError(403, 'access_denied', 'this client may not introspect');
  const value = form.get('token');
  if (!value) return oauthError(400, 'invalid_request', 'missing token');
  const record = find(state, options, form);
  if (isStructured(value) && !options.revokesJwts)
    return oauthError(400, 'unsupported_token_type', 'structured tokens cannot be introspected');
  const hidden = options.introspection === 'owner' && record?.clientId !== client.id;
  const expiresAt = record && shownExpiry(state, options, record);
  if (!record || hidden || !isActive(state, value) || (expiresAt ?? 0) <= state.now())
    return { status: 200, body: { active: false } };
  return {
    status: 200,
    body: {
      active: true,
      client_id: record.clientId,
      exp: Math.floor((expiresAt ?? 0) / 1000),
      token_type: record.kind === 'access_token' ? 'Bearer' : undefined,
    },
  };
}

/** Some servers keep both tokens of a grant in one row, which has one expiry. */
function shownExpiry(state: State, options: Behaviour, record: TokenRecord): number {
  if (!options.refreshExpiresWithAccess || record.kind !== 'refresh_token') return record.expiresAt;
  const access = [...state.tokens.values()].find(
    ({ kind, grantId }) => kind === 'access_token' && grantId === record.grantId,
  );
  return access?.expiresAt ?? record.expiresAt;
}

function find(state: State, options: Behaviour, form: URLSearchParams): TokenRecord | undefined {
  const record = state.tokens.get(form.get('token') ?? '');
  const isHidden = options.refreshNeedsHint && form.get('token_type_hint') !== 'refresh_token';
  return record?.kind === 'refresh_token' && isHidden ? undefined : record;
}

function isStructured(token: string): boolean {
  return token.split('.').length === 3;
}

export function oauthError(status: number, error: string, description: string): Reply {
  return {
    status,
    headers: {
      'cache-control': 'no-store',
      ...(status === 401 ? { 'www-authenticate': 'Basic realm="emulator"' } : {}),
    },
    body: { error, error_description: description },
  };
}
