/** Where the emulated server publishes its metadata, and what it says. */
import type { Handler, Reply } from '../../../src/contract/index.js';
import { ENDPOINTS, type Behaviour } from './behaviour.js';

const OAUTH = '/.well-known/oauth-authorization-server';
const OPENID = '/.well-known/openid-configuration';

/** @param place filled once the port is known */
export function metadataRoutes(
  options: Behaviour,
  prefix: string,
  place: { readonly issuer: string },
): Record<string, Handler> {
  const served: Handler = () => ({ status: 200, body: metadataOf(options, place.issuer) });
  const moved = `${prefix}/moved/metadata`;
  const redirect: Handler = (): Reply => ({ status: 301, headers: { location: moved } });
  switch (options.metadata ?? 'both') {
    case 'both':
      return { [`GET ${OAUTH}${prefix}`]: served, [`GET ${prefix}${OPENID}`]: served };
    case 'openid':
      return { [`GET ${prefix}${OPENID}`]: served };
    case 'inserted':
      return { [`GET ${OPENID}${prefix}`]: served };
    case 'slash':
      return { [`GET ${prefix}${OPENID}/`]: served };
    case 'root':
      return { [`GET ${OAUTH}`]: served };
    case 'redirected':
      return { [`GET ${OAUTH}${prefix}`]: redirect, [`GET ${moved}`]: served };
    case 'none':
      return {};
  }
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
