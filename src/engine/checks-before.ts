/** Targets that are to be sent: what a check sees of them decides whether they are. */
import { unclear } from '../contract/lane.js';
import type { Verdict } from '../contract/provider.js';
import type { Entry, Sighting } from './batcher.js';
import { look } from './check-call.js';
import {
  endedSighting,
  mayCall,
  MOST_AT_ONCE,
  type CheckState,
  type LaneActivity,
} from './check-state.js';
import { judgeUnsent, withBefore } from './verification.js';

/** How old what was seen before may be when its request leaves. */
const FRESH_MS = 30_000;

export function addBefore(state: CheckState, entry: Entry): void {
  if (state.left <= 0 && !entry.before) return goOnUnchecked(state, entry);
  if (!entry.before) state.left -= 1;
  state.before.push(entry);
}

export function pumpBefore(state: CheckState, activity: LaneActivity): void {
  const { before, group } = state;
  const isLow = activity.queued < state.lane.pacer.width() * 2 && state.watched < MOST_AT_ONCE;
  while (before.length > 0 && isLow && (before.length >= group || activity.isDraining)) {
    if (state.ended !== undefined) {
      for (const entry of before.splice(0)) goOnUnchecked(state, entry);
      break;
    }
    if (!mayCall(state)) break;
    void checkBefore(state, takeGroup(state));
  }
}

/** As many as one call answers for, and all those that end together with the last of them. */
function takeGroup({ before, group }: CheckState): readonly Entry[] {
  let count = Math.min(group, before.length);
  const last = before[count - 1]?.target.group;
  while (last !== undefined && before[count]?.target.group === last) count += 1;
  return before.splice(0, count);
}

async function checkBefore(state: CheckState, entries: readonly Entry[]): Promise<void> {
  const checkedAt = state.terms.clock.monotonic();
  state.checkingBefore += entries.length;
  const sightings = await look(state, entries);
  state.checkingBefore -= entries.length;
  for (const [index, entry] of entries.entries()) {
    entry.checkedAt = checkedAt;
    seeBefore(state, entry, sightings[index] as Sighting);
  }
  state.hooks.freeSlot();
}

function seeBefore(state: CheckState, entry: Entry, sighting: Sighting): void {
  const { verifier, hooks } = state;
  entry.before = sighting;
  const refusal = verifier.refuses?.(entry.target, sighting.result);
  if (refusal) return hooks.settle(entry, withBefore(refusal, entry, verifier.method));
  if (sighting.result.state !== 'inactive') return goOn(state, entry);
  if (entry.prior || verifier.skipsInactive)
    return hooks.settle(entry, judgeUnsent(entry, sighting, verifier.method));
  goOn(state, entry);
}

function goOn({ terms, verifier, hooks }: CheckState, entry: Entry): void {
  if (!terms.dryRun) return hooks.send(entry);
  const verdict: Verdict = { target: entry.target.id, status: 'planned' };
  hooks.plan(entry, withSaid(withBefore(verdict, entry, verifier.method), entry));
}

/** A dry run shows with which word the provider calls a target inactive, or why nothing is known. */
function withSaid(verdict: Verdict, { before }: Entry): Verdict {
  const { verification } = verdict;
  if (!before || !verification) return verdict;
  const { result } = before;
  if (result.state === 'unclear')
    return { ...verdict, verification: { ...verification, reason: result.reason } };
  if (result.state === 'active' || result.said === undefined) return verdict;
  return { ...verdict, verification: { ...verification, said: result.said } };
}

/** Checks have ended: nothing is sent less for it, and only who asked for proof goes without. */
function goOnUnchecked(state: CheckState, entry: Entry): void {
  const refusal = state.verifier.refuses?.(entry.target, unclear('it was not checked'));
  if (refusal) return state.hooks.settle(entry, refusal);
  // What was seen earlier is too old to count, and will not be seen again.
  delete entry.checkedAt;
  if (state.terms.asked) entry.before = endedSighting(state);
  else {
    entry.before = undefined;
    entry.notChecked = 'limit';
  }
  goOn(state, entry);
}

export function isStale({ terms }: CheckState, entries: readonly Entry[]): boolean {
  const oldest = terms.clock.monotonic() - FRESH_MS;
  return entries.some(({ checkedAt }) => checkedAt !== undefined && checkedAt < oldest);
}
