/**
 * The checks of one lane: each target before it is sent, and after until it is inactive or its time
 * has passed. A check takes a slot of the lane for as long as its request is in flight; waiting for
 * the next one takes none.
 */
import { unclear, type Verifier } from '../contract/lane.js';
import type { Verdict } from '../contract/provider.js';
import type { Batch, Entry } from './batcher.js';
import {
  MOST_AT_ONCE,
  type CheckHooks,
  type CheckState,
  type CheckTerms,
  type LaneActivity,
} from './check-state.js';
import { pumpAfter, watch } from './checks-after.js';
import { addBefore, isStale, pumpBefore } from './checks-before.js';
import type { RunLane } from './run-lane.js';

export interface LaneChecks {
  /** Takes a target that is to be checked before it is sent. */
  add(entry: Entry): void;
  /** Takes a target that was sent, with what was answered. */
  answered(entry: Entry, verdict: Verdict): void;
  pump(lane: LaneActivity): void;
  /** Whether what was seen of these before is too old to send them. */
  isStale(batch: Batch): boolean;
  /** Hands back what has not been checked: the lane has stopped. */
  drain(): readonly Entry[];
  /** Checks that are in flight will never be answered. */
  giveUp(): void;
  /** Whether targets wait for others, to be checked together. */
  readonly isWaiting: boolean;
  /** Whether some are still to be checked before they are sent. */
  readonly isBusyBefore: boolean;
  readonly isFull: boolean;
  readonly isIdle: boolean;
  /** How many were sent and are still to be seen after. */
  readonly watched: number;
}

export type LaneCheckFactory = (lane: RunLane, hooks: CheckHooks) => LaneChecks | undefined;

/** What a lane has that cannot check: every target is unclear. */
const NO_WAY: Verifier = {
  method: 'none',
  batch: Infinity,
  check: async (targets) => targets.map(() => unclear('there is no way to check it')),
};

/** Makes the checks of each lane; none for a lane that has no check, or that nobody asked for. */
export function createLaneChecks(terms: CheckTerms): LaneCheckFactory {
  return (lane, hooks) => {
    if (lane.lane.sendsNothing) return undefined;
    const verifier = lane.lane.check ?? (terms.asked ? NO_WAY : undefined);
    if (!verifier || (!terms.asked && !verifier.byDefault)) return undefined;
    const state: CheckState = {
      lane,
      verifier,
      terms,
      hooks,
      group: Math.min(verifier.batch ?? 1, MOST_AT_ONCE),
      left: terms.asked ? Infinity : (verifier.usualTargets ?? Infinity),
      ended: undefined,
      before: [],
      after: [],
      calls: new Set(),
      checkingBefore: 0,
      watched: 0,
      isGathering: false,
      pace: 'free',
    };
    return faceOf(state);
  };
}

function faceOf(state: CheckState): LaneChecks {
  const { before, after, group } = state;
  return {
    add: (entry) => addBefore(state, entry),
    answered: (entry, verdict) => watch(state, entry, verdict),
    pump(activity) {
      pumpAfter(state, activity);
      pumpBefore(state, activity);
    },
    isStale: ({ entries }) => isStale(state, entries),
    drain: () => before.splice(0),
    giveUp() {
      for (const end of state.calls) end();
    },
    get isWaiting() {
      return before.length > 0 && before.length < group;
    },
    get isBusyBefore() {
      return before.length > 0 || state.checkingBefore > 0;
    },
    get isFull() {
      return before.length >= MOST_AT_ONCE;
    },
    get watched() {
      return state.watched;
    },
    get isIdle() {
      const isEmpty = before.length === 0 && after.length === 0;
      return isEmpty && state.checkingBefore === 0 && state.watched === 0;
    },
  };
}
