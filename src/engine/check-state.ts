/** What the checks of one lane share: what waits, what is in flight, and when a call may be made. */
import { unclear, type Verifier } from '../contract/lane.js';
import type { Clock, Verdict } from '../contract/provider.js';
import type { Entry, Sighting } from './batcher.js';
import type { RunLane } from './run-lane.js';

/** What checks ask of their lane. */
export interface CheckHooks {
  /** Takes a target that may be sent. */
  send(entry: Entry): void;
  settle(entry: Entry, verdict: Verdict): void;
  /** Settles a target of a dry run that would be sent. */
  plan(entry: Entry, verdict: Verdict): void;
  takeSlot(): boolean;
  freeSlot(): void;
  onChange(): void;
}

/** What the lane is doing beside. */
export interface LaneActivity {
  readonly isDraining: boolean;
  /** Batches that wait to be sent. */
  readonly queued: number;
  /** Nothing waits and nothing is in flight but checks. */
  readonly isQuiet: boolean;
}

export interface CheckTerms {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Milliseconds after which a target that is still active counts as that. */
  readonly timeoutMs: number;
  /** Every target is to be proven (--verify); else as far as a lane checks by itself. */
  readonly asked: boolean;
  readonly dryRun: boolean;
}

/** Targets that one call is asked about, at most. */
export const MOST_AT_ONCE = 5000;

/** A target that was sent, until it is seen inactive. */
export interface Watch {
  readonly entry: Entry;
  readonly verdict: Verdict;
  /** When it was answered, by the clock that nobody sets. */
  readonly since: number;
  /** When its first check began: its time counts from there. */
  firstAt?: number;
  last?: Sighting;
  pause: number;
}

export interface CheckState {
  readonly lane: RunLane;
  readonly verifier: Verifier;
  readonly terms: CheckTerms;
  readonly hooks: CheckHooks;
  /** Targets that one call answers for. */
  readonly group: number;
  /** How many more are checked. */
  left: number;
  /** Why nothing more is checked. */
  ended: string | undefined;
  readonly before: Entry[];
  readonly after: Watch[];
  /** Those whose check is in flight: each call's way to end without an answer. */
  readonly calls: Set<() => void>;
  checkingBefore: number;
  /** Sent, answered, and without an outcome. */
  watched: number;
  isGathering: boolean;
  /** The pace of checks lets one leave now. */
  pace: 'free' | 'waits' | 'reserved';
}

/** Takes a slot and the pace for one call. A list is asked for by one call at a time. */
export function mayCall(state: CheckState): boolean {
  const { verifier, lane, terms, hooks } = state;
  if (verifier.batch === Infinity && state.calls.size > 0) return false;
  if (state.pace === 'waits') return false;
  if (state.pace === 'free') {
    const wait = lane.checks.pacer.reserve(terms.signal);
    state.pace = wait ? 'waits' : 'reserved';
    if (wait) {
      void wait.then(() => {
        state.pace = 'reserved';
        hooks.onChange();
      });
      return false;
    }
  }
  if (!hooks.takeSlot()) return false;
  state.pace = 'free';
  return true;
}

export function endChecks(state: CheckState, reason: string): void {
  state.ended ??= reason;
}

/** What is seen of a target when checks have ended. */
export function endedSighting({ ended, terms }: CheckState): Sighting {
  return { result: unclear(ended ?? ''), at: terms.clock.now() };
}
