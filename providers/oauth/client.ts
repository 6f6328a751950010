/** One function for each endpoint that a token is sent to. */
import {
  absent,
  active,
  type CheckResult,
  type Clock,
  excerpt,
  type Http,
  json,
  numericDateMs,
  type Request,
  type Response,
  type RevokeError,
  unclear,
} from '../../src/contract/index.js';
import type { Presentation } from './client-auth.js';
import { judgeRevocation } from './judge-revocation.js';
import { jwtEnd } from './jwt.js';
import { rejectsClient, type Answer, type Presenter } from './presenter.js';
import { introspection, oauthError } from './schema.js';

/** An endpoint, and the client that asks it. */
export interface ClientEndpoint {
  readonly url: URL;
  readonly presenter: Presenter;
}

export interface Asked {
  readonly http: Http;
  readonly token: string;
  /** RFC 7009 §2.1: whatever it is, it is passed on. */
  readonly hint: string | undefined;
}

export interface Revocation {
  /** Undefined for the 200 that takes the token, and says no more than that. */
  readonly error: RevokeError | undefined;
  readonly answer: Answer;
}

const FORM = 'application/x-www-form-urlencoded';

/** RFC 7009 §2. Throws where there is no answer. */
export async function revokeToken(
  endpoint: ClientEndpoint,
  asked: Asked,
  clock: Clock,
): Promise<Revocation> {
  const answer = await post(endpoint, asked, {});
  return { answer, error: judgeRevocation(answer, clock.now()) };
}

/**
 * Whether the introspection endpoint takes the client: it is asked about a text that is no token.
 * Throws where it rejects the client; false: its answer does not tell.
 */
export async function tryClient(
  endpoint: ClientEndpoint,
  http: Http,
  clock: Clock,
): Promise<boolean> {
  const asked = { http, token: 'not-a-token', hint: undefined };
  const answer = await post(endpoint, asked, { accept: 'application/json' });
  const { response } = answer;
  if (rejectsClient(response)) throw judgeRevocation(answer, clock.now());
  return response.status === 200 && introspection.safeParse(json(response)) !== undefined;
}

/** RFC 7662 §2. `active: false` is all that a server says of a token that is not for this client too. */
export async function introspect(endpoint: ClientEndpoint, asked: Asked): Promise<CheckResult> {
  const { response } = await post(endpoint, asked, { accept: 'application/json' });
  const { status } = response;
  const answer = status === 200 ? introspection.safeParse(json(response)) : undefined;
  if (answer)
    return answer.active ? active({ expiresAt: endOf(asked.token, answer.exp) }) : absent();
  const said = oauthError.safeParse(json(response))?.error;
  const words = said === undefined ? '' : ` (${excerpt(said)})`;
  const lack = status === 200 ? ', and not whether it is active' : '';
  if (status === 200 && JWT.test(response.body))
    return unclear('introspection answered with a signed JWT, which is not read', AS_JSON);
  return unclear(`introspection answered ${status}${words}${lack}`, hintFor(response));
}

/** RFC 9701: only some clients are answered so, whatever they accept. */
const JWT = /^\s*[\w-]+\.[\w-]+\.[\w-]*\s*$/;
const AS_JSON =
  'set the server to answer this client in JSON, or introspect as a client that it answers so (OAUTH_INTROSPECTION_CLIENT_ID, OAUTH_INTROSPECTION_CLIENT_SECRET)';

/** Some servers say so to a client that may revoke, and may not introspect. */
function hintFor(response: Response): string | undefined {
  return rejectsClient(response)
    ? 'check the client ID and its secret, which introspection does not accept'
    : undefined;
}

/** The earlier of what the server says and what a JWT says itself. Zero stands for no end. */
function endOf(token: string, exp: unknown): number | undefined {
  const said = numericDateMs(typeof exp === 'string' ? Number.parseFloat(exp) : exp);
  const ends = [said, jwtEnd(token)].filter((end) => end !== undefined && end > 0) as number[];
  return ends.length > 0 ? Math.min(...ends) : undefined;
}

const BOUND = 'it is bound to a DPoP key (RFC 9449), which only its client has';

/** OpenID Connect Core 1.0 §5.3, with the token as the bearer (RFC 6750 §3.1 for the refusal). */
export async function askUserinfo(url: URL, { http, token }: Asked): Promise<CheckResult> {
  const response = await http.send(bearerRequest(url, token));
  if (response.status === 200)
    return hasClaims(response)
      ? active({ expiresAt: jwtEnd(token) })
      : unclear('userinfo answered 200, and no claims');
  if (demandsProof(response)) return unclear(BOUND);
  const challenge = response.headers['www-authenticate'] ?? '';
  const refusedToken =
    /\berror="?invalid_token\b/.test(challenge) ||
    oauthError.safeParse(json(response))?.error === 'invalid_token';
  if (response.status === 401 && refusedToken) return absent();
  return unclear(`userinfo answered ${response.status}`);
}

/** Claims are an object, or a JWT (§5.3.2); a web page, or an error after all, is not userinfo. */
function hasClaims(response: Response): boolean {
  if (/^application\/jwt\b/i.test(response.headers['content-type'] ?? '')) return true;
  const claims = json(response);
  if (typeof claims !== 'object' || claims === null || Array.isArray(claims)) return false;
  return 'sub' in claims || !('error' in claims);
}

/** Any resource: 2xx where it takes the token, 401 where it does not. */
export async function askResource(url: URL, { http, token }: Asked): Promise<CheckResult> {
  const response = await http.send(bearerRequest(url, token));
  const { status } = response;
  if (isSuccess(status)) return active({ expiresAt: jwtEnd(token) });
  if (demandsProof(response)) return unclear(BOUND);
  return status === 401 ? absent() : unclear(`--probe-url answered ${status}`);
}

/** No server has issued it. */
const NO_TOKEN = 'not-a-token-revoke-asks-whether-any-is-accepted';

/** Whether a resource accepts whatever it is shown: then it says nothing of a token. */
export async function acceptsAnything(url: URL, http: Http): Promise<boolean> {
  return isSuccess((await http.send(bearerRequest(url, NO_TOKEN))).status);
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

/** RFC 9449 §7.1: a token that was sent as a bearer, and may only be used with its key. */
function demandsProof({ status, headers }: Response): boolean {
  const challenge = headers['www-authenticate'] ?? '';
  return status === 401 && /(?:^|,\s*)DPoP\b/i.test(challenge) && !/\bBearer\b/i.test(challenge);
}

/** A resource may answer with more than a document. */
const LARGEST_RESOURCE = 16 * 1024 * 1024;

function bearerRequest(url: URL, token: string): Request {
  return {
    method: 'GET',
    origin: url.origin,
    path: url.pathname + url.search,
    headers: {
      authorization: `Bearer ${token}`,
      accept: 'application/json, application/jwt, */*;q=0.1',
    },
    idempotent: true,
    maxBytes: LARGEST_RESOURCE,
  };
}

function post(
  { url, presenter }: ClientEndpoint,
  { http, token, hint }: Asked,
  headers: Readonly<Record<string, string>>,
): Promise<Answer> {
  const parameters = { token, ...(hint === undefined ? {} : { token_type_hint: hint }) };
  return presenter.ask(http, (presentation: Presentation) => ({
    method: 'POST',
    origin: url.origin,
    path: url.pathname + url.search,
    headers: { ...presentation.headers, ...headers, 'content-type': FORM },
    body: () => presentation.encode(parameters),
    idempotent: true,
  }));
}
