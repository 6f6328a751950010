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

export interface Introspected {
  readonly result: CheckResult;
  /** It neither answered nor refused: nothing else is asked in its place. */
  readonly isBroken: boolean;
}

/** RFC 7662 §2. `active: false` is all that a server says of a token that is not for this client too. */
export async function introspect(endpoint: ClientEndpoint, asked: Asked): Promise<Introspected> {
  const { response } = await post(endpoint, asked, { accept: 'application/json' });
  const answer = response.status === 200 ? introspection.safeParse(json(response)) : undefined;
  if (answer) {
    const result = answer.active ? active({ expiresAt: numericDateMs(answer.exp) }) : absent();
    return { result, isBroken: false };
  }
  const said = oauthError.safeParse(json(response))?.error;
  const words = said === undefined ? '' : ` (${excerpt(said)})`;
  return {
    result: unclear(`introspection answered ${response.status}${words}`),
    isBroken: response.status < 400 || response.status >= 500,
  };
}

const BOUND = 'it is bound to a DPoP key (RFC 9449), which only its client has';

/** OpenID Connect Core 1.0 §5.3, with the token as the bearer (RFC 6750 §3.1 for the refusal). */
export async function askUserinfo(url: URL, { http, token }: Asked): Promise<CheckResult> {
  const response = await http.send(bearerRequest(url, token));
  if (response.status === 200) return active({ expiresAt: jwtEnd(token) });
  if (demandsProof(response)) return unclear(BOUND);
  const challenge = response.headers['www-authenticate'] ?? '';
  const refusedToken =
    /\berror="?invalid_token\b/.test(challenge) ||
    oauthError.safeParse(json(response))?.error === 'invalid_token';
  if (response.status === 401 && refusedToken) return absent();
  return unclear(`userinfo answered ${response.status}`);
}

/** Any resource: 2xx where it takes the token, 401 where it does not. */
export async function askResource(url: URL, { http, token }: Asked): Promise<CheckResult> {
  const response = await http.send(bearerRequest(url, token));
  const { status } = response;
  if (isSuccess(status)) return active({ expiresAt: jwtEnd(token) });
  if (demandsProof(response)) return unclear(BOUND);
  return status === 401 ? absent() : unclear(`--probe-url answered ${status}`);
}

/** Whether a resource is open to anybody: then it says nothing of a token. */
export async function isOpen(url: URL, http: Http): Promise<boolean> {
  return isSuccess((await http.send(bearerRequest(url, undefined))).status);
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

function bearerRequest(url: URL, token: string | undefined): Request {
  return {
    method: 'GET',
    origin: url.origin,
    path: url.pathname + url.search,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
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
