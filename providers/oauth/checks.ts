/**
 * What a token is seen as. Its first check asks the ways in turn until one shows it active; later
 * checks ask that one alone, since what another way never showed as active it may show as inactive
 * for any reason.
 */
import {
  type CheckResult,
  type Http,
  type Target,
  unclear,
  type Verifier,
} from '../../src/contract/index.js';
import { hintForInactive, hintForUnclear, type Missing } from './check-hints.js';
import { isJwt } from './jwt.js';
import { tokenOf } from './token.js';
import {
  boundOf,
  createWays,
  isBearer,
  kindOf,
  type CheckEndpoints,
  type Shown,
  type Way,
} from './ways.js';

export interface Checks {
  /** Undefined where nothing can be checked at all. */
  readonly verifier: Verifier | undefined;
  /** Whether a token of this kind, or of unknown kind, can be checked. */
  canCheck(kind: string | undefined): boolean;
  /** What the first check of a target found; undefined where it was not checked. */
  foundOf(target: Target): Found | undefined;
}

export interface Found {
  readonly state: CheckResult['state'];
  /** The kind that it was seen as, where nobody had said it. */
  readonly hint: string | undefined;
}

type HintOf = (target: Target) => string | undefined;

export function createChecks(endpoints: CheckEndpoints, hintOf: HintOf, missing: Missing): Checks {
  const found = new WeakMap<Target, Found & { readonly way?: Way }>();
  const waysOf = createWays(endpoints, hintOf);

  async function checkFirst(target: Target, http: Http): Promise<CheckResult> {
    const shown: Shown[] = [];
    for (const way of waysOf(target, shown)) {
      const result = await way.check(tokenOf(target), http);
      shown.push({ way, result });
      if (result.state !== 'active') continue;
      found.set(target, { state: 'active', hint: way.hint, way });
      return { ...result, method: way.method };
    }
    const result = conclude(shown, target, { kind: kindOf(target, hintOf(target)), missing });
    found.set(target, { state: result.state, hint: undefined });
    return result;
  }

  async function checkOne(target: Target, http: Http): Promise<CheckResult> {
    const way = found.get(target)?.way;
    if (!way) return checkFirst(target, http);
    const result = await way.check(tokenOf(target), http);
    const isRefresh = (way.hint ?? hintOf(target)) === 'refresh_token';
    const hint = isRefresh && result.state === 'inactive' ? MAY_STILL_WORK : undefined;
    return { ...result, method: way.method, ...(hint !== undefined && { hint }) };
  }

  const { introspection, userinfo, probe } = endpoints;
  const canCheck = (kind: string | undefined) =>
    introspection !== undefined || (isBearer(kind) && Boolean(userinfo ?? probe));
  const method = introspection ? 'introspection' : probe ? 'probe' : 'userinfo';
  const check: Verifier['check'] = (targets, { http }) =>
    Promise.all(targets.map((one) => checkOne(one, http)));
  return {
    canCheck,
    foundOf: (target) => found.get(target),
    verifier: canCheck('access_token') ? { method, check } : undefined,
  };
}

/** Of a refresh token that ended about when the first check said that it would expire. */
const MAY_STILL_WORK =
  'some servers show a refresh token as inactive when its access token expires: it may still work';

/**
 * Inactive where one way shows that; else why no way shows anything. A JWT may be active and meant
 * for another service than the one that refuses it, so that only introspection speaks for it.
 */
function conclude(
  shown: readonly Shown[],
  target: Target,
  { kind, missing }: { readonly kind: string | undefined; readonly missing: Missing },
): CheckResult {
  const inactive = shown.find(({ result }) => result.state === 'inactive');
  const isOddJwt = shown[0] !== inactive && isJwt(tokenOf(target));
  if (inactive && !isOddJwt) {
    const { way, result } = inactive;
    return { ...result, method: way.method, hint: hintForInactive(kind, missing, way.method) };
  }
  const reasons = shown.map(({ way, result }) =>
    result.state === 'unclear'
      ? result.reason
      : `${way.method} does not accept it, which may be so for an active JWT, too`,
  );
  const bound = boundOf(target);
  if (bound !== undefined) reasons.push(`it is bound to ${bound}, which only its client has`);
  else if (shown.length === 0) reasons.push(noWay(kind));
  const last = shown.at(-1);
  const said = shown.flatMap(({ result }) => result.hint ?? []);
  const hint = [...said, hintForUnclear(kind, missing, bound)].join('; ');
  return { ...unclear(reasons.join('; '), hint), ...(last && { method: last.way.method }) };
}

/** An access token that nothing checks never gets here: then there is no verifier. */
function noWay(kind: string | undefined): string {
  return kind === undefined
    ? 'nobody said whether it is an access token, and no other token is sent as a bearer'
    : 'only introspection can check a refresh token, and the server has none that is known: to use the token would make new ones';
}
