/** The routes of the emulated authorization server. */
import type { Handler, Reply, SeenRequest } from '../../../src/contract/index.js';
import { checkClient } from './client-check.js';
import {
  isActive,
  putToken,
  revokeGrant,
  type RegisteredClient,
  type State,
  type TokenRecord,
} from './state.js';

/** How a server differs from others. */
export interface Behaviour {
  /** Which metadata is published; `both` without it. `inserted` is OpenID metadata at the RFC 8414 place. */
  readonly metadata?: 'both' | 'openid' | 'inserted' | 'none';
  /** Members of the metadata that are other than the truth; undefined leaves one out. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Another confidential client revokes: refused, or the token dies all the same. `refused` without it. */
  readonly foreignClient?: 'refused' | 'dies';
  /** A public client revokes a token that is not its own: 200 without effect, or the token dies. */
  readonly publicClient?: 'ignored' | 'dies';
  /** Who may look at a token; `open` without it. `owner` answers `active: false` to others. */
  readonly introspection?: 'open' | 'owner' | 'denied' | 'absent';
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
}

export const ENDPOINTS = {
  token: '/token',
  revocation: '/revoke',
  introspection: '/introspect',
  userinfo: '/userinfo',
  resource: '/resource',
} as const;

const UNKNOWN_CLIENT = 'client authentication failed';

/** @param place filled once the port is known */
export function routes(
  options: Behaviour,
  state: State,
  prefix: string,
  place: { readonly issuer: string },
): Readonly<Record<string, Handler>> {
  const metadata = () => ({ status: 200, body: metadataOf(options, place.issuer) });
  const served: Record<string, Handler> = {};
  const published = options.metadata ?? 'both';
  if (published === 'both')
    served[`GET /.well-known/oauth-authorization-server${prefix}`] = metadata;
  if (published === 'both' || published === 'openid')
    served[`GET ${prefix}/.well-known/openid-configuration`] = metadata;
  if (published === 'inserted') served[`GET /.well-known/openid-configuration${prefix}`] = metadata;

  const asClient =
    (act: (client: RegisteredClient, form: URLSearchParams) => Reply): Handler =>
    (request) => {
      const form = formOf(request);
      if (!form) return oauthError(400, 'invalid_request', 'the body must be a form');
      const client = checkClient(state, request, form, place.issuer);
      if (!client)
        return oauthError(options.invalidClient ?? 401, 'invalid_client', UNKNOWN_CLIENT);
      return act(client, form);
    };

  served[`POST ${prefix}${ENDPOINTS.token}`] = asClient((client, form) =>
    grant(state, place.issuer, client, form),
  );
  served[`POST ${prefix}${ENDPOINTS.revocation}`] = asClient((client, form) =>
    revoke(options, state, client, form),
  );
  if (options.introspection !== 'absent')
    served[`POST ${prefix}${ENDPOINTS.introspection}`] = asClient((client, form) =>
      introspect(options, state, client, form),
    );
  const protectedBy: Handler = (request) => {
    const token = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    const record = state.tokens.get(token);
    return record?.kind === 'access_token' && isActive(state, token)
      ? { status: 200, body: { sub: record.clientId } }
      : bearerRefused();
  };
  if (options.userinfo !== false) served[`GET ${prefix}${ENDPOINTS.userinfo}`] = protectedBy;
  served[`GET ${prefix}${ENDPOINTS.resource}`] = protectedBy;
  return served;
}

/** RFC 8414 §2. */
function metadataOf(options: Behaviour, issuer: string): object {
  const methods = ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'];
  return {
    issuer,
    token_endpoint: issuer + ENDPOINTS.token,
    revocation_endpoint: issuer + ENDPOINTS.revocation,
    ...(options.introspection === 'absent'
      ? {}
      : { introspection_endpoint: issuer + ENDPOINTS.introspection }),
    ...(options.userinfo === false ? {} : { userinfo_endpoint: issuer + ENDPOINTS.userinfo }),
    token_endpoint_auth_methods_supported: methods,
    token_endpoint_auth_signing_alg_values_supported: ['ES256'],
    response_types_supported: ['code'],
    ...options.claims,
  };
}

