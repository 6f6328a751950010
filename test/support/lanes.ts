/** A revoker with its lanes at hand, for tests that call it without the engine. */
import { isRevokeError } from '../../src/contract/errors.js';
import type { Http } from '../../src/contract/http.js';
import type { Attempt, Lane, Scope } from '../../src/contract/lane.js';
import type {
  Clock,
  Outcome,
  Provider,
  Revoker,
  SeenState,
  Target,
  Verdict,
} from '../../src/contract/provider.js';
import { prepareRun } from '../../src/engine/prepare-run.js';
import { scopeOf } from '../../src/engine/run-lane.js';
import { seenState } from '../../src/engine/verification.js';
import { createLaneNetwork } from '../../src/network/lane-network.js';
import { createPacer } from '../../src/network/pacer.js';

export interface OpenRevoker extends Revoker {
  readonly endpoint: string;
  readonly scope: Scope;
  readonly laneNames: readonly string[];
  /** Sends one batch down a lane; the first without its name. */
  revoke(
    targets: readonly Target[],
    attempt?: Partial<Attempt> & { readonly lane?: string },
  ): Promise<readonly Verdict[]>;
  readonly check: Lane['check'];
  readonly http: Http;
  /** What one check says of each target. */
  states(targets: readonly Target[]): Promise<readonly SeenState[]>;
}

export function withLanes(revoker: Revoker, http: Http): OpenRevoker {
  const [first] = revoker.lanes;
  return {
    ...revoker,
    endpoint: first.endpoint,
    scope: scopeOf(revoker),
    laneNames: revoker.lanes.map(({ name }) => name),
    revoke(targets, { lane: name, ...attempt } = {}) {
      const lane = revoker.lanes.find((one) => one.name === name) ?? first;
      return lane.revoke(targets, { http, ...attempt });
    },
    check: first.check,
    http,
    async states(targets) {
      try {
        return ((await first.check?.check(targets, { http })) ?? []).map(seenState);
      } catch (error) {
        // The engine takes an error for the same.
        if (!isRevokeError(error)) throw error;
        return targets.map(() => 'unknown');
      }
    },
  };
}

/** Revokes targets through the engine as --verify does, and answers their outcomes. */
export async function prove(
  provider: Provider,
  revoker: Revoker,
  targets: readonly Target[],
  { http, clock, verifyMs = 1000 }: { http: Http; clock: Clock; verifyMs?: number },
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  const left = [targets];
  const pacer = createPacer(clock, { width: 8 });
  const log = { warn: () => undefined, verbose: () => undefined };
  const network = createLaneNetwork({ http, pacer, clock, log, concurrency: 8 });
  const { run } = await prepareRun([{ provider, revoker, network }], {
    clock,
    signal: new AbortController().signal,
    verify: 'always',
    verifyMs,
    dryRun: false,
    count: targets.length,
  });
  await run({
    source: { next: async () => left.shift() },
    serialize: (outcome) => JSON.stringify(outcome),
    onOutcomes: (some) => void outcomes.push(...some),
  });
  return outcomes;
}
