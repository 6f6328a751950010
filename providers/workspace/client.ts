/** One function for each endpoint of a workspace-token service. */
import {
  asReadError,
  type Clock,
  clockWatch,
  dateOf,
  errorFromStatus,
  type Context,
  type Http,
  inDoubtError,
  isRevokeError,
  json,
  path,
  refusedError,
  type Response,
} from '../../src/contract/index.js';
import type { Endpoint } from './endpoint.js';
import type { Login } from './login.js';
import { routeError, saidBy, WHO } from './refusals.js';
import {
  createdToken,
  tokenList,
  workspaceList,
  type CreateAnswer,
  type ListAnswer,
  type WorkspacesAnswer,
} from './schema.js';
import { hasNextPage, timeReader, uuidOf } from './tokens.js';

export interface Api {
  readonly http: Http;
  readonly clock: Clock;
  readonly endpoint: Endpoint;
  readonly origin: string;
  /** Made once: the same object for every request. */
  readonly headers: Readonly<Record<string, string>>;
  /** What to do where the login is refused. */
  readonly remedy: string;
  /** A time of an answer as RFC 3339; undefined where it is none. */
  readonly readTime: (value: unknown) => string | undefined;
  /** Says once that the server's clock is far from ours. */
  readonly watchClock: (response: Response) => void;
}

/** Some 150,000 tokens: a longer list is refused, and not held in memory. */
const MAX_LIST_BYTES = 32 * 1024 * 1024;

export function createApi(
  { http, clock, log }: Pick<Context, 'http' | 'clock' | 'log'>,
  endpoint: Endpoint,
  login: Login,
): Api {
  return {
    http,
    clock,
    watchClock: clockWatch(WHO, { clock, log }),
    endpoint,
    origin: endpoint.origin,
    headers: { accept: 'application/json', authorization: `Bearer ${login.bearer}` },
    remedy: login.remedy,
    readTime: timeReader(),
  };
}

/** DELETE of one token; judge-revocation.ts judges the answer. Safe to repeat. */
export function deleteToken(api: Api, workspaceId: string, jti: string): Promise<Response> {
  return api.http.send({
    method: 'DELETE',
    origin: api.origin,
    path: api.endpoint.prefix + path`/v1/workspaces/${workspaceId}/tokens/${jti}`,
    headers: api.headers,
    idempotent: true,
  });
}

/** The revocation of the first releases, which answers no more than a message. */
export function postRevoke(api: Api, workspaceId: string, jti: string): Promise<Response> {
  return api.http.send({
    method: 'POST',
    origin: api.origin,
    path: api.endpoint.prefix + path`/v1/workspaces/${workspaceId}/tokens/${jti}/revoke`,
    headers: api.headers,
    idempotent: true,
  });
}

/**
 * All tokens of a workspace; no contract has pages, and a list that speaks of more is recognised by
 * isPartial. Throws an error that says nothing was changed.
 */
export async function listTokens(api: Api, workspaceId: string): Promise<ListAnswer> {
  const response = await get(api, path`/v1/workspaces/${workspaceId}/tokens`, MAX_LIST_BYTES);
  const list = response.status === 200 ? tokenList.safeParse(json(response)) : undefined;
  if (!list) return throwReadError(api, response, workspaceId);
  api.watchClock(response);
  return {
    ...list,
    hasNextPage: hasNextPage(response.headers, list.tokens.length),
    serverTime: dateOf(response),
  };
}

/** The workspaces that the user may see. */
export async function listWorkspaces(api: Api): Promise<WorkspacesAnswer> {
  const response = await get(api, '/v1/workspaces', MAX_LIST_BYTES);
  const list = response.status === 200 ? workspaceList.safeParse(json(response)) : undefined;
  return list ?? throwReadError(api, response, undefined);
}

/**
 * Creates a token. Never repeated once it may have left: then the error says `inDoubt`.
 * @param expiresIn seconds; all four contracts take it, one of them ignores `expires_at`
 */
export async function createToken(
  api: Api,
  workspaceId: string,
  expiresIn: number,
): Promise<CreateAnswer & { readonly value: string }> {
  const response = await api.http.send({
    method: 'POST',
    origin: api.origin,
    path: api.endpoint.prefix + path`/v1/workspaces/${workspaceId}/tokens`,
    headers: api.headers,
    body: JSON.stringify({ expires_in: expiresIn }),
    idempotent: false,
  });
  if (response.status >= 200 && response.status < 300) {
    const answer = createdToken.safeParse(json(response));
    const value = answer?.access_token ?? answer?.token;
    if (answer && value && isOf(workspaceId, answer.workspace_id)) return { ...answer, value };
    throw inDoubtError({
      code: 'unexpected_answer',
      message: `${WHO} answered ${response.status}, but with no new token in it`,
    });
  }
  throw (
    routeError(response, workspaceId) ??
    errorFromStatus(response, saidBy(response, api.remedy), api.clock.now())
  );
}

/** Whether an answer that names a workspace names this one. */
export function isOf(workspaceId: string, named: string | null | undefined): boolean {
  if (named === undefined || named === null) return true;
  return named === workspaceId || uuidOf(named) === workspaceId;
}

async function get(api: Api, route: string, maxBytes: number): Promise<Response> {
  try {
    return await api.http.send({
      method: 'GET',
      origin: api.origin,
      path: api.endpoint.prefix + route,
      headers: api.headers,
      idempotent: true,
      maxBytes,
    });
  } catch (error) {
    throw isRevokeError(error) ? asReadError(error) : error;
  }
}

function throwReadError(api: Api, response: Response, workspaceId: string | undefined): never {
  if (response.status >= 200 && response.status < 300) {
    throw refusedError({
      code: 'unexpected_answer',
      message: `${WHO} answered ${response.status}, but not with a list as documented`,
      hint: 'check the endpoint',
      affects: 'run',
    });
  }
  throw (
    routeError(response, workspaceId) ??
    asReadError(errorFromStatus(response, saidBy(response, api.remedy), api.clock.now()))
  );
}
