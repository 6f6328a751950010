/** The lanes of a command that revokes tokens by their value, and what is said before the question. */
import {
  isRevokeError,
  usageError,
  type Context,
  type Lane,
  type Options,
  type Revoker,
  type Target,
} from '../contract/index.js';
import { otherHost } from '../recognition/hosts.js';
import { createApproval, type Approval } from './approval.js';
import { openEndpoint, type OpenEndpoint } from './endpoint.js';
import { laneOfFamily } from './lane-of-family.js';
import { ownCredentials } from './own-credentials.js';
import { consequences, promptDetails, type Member } from './question.js';
import {
  settingsOf,
  type SettingsOfAll,
  type TokenCommandSpec,
  type TokenProviderSpec,
} from './types.js';
import { expiryFact, type TokenTarget } from './token-target.js';
import { refusalLane, shapesByType, unrevocableLane } from './unrevocable-lane.js';

export interface TokenRun {
  readonly context: Context & SettingsOfAll;
  readonly options: Options;
  /** What was parsed so far, by fingerprint. */
  readonly given: ReadonlyMap<string, TokenTarget>;
}

/** Finds where to send; sends nothing. */
export async function openTokens(spec: TokenCommandSpec, run: TokenRun): Promise<Revoker> {
  const { context, options, given } = run;
  const { isMixed = false } = spec;
  assertOptions(spec, options);
  const approval = createApproval(options.list('owner'), context.clock);
  const members = new Map<string, Member>();
  const unset = new Map<string, Lane>();
  for (const one of spec.providers) {
    const opened = await openMember(one, run, { isMixed, approval });
    if ('lane' in opened) unset.set(one.id, opened.lane);
    else members.set(one.id, opened.member);
  }
  const cannot = unrevocableLane('not revocable', {
    vendors: spec.vendors,
    baseOf: (vendor) => members.get(vendor)?.base.url,
    clock: context.clock,
    looks: !isUnverified(options),
  });
  const only = onlyLane(options);
  const lanes = [
    ...[...members.values()].flatMap((one) => [
      ...one.families.map(({ lane }) => lane),
      one.otherHost,
    ]),
    ...unset.values(),
    cannot,
    ...(only ? [only.lane] : []),
  ];
  const laneOf = (target: Target): Lane => {
    const { vendor, typeHint } = target as Partial<TokenTarget>;
    if (only && !only.ids.has(vendor ?? '')) return only.lane;
    const member = members.get(vendor ?? '');
    const family = member?.families.find((one) =>
      one.family.shapes.some(({ type }) => type === typeHint),
    );
    if (!member || !family) return laneOfUnset(spec, target, unset) ?? cannot;
    return otherHostError(target, members) ? member.otherHost : family.lane;
  };
  const shapes = shapesByType(spec.vendors);
  const own = await ownCredentials(spec.providers, context);
  return {
    lanes: lanes as unknown as Revoker['lanes'],
    lanesOf: (target) => [laneOf(target)],
    promptDetails: promptDetails([...members.values()], { given, isMixed }),
    preview: async (sample) => approval.preview(sample, laneOf, context.http),
    consequences: (sample, count) => consequences({ members, given, laneOf, own, sample, count }),
    refusal(target) {
      const lane = laneOf(target);
      const isRefused = [...members.values()].some((member) => member.otherHost === lane);
      return isRefused ? otherHostError(target, members) : undefined;
    },
    targetFacts: (target) => ({
      token_type: target.typeHint,
      ...expiryFact(target, shapes),
      ...locationFacts(target),
    }),
  };
}

/** Why a token goes nowhere: the host beside it is not the one that it would be sent to. */
function otherHostError(target: Target, members: ReadonlyMap<string, Member>) {
  const { vendor = '', hosts = [] } = target as Partial<TokenTarget>;
  const member = members.get(vendor);
  if (!member) return undefined;
  const { spec, base } = member;
  const destination = { endpoint: base.url, isDefault: base.isDefault };
  const host = otherHost(spec.vendor, hosts, destination);
  if (host === undefined) return undefined;
  return {
    code: 'other_host',
    message: `the input has the host ${host} beside it, and it would be sent to ${base.url}`,
    hint: `set ${base.env} to that host if it belongs there, or give the token without the host`,
  };
}

