/** The requests of a family: bound to its base URL, with the token as login, and bounded in trust. */
import type { BaseUrl } from './base-url.js';
import { refusedError, type RevokeError } from './errors.js';
import type { EndpointSpec, Family, FamilyRequest, FamilyTools } from './family.js';
import type { Http, Response } from './http.js';
import { errorFromStatus } from './judge-status.js';
import type { Context } from './provider.js';

/** An endpoint of a run. */
export interface OpenEndpoint {
  readonly spec: EndpointSpec;
  readonly base: BaseUrl;
  readonly isDefault: boolean;
}

export interface FamilyPlace {
  readonly context: Context;
  /** How sentences call the service. */
  readonly service: string;
  readonly family: Family;
  readonly endpoints: ReadonlyMap<string, OpenEndpoint>;
  /** The family's own. */
  readonly endpoint: OpenEndpoint;
}

export interface Call {
  readonly http: Http;
  /** What goes along as the login; undefined: nothing. */
  readonly token: string | undefined;
  /** Statuses that are not waited out. */
  readonly stopOn?: readonly number[];
  /** Told of every answer. */
  readonly onAnswer?: (response: Response) => void;
}

/** A pause that a service asks for and that is longer is no pause, ms. */
const LONGEST_PAUSE_MS = 60 * 60 * 1000;

export function toolsFor(place: FamilyPlace, call: Call): FamilyTools {
  const { family, endpoint, context } = place;
  return {
    endpoint: endpoint.base.url,
    isDefaultInstance: endpoint.isDefault && endpoint.spec.instances === true,
    async send(request) {
      const { base } = request.to === undefined ? endpoint : named(place, request.to);
      const isAnonymous = request.anonymous === true || call.token === undefined;
      const response = await sendOnce(base, request, loginOf(family, call, isAnonymous), call);
      call.onAnswer?.(response);
      if (!isAnonymous || !(await waitForReset(response, context))) return response;
      return sendOnce(base, request, {}, call);
    },
    unexpected: (response) => unexpected(place, response, call.token === undefined),
  };
}

function named({ endpoints }: FamilyPlace, name: string): OpenEndpoint {
  const endpoint = endpoints.get(name);
  if (!endpoint) throw new Error(`no endpoint ${name} is declared`);
  return endpoint;
}

function loginOf({ loginHeader }: Family, { token }: Call, isAnonymous: boolean) {
  if (isAnonymous || token === undefined) return {};
  return loginHeader === undefined
    ? { authorization: `Bearer ${token}` }
    : { [loginHeader.toLowerCase()]: token };
}

function sendOnce(
  base: BaseUrl,
  request: FamilyRequest,
  login: Readonly<Record<string, string>>,
  { http, stopOn = [] }: Call,
): Promise<Response> {
  const { method, path, headers, json, form } = request;
  const body = form ? new URLSearchParams(form).toString() : json && JSON.stringify(json);
  return http.send({
    method,
    origin: base.origin,
    path: base.prefix + path,
    headers: {
      accept: 'application/json',
      'user-agent': 'revoke-cli',
      ...(form && { 'content-type': 'application/x-www-form-urlencoded' }),
      ...headers,
      ...login,
    },
    ...(typeof body === 'string' && { body }),
    // What ends the checks is not tried again.
    idempotent: !stopOn.includes(429),
  });
}

/**
 * An anonymous request that was refused because the limit of this address is used up says nothing of
 * its tokens: it is waited for, and said. False where there is nothing to wait for.
 */
async function waitForReset({ status, headers }: Response, context: Context): Promise<boolean> {
  const isLimited = status === 403 || status === 429;
  if (!isLimited || headers['x-ratelimit-remaining'] !== '0') return false;
  const reset = Number(headers['x-ratelimit-reset']) * 1000;
  const wait = reset - context.clock.now();
  if (!(wait > 0) || wait > LONGEST_PAUSE_MS || context.signal.aborted) return false;
  context.log.warn(
    `the service takes no more requests from this address: waiting ${Math.ceil(wait / 1000)} s`,
  );
  await context.clock.sleep(wait, context.signal);
  return !context.signal.aborted;
}

/** A 401 or 403 speaks for its token at most, and for none where the request carried none. */
function unexpected(place: FamilyPlace, response: Response, isAnonymous: boolean): RevokeError {
  const { service, endpoint, context } = place;
  const { status } = response;
  if (status !== 401 && status !== 403) {
    const said = { service, loginHint: '' };
    const error = errorFromStatus(response, said, context.clock.now());
    return error.affects === 'run' ? error.with({ affects: 'target' }) : error;
  }
  if (isAnonymous && !endpoint.isDefault) {
    return refusedError({
      code: 'cannot_revoke',
      message: `${service} at ${endpoint.base.url} does not take this request from anybody`,
      hint: 'ask the owner of the token, or the administrator of this instance',
      providerCode: status,
    });
  }
  return refusedError({
    code: 'request_refused',
    message: `${service} refused the request (${status}), which says nothing of the token`,
    hint: 'run this again later',
    providerCode: status,
  });
}
