/** A lane of a run: a provider's lane with the means to send along it. */
import type { Http } from '../contract/http.js';
import type { Lane, Scope } from '../contract/lane.js';
import type { Revoker, Target } from '../contract/provider.js';
import type { Pacer } from '../network/pacer.js';

export interface RunLane {
  /** The provider's id. */
  readonly provider: string;
  readonly revoker: Revoker;
  readonly lane: Lane;
  /** Targets in one request. */
  readonly batch: number;
  /** Sends at the lane's own pace. */
  readonly http: Http;
  readonly pacer: Pacer;
  /** The same for checks, where they have a pace of their own. */
  readonly checks: { readonly http: Http; readonly pacer: Pacer };
  /** Requests in flight of all lanes that share it, and the most there may be. */
  readonly shared: { busy: number; readonly limit: number };
}

/** Finds the lanes of a target: those of its provider that take it, each of which it goes down once. */
export function laneFinder(lanes: readonly RunLane[]): (target: Target) => readonly RunLane[] {
  const first = lanes[0];
  const isOne = lanes.every(({ revoker }) => revoker === first?.revoker);
  if (isOne && !first?.revoker.lanesOf) return () => lanes;
  const byProvider = new Map<string, RunLane[]>();
  for (const lane of lanes) {
    const same = byProvider.get(lane.provider);
    if (same) same.push(lane);
    else byProvider.set(lane.provider, [lane]);
  }
  return (target) => {
    const all =
      target.provider === undefined && isOne ? lanes : byProvider.get(target.provider ?? '');
    const [one] = all ?? [];
    if (!all || !one) return [];
    const chosen = one.revoker.lanesOf?.(target);
    return chosen ? all.filter(({ lane }) => chosen.some(({ name }) => name === lane.name)) : all;
  };
}

/** Where a revoker acts: each endpoint, with what its lanes act on there. */
export function placesOf({ lanes }: Revoker): readonly { endpoint: string; scope: Scope }[] {
  const endpoints = [...new Set(lanes.map(({ endpoint }) => endpoint))];
  return endpoints.map((endpoint) => ({
    endpoint,
    scope: joined(lanes.filter((lane) => lane.endpoint === endpoint)),
  }));
}

/** What a revoker acts on: its lanes' scopes as one, with a list where they differ. */
export function scopeOf({ lanes }: Revoker): Scope {
  return joined(lanes);
}

function joined(lanes: readonly Lane[]): Scope {
  const names = new Set(lanes.flatMap(({ scope }) => Object.keys(scope)));
  return Object.fromEntries(
    [...names].map((name) => {
      const values = [...new Set(lanes.flatMap(({ scope }) => scope[name] ?? []))];
      return [name, values.length === 1 ? (values[0] as string) : values];
    }),
  );
}
