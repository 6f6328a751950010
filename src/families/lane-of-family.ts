/** The lane of one family: its functions with requests that go to the base URL and nowhere else. */
import {
  errorFromStatus,
  json,
  refusedError,
  unclear,
  usageError,
  type Attempt,
  type CheckResult,
  type Context,
  type Lane,
  type Options,
  type Response,
  type Target,
  type Verdict,
} from '../contract/index.js';
import { createScrubber } from '../contract/redact.js';
import type { OpenEndpoint } from './endpoint.js';
import type { Answer, Family, FamilyTools, TokenRequest, TokenResult } from './family.js';

export interface FamilySurroundings {
  readonly service: string;
  readonly base: OpenEndpoint;
  readonly context: Context;
  readonly settings: ReadonlyMap<string, string>;
  /** The page where the owner sees what a token was used for. */
  readonly auditUrl?: string | undefined;
  readonly options: Options;
  /** --verify was given. */
  readonly asksForProof: boolean;
}

export function laneOfFamily(family: Family, of: FamilySurroundings): Lane {
  const { base, asksForProof } = of;
  const { check, checks, batch, pace, concurrency, maxSplits } = family;
  const isUnchecked = !check && !asksForProof;
  const endpoint = urlOf(base, family.at);
  const unrevocable = new Set<string>();
  return {
    name: family.name,
    endpoint,
    scope: {},
    facts: {
      endpoint,
      ...(of.auditUrl !== undefined && { audit_url: of.auditUrl }),
      ...(isUnchecked && { not_checked: 'impossible' }),
    },
    batch: batch ?? 1,
    ...(concurrency !== undefined && { concurrency }),
    ...(pace && { pace }),
    ...(maxSplits !== undefined && { maxSplits }),
    isDefaultInstance: base.isDefaultInstance,
    ...(check && {
      check: {
        method: 'token',
        byDefault: true,
        skipsInactive: true,
        confirms: true,
        ...(family.refuses && { refuses: (target: Target) => refusalOf(family, of, target) }),
        ...(checks?.first !== undefined && { usualTargets: checks.first }),
        ...(checks?.perSecond !== undefined && { perSecond: checks.perSecond }),
        check: async ([target], attempt) =>
          unrevocable.has(target?.id ?? '')
            ? [unclear('it cannot be revoked, and was not checked again')]
            : checkOne({ family, of, attempt }, target as Target),
      },
    }),
    async revoke(targets, attempt) {
      const verdicts = await revokeAll({ family, of, attempt }, targets);
      for (const { target, error } of verdicts)
        if (error?.code === 'cannot_revoke') unrevocable.add(target);
      return verdicts;
    },
  };
}

function refusalOf(family: Family, of: FamilySurroundings, target: Target): Verdict | undefined {
  const isOn: FamilyTools['isOn'] = (option) => of.options.flag(option);
  const result = family.refuses?.(tokenOf(target), { isOn });
  return result && verdictOf(target, result);
}

/** One call of a family's functions. */
interface FamilyCall {
  readonly family: Family;
  readonly of: FamilySurroundings;
  readonly attempt: Attempt;
}

async function checkOne(
  { family, of, attempt }: FamilyCall,
  target: Target,
): Promise<readonly CheckResult[]> {
  const { tools, last } = toolsFor(of, attempt);
  const result = (await family.check?.(tokenOf(target), tools)) ?? unclear('there is no check');
  const at = Date.parse(last()?.headers['date'] ?? '');
  return [Number.isNaN(at) ? result : { ...result, serverTime: at }];
}

async function revokeAll(
  { family, of, attempt }: FamilyCall,
  targets: readonly Target[],
): Promise<readonly Verdict[]> {
  if (!family.revokeBatch) {
    return Promise.all(
      targets.map(async (target) => {
        const { tools, last } = toolsFor(of, attempt);
        const result = await family.revoke?.(tokenOf(target), tools);
        return verdictOf(target, settled(result, last()));
      }),
    );
  }
  const { tools, last } = toolsFor(of, attempt);
  const answered = await family.revokeBatch(targets.map(tokenOf), tools);
  const result = settled(answered, last());
  if (result.status === 'failed' && result.isBatchRefused) {
    const { code, message, hint, providerCode } = result;
    throw refusedError({ code, message, hint, providerCode, affects: 'batch' });
  }
  return targets.map((target) => verdictOf(target, result));
}

/** Where an earlier try got no answer, a refusal does not say that nothing was revoked. */
function settled(result: TokenResult | undefined, last: Response | undefined): TokenResult {
  if (!result) throw usageError('a family without a way to revoke');
  if (result.status !== 'failed' || !last?.inDoubt) return result;
  const message = `${result.message}; an earlier try got no answer`;
  return { ...result, status: 'unknown', message, isBatchRefused: false };
}

function verdictOf(target: Target, result: TokenResult): Verdict {
  const { status, facts } = result;
  const verdict: Verdict = { target: target.id, status, ...facts };
  if (!('code' in result)) return verdict;
  const { code, message, hint, providerCode } = result;
  const error = {
    code,
    ...(providerCode !== undefined && { provider_code: providerCode }),
    message,
    ...(hint !== undefined && { hint }),
  };
  return { ...verdict, error };
}

/** The tools of one call, and the last answer that came by them. */
function toolsFor(of: FamilySurroundings, { http }: Attempt) {
  const { base, context, settings, service } = of;
  let last: Response | undefined;
  const tools: FamilyTools = {
    async send(request) {
      for (const secret of request.secrets ?? []) context.mask(secret);
      last = await http.send(toWire(request, base));
      if (last.status >= 300 && last.status < 400) {
        const said = { service, loginHint: '' };
        throw errorFromStatus(last, said, context.clock.now());
      }
      return answerOf(last, request.secrets);
    },
    now: () => context.clock.now(),
    async wait(ms, why) {
      context.log.warn(why);
      await context.clock.sleep(ms, context.signal);
      return !context.signal.aborted;
    },
    setting: (name) => settings.get(name),
    isOn: (option) => of.options.flag(option),
    isDefault: base.isDefault,
    urlOf: (at) => urlOf(base, at),
  };
  return { tools, last: () => last };
}

function toWire(request: TokenRequest, base: OpenEndpoint) {
  const { method, path, bearer, at } = request;
  const { origin, pathname } = new URL(urlOf(base, at));
  const type = 'json' in request ? 'application/json' : 'application/x-www-form-urlencoded';
  const body = bodyOf(request);
  return {
    method,
    origin,
    path: (pathname === '/' ? '' : pathname) + path,
    headers: {
      accept: 'application/json',
      ...(body !== undefined && { 'content-type': type }),
      ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
      ...request.headers,
    },
    ...(body !== undefined && { body }),
    idempotent: true,
  };
}

function bodyOf(request: TokenRequest): string | undefined {
  if ('json' in request) return JSON.stringify(request.json);
  return request.form ? new URLSearchParams(request.form).toString() : request.body;
}

function urlOf(base: OpenEndpoint, at: string | undefined): string {
  const url = at === undefined ? base.url : base.others.get(at);
  if (url === undefined) throw usageError(`no base URL of the name ${at}`);
  return url;
}

/** What the service repeats of a secret in the path is left out. */
function answerOf(response: Response, secrets: readonly string[] = []): Answer {
  const { status, headers } = response;
  const body = createScrubber(secrets)(response.body);
  return { status, headers, text: body, json: json({ ...response, body }) };
}

function tokenOf({ secret }: Target): string {
  if (secret === undefined) throw usageError('a target without its token', 'give the token');
  return secret;
}
