/** One function for each endpoint of an authorization server. */
import {
  absent,
  active,
  type CheckResult,
  type Clock,
  excerpt,
  type Http,
  isRevokeError,
  json,
  numericDateMs,
  refusedError,
  type Response,
  type RevokeError,
  unclear,
  usageError,
} from '../../src/contract/index.js';
import type { Client } from './client-auth.js';
import { judgeRevocation } from './judge-revocation.js';
import { jwtEnd } from './jwt.js';
import { introspection, metadata, oauthError, type Metadata } from './schema.js';

/** What every call needs. */
export interface Server {
  readonly http: Http;
  readonly clock: Clock;
  readonly client: Client;
}

/** A token, and the kind that the server is told it is. */
export interface HintedToken {
  readonly token: string;
  readonly hint: string | undefined;
}

const FORM = 'application/x-www-form-urlencoded';

/**
 * RFC 8414 §3, then OpenID Connect Discovery 1.0 §4, both where a path is and is not inserted.
 * Undefined where the server publishes none. Throws an error where it names another issuer,
 * or cannot answer now.
 * @param issuer the identifier exactly as it was given
 */
export async function fetchMetadata(http: Http, issuer: string): Promise<Metadata | undefined> {
  for (const url of metadataUrls(issuer)) {
    const response = await get(http, url);
    if (response.status === 429 || response.status >= 500) throw noMetadata(url, response.status);
    const found = response.status === 200 ? metadata.safeParse(json(response)) : undefined;
    if (!found) continue;
    if (found.issuer === issuer) return found;
    throw usageError(
      `the metadata at ${url.href} is of another issuer: ${excerpt(found.issuer)}`,
      'give --issuer exactly as the server names itself, once you are sure that it is the right one',
      'issuer_mismatch',
    );
  }
  return undefined;
}

/** Where metadata may be, in the order in which it is looked for. */
export function metadataUrls(issuer: string): readonly URL[] {
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/$/, '');
  const paths = [
    `/.well-known/oauth-authorization-server${path}`,
    `${path}/.well-known/openid-configuration`,
    `/.well-known/openid-configuration${path}`,
  ];
  return [...new Set(paths)].map((each) => new URL(`${origin}${each}`));
}

async function get(http: Http, url: URL): Promise<Response> {
  try {
    return await http.send({
      method: 'GET',
      origin: url.origin,
      path: url.pathname,
      headers: { accept: 'application/json' },
      idempotent: true,
    });
  } catch (error) {
    if (isRevokeError(error) && error.inDoubt) throw noMetadata(url, error.message, error);
    throw error;
  }
}

function noMetadata(url: URL, why: string | number, cause?: unknown): RevokeError {
  return refusedError({
    code: 'metadata_unavailable',
    message: `no metadata from ${url.href}: ${why}`,
    hint: 'nothing was revoked: run it again, or give --revocation-endpoint <url> without --issuer',
    affects: 'run',
    cause,
  });
}

/**
 * RFC 7009 §2. Resolves with the error of an answer that is not the 200 that takes the token; that
 * 200 says no more than "taken". Throws where there is no answer.
 */
export async function revokeToken(
  server: Server,
  endpoint: URL,
  token: HintedToken,
): Promise<RevokeError | undefined> {
  const response = await post(server, endpoint, token);
  return judgeRevocation(response, server.client, server.clock.now());
}

/** RFC 7662 §2. `active: false` is all that a server says of a token that is not for this client too. */
export async function introspect(
  server: Server,
  endpoint: URL,
  token: HintedToken,
): Promise<CheckResult> {
  const response = await post(server, endpoint, { ...token, accept: 'application/json' });
  const answer = response.status === 200 ? introspection.safeParse(json(response)) : undefined;
  if (!answer) return unclear(`introspection answered ${response.status}`);
  return answer.active ? active({ expiresAt: numericDateMs(answer.exp) }) : absent();
}

/** OpenID Connect Core 1.0 §5.3, with the token as the bearer (RFC 6750 §3.1 for the refusal). */
export async function askUserinfo(http: Http, endpoint: URL, token: string): Promise<CheckResult> {
  const response = await http.send({
    method: 'GET',
    origin: endpoint.origin,
    path: endpoint.pathname + endpoint.search,
    headers: { authorization: `Bearer ${token}`, accept: 'application/json, application/jwt' },
    idempotent: true,
  });
  if (response.status === 200) return active({ expiresAt: jwtEnd(token) });
  const challenge = response.headers['www-authenticate'] ?? '';
  const refusedToken =
    /\berror="?invalid_token\b/.test(challenge) ||
    oauthError.safeParse(json(response))?.error === 'invalid_token';
  if (response.status === 401 && refusedToken) return absent();
  return unclear(`userinfo answered ${response.status}`);
}

function post(
  { http, client }: Server,
  endpoint: URL,
  { token, hint, accept }: HintedToken & { readonly accept?: string },
): Promise<Response> {
  const parameters = { token, ...(hint === undefined ? {} : { token_type_hint: hint }) };
  return http.send({
    method: 'POST',
    origin: endpoint.origin,
    path: endpoint.pathname + endpoint.search,
    headers: {
      ...client.headers,
      ...(accept === undefined ? {} : { accept }),
      'content-type': FORM,
    },
    body: () => client.encode(parameters),
    idempotent: true,
  });
}
