/** The checks of one lane with everything around them in memory, for tests of single steps. */
import { setImmediate as turn } from 'node:timers/promises';
import { unclear, type CheckResult, type Verifier } from '../../src/contract/lane.js';
import type { Clock, Target, Verdict } from '../../src/contract/provider.js';
import type { Entry, Sighting } from '../../src/engine/batcher.js';
import type { CheckState, CheckTerms, LaneActivity } from '../../src/engine/check-state.js';
import { laneOf, pacerOf } from './run-lanes.js';

/** The moment at which everything begins. */
export const NOW = Date.parse('2026-11-28T12:00:00Z');

export interface Given {
  readonly verifier?: Partial<Verifier>;
  readonly terms?: Partial<CheckTerms>;
  readonly state?: Partial<CheckState>;
  /** Requests in flight. */
  readonly width?: number;
}

export function checkStateOf({ verifier, terms, state, width = 4 }: Given = {}) {
  let time = 0;
  let slots = width;
  const sleepers: { at: number; wake: () => void }[] = [];
  const clock: Clock = {
    now: () => NOW + time,
    monotonic: () => time,
    sleep: (ms) => new Promise<void>((wake) => void sleepers.push({ at: time + ms, wake })),
  };
  const log: string[] = [];
  const verdicts = new Map<string, Verdict>();
  const settle = (how: string, { target }: Entry, verdict: Verdict) => {
    log.push(`${how} ${target.id} ${verdict.status}`);
    verdicts.set(target.id, verdict);
  };
  const lane = laneOf(async () => [], { pacer: pacerOf(width) });
  const made: CheckState = {
    lane,
    verifier: {
      method: 'list',
      async check(targets) {
        log.push(`check ${targets.map(({ id }) => id).join()}`);
        return targets.map(() => unclear('nobody knows'));
      },
      ...verifier,
    },
    terms: {
      clock,
      signal: new AbortController().signal,
      timeoutMs: 3000,
      asked: true,
      dryRun: false,
      ...terms,
    },
    hooks: {
      send: ({ target }) => void log.push(`send ${target.id}`),
      settle: (entry, verdict) => settle('settle', entry, verdict),
      plan: (entry, verdict) => settle('plan', entry, verdict),
      takeSlot: () => slots > 0 && (slots -= 1) >= 0,
      freeSlot: () => void (slots += 1),
      onChange: () => void log.push('change'),
    },
    group: verifier?.batch ?? 1,
    left: Infinity,
    ended: undefined,
    before: [],
    after: [],
    calls: new Set(),
    checkingBefore: 0,
    watched: 0,
    isGathering: false,
    pace: 'free',
    ...state,
  };
  return {
    state: made,
    log,
    verdicts,
    free: () => slots,
    sleeps: () => sleepers.map(({ at }) => at - time),
    /** Lets time pass and wakes who slept so long. */
    async pass(ms: number) {
      time += ms;
      for (const one of sleepers.splice(0)) {
        if (one.at <= time) one.wake();
        else sleepers.push(one);
      }
      await turn();
    },
  };
}

export const entryOf = (id: string, more: Partial<Entry> & { group?: string } = {}): Entry => {
  const { group, ...rest } = more;
  const target: Target = { id, ...(group !== undefined && { group }) };
  return { target, key: id, ...rest };
};

export const seen = (result: CheckResult, at = NOW): Sighting => ({ result, at });

export const BUSY: LaneActivity = { isDraining: false, queued: 0, isQuiet: false };
