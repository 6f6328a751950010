/** What is said of tokens before the question: where they go, how many, what else happens, and how long it takes. */
import type { Lane, Target } from '../contract/index.js';
import type { OpenEndpoint } from './endpoint.js';
import type { Family } from './family.js';
import type { TokenTarget } from './token-target.js';
import type { TokenProviderSpec } from './types.js';

/** A provider that knows where to send. */
export interface Member {
  readonly spec: TokenProviderSpec;
  readonly base: OpenEndpoint;
  readonly families: readonly { readonly family: Family; readonly lane: Lane }[];
  /** For tokens that stand beside another host. */
  readonly otherHost: Lane;
}

/** Where the tokens are sent, and how many to each place. */
export function promptDetails(
  members: readonly Member[],
  {
    given,
    isMixed,
  }: { readonly given: ReadonlyMap<string, TokenTarget>; readonly isMixed: boolean },
): readonly (readonly [string, string])[] {
  const all = [...given.values()];
  return members.flatMap(({ spec, base }) => {
    const count = all.filter(({ vendor }) => vendor === spec.id).length;
    if (isMixed && count === 0) return [];
    const many = isMixed ? `${count} ${count === 1 ? 'token' : 'tokens'} at ` : '';
    return [[spec.service, `${many}${base.shown}`] as const];
  });
}

interface Told {
  readonly members: ReadonlyMap<string, Member>;
  readonly given: ReadonlyMap<string, TokenTarget>;
  readonly laneOf: (target: Target) => Lane;
  readonly own: ReadonlyMap<string, string>;
  readonly sample: readonly Target[];
  readonly count: number;
}

/** What else happens, how long it takes, and whether something of one's own is among them. */
export function consequences({
  members,
  given,
  laneOf,
  own,
  sample,
  count,
}: Told): readonly string[] {
  const all = given.size > 0 ? [...given.values()] : sample;
  const byLane = new Map<Lane, number>();
  for (const target of all) byLane.set(laneOf(target), (byLane.get(laneOf(target)) ?? 0) + 1);
  const used = [...members.values()].flatMap(({ spec, families }) =>
    families
      .filter(({ lane }) => byLane.has(lane))
      .map(({ family, lane }) => ({ family, spec, count: byLane.get(lane) ?? count })),
  );
  const named = all.flatMap(({ dedupKey = '' }) => own.get(dedupKey) ?? []);
  return [
    ...new Set(used.flatMap(({ family }) => family.consequences)),
    ...used.flatMap((one) => durationLine(one.spec.service, one.family, one.count)),
    ...named.map((name) => `One of them is in use by your own tools: ${name}.`),
    'This action cannot be undone.',
  ];
}

/** How long it takes, where the service's own limits make it long. */
function durationLine(service: string, family: Family, count: number): readonly string[] {
  const { batch = 1, pace, checks } = family;
  const checked = checks?.perSecond === undefined ? 0 : Math.min(count, checks.first ?? count);
  const checking = checked === 0 ? 0 : (2 * checked) / (checks?.perSecond as number);
  const windows = pace ? Math.ceil(Math.ceil(count / batch) / pace.requests) - 1 : 0;
  const seconds = Math.ceil(checking + windows * (pace?.seconds ?? 0));
  if (seconds < 10) return [];
  const time = seconds < 120 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`;
  return [`At the limits of ${service} this takes about ${time}.`];
}