function locationFacts({ locations, locationsTotal }: Target) {
  return locations ? { locations, locations_total: locationsTotal } : {};
}

function isUnverified(options: Options): boolean {
  return options.isOff('verify');
}

function assertOptions(spec: TokenCommandSpec, options: Options): void {
  if (spec.isMixed && options.text('endpoint') !== undefined) {
    throw usageError(
      '--endpoint cannot be used here: the tokens may belong to several providers',
      `set the variable of each provider: ${spec.providers.map(({ endpoint }) => endpoint.env).join(', ')}`,
    );
  }
  if (options.list('owner').length > 0 && isUnverified(options))
    throw usageError('--owner needs the check, and --no-verify turns it off', 'omit one of them');
}

/** Tokens of other providers than those that --only names. */
function onlyLane(
  options: Options,
): { readonly ids: ReadonlySet<string>; readonly lane: Lane } | undefined {
  const ids = options.list('only').flatMap((text) => text.split(','));
  if (ids.length === 0) return undefined;
  const lane = refusalLane('other provider', () => ({
    status: 'skipped',
    error: { code: 'other_owner', message: 'it is of a provider that --only does not name' },
  }));
  return { ids: new Set(ids.map((id) => id.trim())), lane };
}

/** The lane of a token that could be revoked if its provider had an endpoint. */
function laneOfUnset(
  { providers }: TokenCommandSpec,
  { vendor, typeHint }: Partial<TokenTarget>,
  unset: ReadonlyMap<string, Lane>,
): Lane | undefined {
  const spec = providers.find(({ id }) => id === vendor);
  const isOne = spec?.vendor.revocable.some((shape) => shape.type === typeHint) ?? false;
  return isOne ? unset.get(vendor ?? '') : undefined;
}

async function openMember(
  spec: TokenProviderSpec,
  { context, options }: TokenRun,
  { isMixed, approval }: { readonly isMixed: boolean; readonly approval: Approval },
): Promise<{ readonly member: Member } | { readonly lane: Lane }> {
  const declared = { id: spec.id, settings: settingsOf(spec) };
  const setting = (name: string) =>
    isMixed && context.settingOf ? context.settingOf(declared, name) : context.setting(name);
  let base: OpenEndpoint;
  try {
    base = await openEndpoint(spec.endpoint, spec, { env: context.env, setting });
  } catch (error) {
    // In a mixed list the tokens of one provider that cannot be reached keep no other one waiting.
    if (!isMixed || !isRevokeError(error) || error.code !== 'no_endpoint') throw error;
    const { code, message, hint } = error;
    const lane = refusalLane(`${spec.id}: no endpoint`, () => ({
      status: 'failed',
      error: { code, message, ...(hint !== undefined && { hint }) },
    }));
    return { lane: ofProvider(lane, spec.id) };
  }
  const settings = new Map<string, string>();
  for (const { name } of spec.settings ?? []) {
    const value = (await setting(name))?.value;
    if (value !== undefined) settings.set(name, value);
  }
  const { service } = spec;
  const auditUrl = auditUrlOf(spec, base);
  const of = {
    service,
    base,
    context,
    settings,
    auditUrl,
    options,
    asksForProof: options.flag('verify'),
  };
  const families = spec.families().map((family) => {
    const lane = ofProvider(laneOfFamily(family, of), spec.id);
    return { family, lane: approval.guard({ ...lane, name: `${spec.id}/${family.name}` }) };
  });
  const member: Member = { spec, base, families, otherHost: otherHostLane(spec, () => member) };
  return { member };
}

function auditUrlOf({ auditUrl }: TokenProviderSpec, base: OpenEndpoint): string | undefined {
  const isOwn = base.isDefault || auditUrl?.startsWith('{base}') === true;
  return isOwn ? auditUrl?.replace('{base}', base.url) : undefined;
}

function otherHostLane(spec: TokenProviderSpec, member: () => Member): Lane {
  const lane = refusalLane(`${spec.id}: other host`, (target) => {
    const error = otherHostError(target, new Map([[spec.id, member()]]));
    return { status: 'failed', ...(error && { error }) };
  });
  return ofProvider(lane, spec.id);
}

/** Outcomes carry the provider that the token belongs to, in a command of many too. */
function ofProvider(lane: Lane, provider: string): Lane {
  return { ...lane, facts: { provider, ...lane.facts } };
}
