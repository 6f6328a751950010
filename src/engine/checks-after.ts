/** Targets that were sent: checked until they are inactive, or their time has passed. */
import type { Verdict } from '../contract/provider.js';
import type { Entry, Sighting } from './batcher.js';
import { look } from './check-call.js';
import {
  endedSighting,
  mayCall,
  type CheckState,
  type LaneActivity,
  type Watch,
} from './check-state.js';
import { judge, withBefore, withoutCheck } from './verification.js';

/** How long an answered target waits for others, to be checked together. */
const GATHER_MS = 2000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2000;

/** What surely never left, so that there is nothing to see. */
const UNSENT: ReadonlySet<string> = new Set(['unreachable', 'tls_failed', 'interrupted']);

export function watch(state: CheckState, entry: Entry, verdict: Verdict): void {
  const { hooks, terms, verifier } = state;
  if (!entry.before) return hooks.settle(entry, withoutCheck(verdict, entry));
  const isUnsent = verdict.status === 'failed' && UNSENT.has(verdict.error?.code ?? '');
  if (isUnsent || verdict.status === 'skipped')
    return hooks.settle(entry, withBefore(verdict, entry, verifier.method));
  state.watched += 1;
  state.after.push({
    entry,
    verdict,
    since: terms.clock.monotonic(),
    pause: FIRST_PAUSE_MS,
  });
}

async function checkAfter(state: CheckState, watches: readonly Watch[]): Promise<void> {
  const began = state.terms.clock.monotonic();
  const sightings = await look(
    state,
    watches.map(({ entry }) => entry),
  );
  for (const [index, one] of watches.entries()) {
    one.firstAt ??= began;
    seeAfter(state, one, sightings[index] as Sighting);
  }
  state.hooks.freeSlot();
}

function seeAfter(state: CheckState, one: Watch, sighting: Sighting): void {
  const { terms, hooks, verifier } = state;
  const wait = pauseBefore(state, one, sighting);
  one.last = sighting;
  if (wait === undefined) {
    state.watched -= 1;
    const { entry, verdict } = one;
    const { method } = verifier;
    return hooks.settle(
      entry,
      judge({ entry, verdict, after: sighting, method, asked: terms.asked }),
    );
  }
  void terms.clock.sleep(wait, terms.signal).then(() => {
    state.after.push(one);
    hooks.onChange();
  });
}

/** How long to wait for the next check of a target, ms; undefined: this one was the last. */
function pauseBefore(state: CheckState, one: Watch, { result }: Sighting): number | undefined {
  const { terms, verifier } = state;
  if (terms.signal.aborted || state.ended !== undefined) return undefined;
  const wasActive = one.entry.before?.result.state === 'active';
  if (result.state === 'inactive') {
    const previous = (one.last ?? one.entry.before)?.result.state;
    return verifier.confirms && previous === 'active' ? FIRST_PAUSE_MS : undefined;
  }
  // A request that was refused has nothing under way that could be waited for.
  if (one.verdict.status === 'failed') return undefined;
  if (result.state === 'unclear' && !wasActive) return undefined;
  const now = terms.clock.monotonic();
  const inForce = now + inForceAt(one.verdict) - terms.clock.now();
  const end = Math.max(one.firstAt ?? now, inForce) + terms.timeoutMs;
  if (now >= end) return undefined;
  const pause = Math.min(one.pause, end - now);
  one.pause = Math.min(one.pause * 2, LONGEST_PAUSE_MS);
  return pause;
}

/** When a revocation is in force that was taken for later, ms since the epoch; 0: it is. */
function inForceAt({ applies_at: at }: Verdict): number {
  const time = at === undefined ? 0 : Date.parse(at);
  return Number.isNaN(time) ? 0 : time;
}

export function pumpAfter(state: CheckState, activity: LaneActivity): void {
  const { before, after, group } = state;
  const isQuiet = activity.isQuiet && before.length === 0 && state.checkingBefore === 0;
  while (isTimely(state, isQuiet)) {
    if (state.ended !== undefined) {
      for (const one of after.splice(0)) seeAfter(state, one, endedSighting(state));
      break;
    }
    if (!mayCall(state)) break;
    void checkAfter(state, after.splice(0, group));
  }
}

/** Whether some wait, and waiting for more to be checked with these gains nothing. */
function isTimely(state: CheckState, isQuiet: boolean): boolean {
  const [first] = state.after;
  if (!first) return false;
  if (isQuiet || state.after.length >= state.group) return true;
  const left = first.since + GATHER_MS - state.terms.clock.monotonic();
  if (left <= 0 || first.firstAt !== undefined) return true;
  if (!state.isGathering) {
    state.isGathering = true;
    void state.terms.clock.sleep(left, state.terms.signal).then(() => {
      state.isGathering = false;
      state.hooks.onChange();
    });
  }
  return false;
}
