/** The ways in which a token can be seen, in the order in which they are asked. */
import { type CheckResult, type Http, type Target, unclear } from '../../src/contract/index.js';
import {
  acceptsAnything,
  askResource,
  askUserinfo,
  introspect,
  type ClientEndpoint,
} from './client.js';
import { boundKeyOf, jwtKind } from './jwt.js';
import { tokenOf } from './token.js';

export interface CheckEndpoints {
  readonly introspection: ClientEndpoint | undefined;
  readonly userinfo: URL | undefined;
  readonly probe: URL | undefined;
}

export interface Way {
  readonly method: 'introspection' | 'userinfo' | 'probe';
  /** The kind that it asks for, where the input did not say one. */
  readonly hint?: string;
  check(token: string, http: Http): Promise<CheckResult>;
}

/** What one way showed. */
export interface Shown {
  readonly way: Way;
  readonly result: CheckResult;
}

/** The ways for one target; what those before have shown decides which come next. */
export type WaysOf = (target: Target, shown: readonly Shown[]) => Generator<Way>;

export function createWays(
  { introspection, userinfo, probe }: CheckEndpoints,
  hintOf: (target: Target) => string | undefined,
): WaysOf {
  const introspectAs = (endpoint: ClientEndpoint, hint: string | undefined): Way => ({
    method: 'introspection',
    check: (token, http) => introspect(endpoint, { http, token, hint }),
  });
  const probeWay: Way | undefined = probe && { method: 'probe', check: createProbe(probe) };
  const userinfoWay: Way | undefined = userinfo && {
    method: 'userinfo',
    check: (token, http) => askUserinfo(userinfo, { http, token, hint: undefined }),
  };
  return function* waysOf(target, shown) {
    const hint = hintOf(target);
    if (introspection) yield introspectAs(introspection, hint);
    // Some servers look among the access tokens alone where no kind is named.
    if (introspection && hint === undefined && shown.at(-1)?.result.state === 'inactive')
      yield { ...introspectAs(introspection, 'refresh_token'), hint: 'refresh_token' };
    if (!isBearer(kindOf(target, hint)) || boundOf(target) !== undefined) return;
    if (probeWay) yield probeWay;
    if (userinfoWay) yield userinfoWay;
  };
}

/** What a token is: what it says of itself goes before what the input calls it. */
export function kindOf(target: Target, hint: string | undefined): string | undefined {
  return jwtKind(tokenOf(target)) ?? hint;
}

/**
 * Whether a token may be presented as a bearer. A refresh token goes to nobody as one, so that one
 * of unknown kind does not either.
 */
export function isBearer(kind: string | undefined): boolean {
  return kind === 'access_token';
}

/** The key that a token is bound to: without it the token cannot be presented. */
export function boundOf(target: Target): string | undefined {
  return target.boundTo ?? boundKeyOf(tokenOf(target));
}

/** A resource that accepts what is no token, too, says nothing of any: it is asked once. */
function createProbe(url: URL): Way['check'] {
  let asked: Promise<boolean> | undefined;
  return async (token, http) => {
    asked ??= acceptsAnything(url, http);
    const isUseless = await asked.catch((error: unknown) => {
      asked = undefined;
      throw error;
    });
    if (isUseless) return unclear('--probe-url also accepts a text that is not a token');
    return askResource(url, { http, token, hint: undefined });
  };
}
