/** The routes of the emulated authorization server. */
import type { Handler, Reply, SeenRequest } from '../../../src/contract/index.js';
import { ENDPOINTS, type Behaviour } from './behaviour.js';
import { checkClient } from './client-check.js';
import { metadataRoutes } from './metadata.js';
import {
  isActive,
  putToken,
  type RegisteredClient,
  type State,
  type TokenRecord,
} from './state.js';
import { introspect, oauthError, revoke, type Asked } from './tokens.js';

const UNKNOWN_CLIENT = 'client authentication failed';

export interface Served {
  readonly options: Behaviour;
  readonly prefix: string;
  /** Filled once the port is known. */
  readonly place: { readonly issuer: string };
}

export function routes(
  state: State,
  { options, prefix, place }: Served,
): Readonly<Record<string, Handler>> {
  const served = metadataRoutes(options, prefix, place);
  const asClient =
    (act: (client: RegisteredClient, form: URLSearchParams) => Reply, isSilent = false): Handler =>
    (request) => {
      const form = formOf(request);
      if (!form) return oauthError(400, 'invalid_request', 'the body must be a form');
      const client = checkClient(
        state,
        { request, form },
        {
          audience:
            options.audience === 'token-endpoint' ? place.issuer + ENDPOINTS.token : place.issuer,
          decodesBasic: options.basic !== 'undecoded',
        },
      );
      if (client) return act(client, form);
      if (isSilent) return { status: 200 };
      return oauthError(options.invalidClient ?? 401, 'invalid_client', UNKNOWN_CLIENT);
    };

  served[`POST ${prefix}${ENDPOINTS.token}`] = asClient((client, form) =>
    grant(state, place.issuer, { options, client, form }),
  );
  served[`POST ${prefix}${ENDPOINTS.revocation}`] = asClient(
    (client, form) => revoke(state, { options, client, form }),
    options.silentRejection,
  );
  if (options.introspection !== 'absent')
    served[`POST ${prefix}${ENDPOINTS.introspection}`] = asClient((client, form) =>
      introspect(state, { options, client, form }),
    );
  const protectedBy: Handler = (request) => {
    const token = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    const record = state.tokens.get(token);
    if (record?.dpop) return dpopDemanded();
    return record?.kind === 'access_token' && isActive(state, token)
      ? { status: 200, body: { sub: record.clientId } }
      : bearerRefused();
  };
  if (options.userinfo !== false) served[`GET ${prefix}${ENDPOINTS.userinfo}`] = protectedBy;
  served[`GET ${prefix}${ENDPOINTS.resource}`] = options.openResource
    ? () => ({ status: 200, body: {} })
    : protectedBy;
  return served;
}

/** RFC 6749 §4.4 and §6. */
function grant(state: State, issuer: string, { client, form }: Asked): Reply {
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

/** RFC 9449 §7.1: it was sent as a bearer, and is none. */
function dpopDemanded(): Reply {
  return {
    status: 401,
    headers: { 'www-authenticate': 'DPoP error="invalid_token", algs="ES256"' },
    body: { error: 'invalid_token', error_description: 'a DPoP proof is required' },
  };
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
