/** One function for each endpoint of Ably's REST API that is used here. */
import {
  asReadError,
  type Clock,
  type Http,
  isRevokeError,
  json,
  path,
  type Response,
} from '../../src/contract/index.js';
import { errorOfResponse } from './error-codes.js';
import type { ApiKey } from './api-keys.js';
import { serverTime } from './schema.js';

/** What every call needs. */
export interface Ably {
  readonly http: Http;
  readonly clock: Clock;
  readonly origin: string;
  readonly fallbackOrigins: readonly string[];
}

/** What is asked for, but the targets' key. Times in ms since the epoch. */
export interface RevokeRequest {
  readonly targets: readonly string[];
  readonly issuedBefore?: number | undefined;
  readonly allowReauthMargin: boolean;
}

const HEADERS = {
  accept: 'application/json',
  // From protocol 3 on a batch is answered as a BatchResult.
  'x-ably-version': '6',
  'ably-agent': 'revoke-cli',
};

/**
 * https://ably.com/docs/api/rest-api#revoke-tokens. Resolves with whatever Ably answers at last.
 * @param orderFor makes the order of each try: a retry must not move the cut-off
 */
export function revokeTokens(
  { http, origin, fallbackOrigins }: Ably,
  key: ApiKey,
  orderFor: (tries: number, inDoubt?: boolean) => Promise<RevokeRequest>,
): Promise<Response> {
  const { name, secret } = key;
  return http.send({
    method: 'POST',
    origin,
    fallbackOrigins,
    path: path`/keys/${name}/revokeTokens`,
    headers: { ...HEADERS, authorization: `Basic ${base64(`${name}:${secret}`)}` },
    body: async (tries: number, inDoubt?: boolean) => bodyOf(await orderFor(tries, inDoubt)),
    idempotent: true,
    tryNextOrigin,
  });
}

/** https://ably.com/docs/api/rest-api#time: the server's clock, ms. An error of it changed nothing. */
export async function time(ably: Ably): Promise<number> {
  try {
    return await askedTime(ably);
  } catch (error) {
    throw isRevokeError(error) ? asReadError(error) : error;
  }
}

async function askedTime({ http, origin, fallbackOrigins, clock }: Ably): Promise<number> {
  const response = await http.send({
    method: 'GET',
    origin,
    fallbackOrigins,
    path: '/time',
    headers: HEADERS,
    idempotent: true,
    tryNextOrigin,
  });
  const [now] = (response.status === 200 && serverTime.safeParse(json(response))) || [];
  if (now === undefined) throw errorOfResponse(response, clock.now());
  return now;
}

/** A read that any token may try; what the answer means for the token is judged by the caller. */
export function readAsToken(ably: Ably, token: string): Promise<Response> {
  return read(ably, `Bearer ${base64(token)}`);
}

/** The same read by a key. */
export function readAsKey(ably: Ably, { name, secret }: ApiKey): Promise<Response> {
  return read(ably, `Basic ${base64(`${name}:${secret}`)}`);
}

function read({ http, origin, fallbackOrigins }: Ably, authorization: string): Promise<Response> {
  return http.send({
    method: 'GET',
    origin,
    fallbackOrigins,
    path: '/channels/revoke-probe/messages?limit=1',
    headers: { ...HEADERS, authorization },
    idempotent: true,
    tryNextOrigin,
  });
}

/** Specification RSC15l: what a fallback host may answer better. */
function tryNextOrigin({ status, headers }: Response): boolean {
  if (status >= 500 && status <= 504) return true;
  return status >= 400 && /^cloudfront$/i.test(headers['server'] ?? '');
}

/** Fields that were not asked for are left out (RSA17e, RSA17f). */
function bodyOf({ targets, issuedBefore, allowReauthMargin }: RevokeRequest): string {
  return JSON.stringify({
    targets,
    ...(issuedBefore === undefined ? {} : { issuedBefore }),
    ...(allowReauthMargin ? { allowReauthMargin } : {}),
  });
}

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}
