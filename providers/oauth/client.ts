/** One function for each endpoint of an authorization server. */
import { json, errorFromStatus, excerpt } from '../../src/contract/judge-status.js';
import {
  credentialsError,
  isRevokeError,
  refusedError,
  usageError,
  type RevokeError,
} from '../../src/contract/errors.js';
import type { Http, Response } from '../../src/contract/http.js';
import type { Clock, ObservedState } from '../../src/contract/provider.js';
import type { Client } from './client-auth.js';
import { introspection, metadata, oauthError, type Metadata } from './schema.js';

/** What every call needs. */
export interface Server {
  readonly http: Http;
  readonly clock: Clock;
  readonly client: Client;
}

const FORM = 'application/x-www-form-urlencoded';

/**
 * RFC 8414 §3, then OpenID Connect Discovery 1.0 §4, both where a path is and is not inserted.
 * Undefined where the server publishes none. Throws a fault where it names another issuer, or
 * cannot answer now.
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
 * RFC 7009 §2. Resolves with the fault of an answer that is not the 200 that takes the token; that
 * 200 says no more than "taken". Throws where there is no answer.
 */
export async function revokeToken(
  { http, clock, client }: Server,
  endpoint: URL,
  token: string,
  hint: string | undefined,
): Promise<RevokeError | undefined> {
  const response = await post(http, client, endpoint, token, hint, {});
  if (response.status === 200 && !denies(response)) return undefined;
  return judgeRevocation(response, client, clock.now());
}

/** RFC 7662 §2. `active: false` is all that a server says of a token that is not for this client too. */
export async function introspect(
  { http, client }: Server,
  endpoint: URL,
  token: string,
  hint: string | undefined,
): Promise<ObservedState> {
  const accept = { accept: 'application/json' };
  const response = await post(http, client, endpoint, token, hint, accept);
  const answer = response.status === 200 ? introspection.safeParse(json(response)) : undefined;
  if (!answer) return 'unknown';
  return answer.active ? 'active' : 'absent';
}

/** OpenID Connect Core 1.0 §5.3, with the token as the bearer (RFC 6750 §3.1 for the refusal). */
export async function askUserinfo(
  http: Http,
  endpoint: URL,
  token: string,
): Promise<ObservedState> {
  const response = await http.send({
    method: 'GET',
    origin: endpoint.origin,
    path: endpoint.pathname + endpoint.search,
    headers: { authorization: `Bearer ${token}`, accept: 'application/json, application/jwt' },
    idempotent: true,
  });
  if (response.status === 200) return 'active';
  const challenge = response.headers['www-authenticate'] ?? '';
  const refusedToken =
    /\berror="?invalid_token\b/.test(challenge) ||
    oauthError.safeParse(json(response))?.error === 'invalid_token';
  return response.status === 401 && refusedToken ? 'absent' : 'unknown';
}

function post(
  http: Http,
  client: Client,
  endpoint: URL,
  token: string,
  hint: string | undefined,
  headers: Readonly<Record<string, string>>,
): Promise<Response> {
  const parameters = { token, ...(hint === undefined ? {} : { token_type_hint: hint }) };
  return http.send({
    method: 'POST',
    origin: endpoint.origin,
    path: endpoint.pathname + endpoint.search,
    headers: { ...client.headers, ...headers, 'content-type': FORM },
    body: () => client.encode(parameters),
    idempotent: true,
  });
}

/**
 * A 200 whose body speaks against it: a web page stands in the server's place, or the answer is an
 * error after all. RFC 7009 §2.2 has clients ignore the body, so nothing more is asked of it.
 */
function denies(response: Response): boolean {
  if (response.body.trimStart().startsWith('<')) return true;
  const answer = json(response);
  if (typeof answer !== 'object' || answer === null) return answer === false;
  const { error, ok, success } = answer as Readonly<Record<string, unknown>>;
  return Boolean(error) || ok === false || success === false;
}

const REFUSALS: ReadonlyMap<string, readonly [words: string, hint: string]> = new Map([
  [
    'unsupported_token_type',
    [
      'cannot revoke tokens of this type',
      'revoke the refresh token of its grant, or end the session at the server',
    ],
  ],
  [
    'invalid_token',
    [
      'does not know this token',
      'it is dead already, was cut off when it was copied, or is of another server',
    ],
  ],
  [
    'invalid_grant',
    [
      'does not know this token, or it is not of this client',
      'it is dead already, was cut off when it was copied, or needs the client it was issued to',
    ],
  ],
]);

function judgeRevocation(response: Response, client: Client, now: number): RevokeError {
  const { status } = response;
  const said = oauthError.safeParse(json(response));
  const words = said?.error_description === undefined ? '' : `: ${excerpt(said.error_description)}`;
  const loginHint = `check the client ID and its secret or key; ${client.method} was used, --client-auth chooses another`;
  if (status === 503) return unavailable(response);
  if (said && status >= 400 && status < 500) {
    const base = { providerCode: excerpt(said.error) };
    if (said.error === 'invalid_client') {
      const message = `the server rejected the client${words}`;
      return Object.assign(credentialsError(message, loginHint, 'credentials_rejected'), base);
    }
    const [message, hint] = REFUSALS.get(said.error) ?? [];
    if (message !== undefined)
      return refusedError({
        code: said.error,
        message: `the server ${message}${words}`,
        hint,
        ...base,
      });
    if (status === 400) {
      return refusedError({
        code: 'refused',
        message: `the server refused the request (${excerpt(said.error)})${words}`,
        hint: 'a server lets a client revoke its own tokens only: check the client ID',
        ...base,
      });
    }
  }
  const message = said?.error_description;
  return errorFromStatus(
    response,
    { service: 'the server', message, code: said?.error, loginHint },
    now,
  );
}

/** RFC 7009 §2.2.1: the client must assume that the token still exists. */
function unavailable(response: Response): RevokeError {
  const asked = response.headers['retry-after'] ?? '';
  const when = /^\d{1,9}$/.test(asked) ? ` in ${asked} s` : '';
  return refusedError({
    code: 'unavailable',
    message: `the server cannot revoke now (503, tried ${response.tries === 1 ? 'once' : `${response.tries} times`})`,
    hint: `the token still exists: run this again${when}`,
    providerCode: 503,
  });
}
