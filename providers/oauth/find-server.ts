/** The server of a run: its metadata, and the endpoints that may be used. */
import { type Context, type Options, usageError } from '../../src/contract/index.js';
import { SET_SERVER } from './credential.js';
import { assertIssuer, chooseEndpoints, readEndpoints, type Endpoints } from './endpoints.js';
import { fetchMetadata } from './metadata.js';
import type { Demands } from './client-auth.js';
import type { Metadata } from './schema.js';

export interface FoundServer {
  readonly issuer: string | undefined;
  readonly metadata: Metadata | undefined;
  readonly endpoints: Endpoints;
}

/** Sends nothing but requests for metadata. */
export async function findServer(context: Context, options: Options): Promise<FoundServer> {
  const given = readEndpoints(options);
  const issuer = (await context.setting('issuer'))?.value;
  if (issuer === undefined && !given.revocation) {
    throw usageError('no authorization server is set', SET_SERVER);
  }
  if (issuer !== undefined) assertIssuer(issuer);
  const metadata = issuer === undefined ? undefined : await fetchMetadata(context.http, issuer);
  if (!metadata && !given.revocation) {
    throw usageError(
      'the issuer has no metadata (RFC 8414, OpenID Connect Discovery)',
      'check --issuer, or give --revocation-endpoint <url>',
      'no_metadata',
    );
  }
  return { issuer, metadata, endpoints: chooseEndpoints(metadata, given) };
}

/** What an endpoint says of its clients; the token endpoint's words where it has none of its own. */
export function demandsOf(
  { issuer, metadata }: FoundServer,
  endpoint: 'revocation' | 'introspection',
): Demands {
  return {
    issuer,
    methods:
      metadata?.[`${endpoint}_endpoint_auth_methods_supported`] ??
      metadata?.token_endpoint_auth_methods_supported,
    algorithms:
      metadata?.[`${endpoint}_endpoint_auth_signing_alg_values_supported`] ??
      metadata?.token_endpoint_auth_signing_alg_values_supported,
  };
}