/** RFC 6749 §4.4 and §6. */
function grant(
  state: State,
  issuer: string,
  client: RegisteredClient,
  form: URLSearchParams,
): Reply {
  const type = form.get('grant_type');
  if (type === 'client_credentials' && client.method !== 'none') {
    const token = putToken(state, issuer, { clientId: client.id, kind: 'access_token' });
    return tokenResponse(token);
  }
  if (type !== 'refresh_token') return oauthError(400, 'unsupported_grant_type', 'no such grant');
  const refresh = state.tokens.get(form.get('refresh_token') ?? '');
  const usable =
    refresh?.kind === 'refresh_token' &&
    refresh.clientId === client.id &&
    isActive(state, refresh.value);
  if (!usable) return oauthError(400, 'invalid_grant', 'the refresh token is not valid');
  const { grantId } = refresh;
  return tokenResponse(
    putToken(state, issuer, { clientId: client.id, kind: 'access_token', grantId }),
  );
}

function tokenResponse(token: TokenRecord): Reply {
  return {
    status: 200,
    headers: { 'cache-control': 'no-store' },
    body: { access_token: token.value, token_type: 'Bearer', expires_in: 3600 },
  };
}

/** RFC 7009 §2.1 and §2.2. */
function revoke(
  options: Behaviour,
  state: State,
  client: RegisteredClient,
  form: URLSearchParams,
): Reply {
  const value = form.get('token');
  if (!value) return oauthError(400, 'invalid_request', 'missing token');
  const taken: Reply = { status: 200 };
  const record = state.tokens.get(value);
  if (isStructured(value))
    return oauthError(400, 'unsupported_token_type', 'structured tokens cannot be revoked here');
  if (!record || !isActive(state, value)) {
    const said = options.unknownToken ?? 'ok';
    return said === 'ok' ? taken : oauthError(400, said, 'Token expired or revoked');
  }
  if (record.clientId !== client.id) {
    if (client.method === 'none' && options.publicClient !== 'dies') return taken;
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
function introspect(
  options: Behaviour,
  state: State,
  client: RegisteredClient,
  form: URLSearchParams,
): Reply {
  if (options.introspection === 'denied')
    return oauthError(403, 'access_denied', 'this client may not introspect');
  const value = form.get('token');
  if (!value) return oauthError(400, 'invalid_request', 'missing token');
  const record = state.tokens.get(value);
  if (isStructured(value))
    return oauthError(400, 'unsupported_token_type', 'structured tokens cannot be introspected');
  const hidden = options.introspection === 'owner' && record?.clientId !== client.id;
  if (!record || hidden || !isActive(state, value)) return { status: 200, body: { active: false } };
  return {
    status: 200,
    body: {
      active: true,
      client_id: record.clientId,
      exp: Math.floor(record.expiresAt / 1000),
      token_type: record.kind === 'access_token' ? 'Bearer' : undefined,
    },
  };
}

function isStructured(token: string): boolean {
  return token.split('.').length === 3;
}

/** RFC 6750 §3. */
function bearerRefused(): Reply {
  return {
    status: 401,
    headers: { 'www-authenticate': 'Bearer realm="emulator", error="invalid_token"' },
    body: { error: 'invalid_token', error_description: 'the token is expired or revoked' },
  };
}

function formOf(request: SeenRequest): URLSearchParams | undefined {
  const type = request.headers['content-type'] ?? '';
  return /^application\/x-www-form-urlencoded(?:;|$)/i.test(type)
    ? new URLSearchParams(request.body.toString('utf8'))
    : undefined;
}

function oauthError(status: number, error: string, description: string): Reply {
  return {
    status,
    headers: {
      'cache-control': 'no-store',
      ...(status === 401 ? { 'www-authenticate': 'Basic realm="emulator"' } : {}),
    },
    body: { error, error_description: description },
  };
}
