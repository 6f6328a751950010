/**
 * The checks of one lane: each target before it is sent, and after until it is inactive or its time
 * has passed. A check takes a slot of the lane for as long as its request is in flight; waiting for
 * the next one takes none.
 */
import { unclear, type CheckResult, type Verifier } from '../contract/lane.js';
import type { Clock, Target, Verdict } from '../contract/provider.js';
import { scrub } from '../contract/redact.js';
import type { Batch, Entry, Sighting } from './batcher.js';
import type { RunLane } from './run-lane.js';
import { judge, judgeUnsent, withBefore, withoutCheck } from './verification.js';

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
}

/** What the lane is doing beside. */
export interface LaneActivity {
  readonly isDraining: boolean;
  /** Batches that wait to be sent. */
  readonly queued: number;
  /** Nothing waits and nothing is in flight but checks. */
  readonly isQuiet: boolean;
}

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

export type LaneCheckFactory = (lane: RunLane, hooks: CheckHooks) => LaneChecks | undefined;

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
const MOST_AT_ONCE = 5000;
/** How old what was seen before may be when its request leaves. */
const FRESH_MS = 30_000;
/** How long an answered target waits for others, to be checked together. */
const GATHER_MS = 2000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2000;

/** A target that was sent, until it is seen inactive. */
interface Watch {
  readonly entry: Entry;
  readonly verdict: Verdict;
  /** When it was answered, by the clock that nobody sets. */
  readonly since: number;
  /** When its first check began: its time counts from there. */
  firstAt?: number;
  last?: Sighting;
  pause: number;
  isConfirming: boolean;
}

interface State {
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
    const state: State = {
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

function faceOf(state: State): LaneChecks {
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
    get isIdle() {
      const isEmpty = before.length === 0 && after.length === 0;
      return isEmpty && state.checkingBefore === 0 && state.watched === 0;
    },
  };
}

function addBefore(state: State, entry: Entry): void {
  if (state.left <= 0 && !entry.before) return goOnUnchecked(state, entry);
  if (!entry.before) state.left -= 1;
  state.before.push(entry);
}

function pumpBefore(state: State, activity: LaneActivity): void {
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

function pumpAfter(state: State, activity: LaneActivity): void {
  const { before, after, group } = state;
  const isQuiet = activity.isQuiet && before.length === 0 && state.checkingBefore === 0;
  while (after.length > 0 && isTimely(state, isQuiet)) {
    if (state.ended !== undefined) {
      for (const one of after.splice(0)) seeAfter(state, one, endedSighting(state));
      break;
    }
    if (!mayCall(state)) break;
    void checkAfter(state, after.splice(0, group));
  }
}

/** Takes a slot and the pace for one call. A list is asked for by one call at a time. */
function mayCall(state: State): boolean {
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

/** As many as one call answers for, and all those that end together with the last of them. */
function takeGroup({ before, group }: State): readonly Entry[] {
  let count = Math.min(group, before.length);
  const last = before[count - 1]?.target.group;
  while (last !== undefined && before[count]?.target.group === last) count += 1;
  return before.splice(0, count);
}

/** Whether waiting for more to be checked with these gains nothing. */
function isTimely(state: State, isQuiet: boolean): boolean {
  const [first] = state.after;
  if (!first || isQuiet || state.after.length >= state.group) return first !== undefined;
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

async function checkBefore(state: State, entries: readonly Entry[]): Promise<void> {
  state.checkingBefore += entries.length;
  const sightings = await look(state, entries);
  state.checkingBefore -= entries.length;
  for (const [index, entry] of entries.entries())
    seeBefore(state, entry, sightings[index] as Sighting);
  state.hooks.freeSlot();
}

function seeBefore(state: State, entry: Entry, sighting: Sighting): void {
  const { verifier, hooks } = state;
  entry.before = sighting;
  const refusal = verifier.refuses?.(entry.target, sighting.result);
  if (refusal) return hooks.settle(entry, withBefore(refusal, entry, verifier.method));
  if (sighting.result.state !== 'inactive') return goOn(state, entry);
  if (entry.prior || verifier.skipsInactive)
    return hooks.settle(entry, judgeUnsent(entry, sighting, verifier.method));
  goOn(state, entry);
}

function endChecks(state: State, reason: string): void {
  state.ended ??= reason;
}

function goOn({ terms, verifier, hooks }: State, entry: Entry): void {
  if (!terms.dryRun) return hooks.send(entry);
  const verdict: Verdict = { target: entry.target.id, status: 'planned' };
  hooks.plan(entry, withBefore(verdict, entry, verifier.method));
}

/** Checks have ended: nothing is sent less for it, and only who asked for proof goes without. */
function goOnUnchecked(state: State, entry: Entry): void {
  const refusal = state.verifier.refuses?.(entry.target, unclear('it was not checked'));
  if (refusal) return state.hooks.settle(entry, refusal);
  if (state.terms.asked) entry.before = endedSighting(state);
  else {
    entry.before = undefined;
    entry.notChecked = 'limit';
  }
  goOn(state, entry);
}

function isStale({ terms }: State, entries: readonly Entry[]): boolean {
  const oldest = terms.clock.now() - FRESH_MS;
  return entries.some(({ before }) => before !== undefined && before.at < oldest);
}

/** What surely never left, so that there is nothing to see. */
const UNSENT: ReadonlySet<string> = new Set(['unreachable', 'tls_failed', 'interrupted']);

function watch(state: State, entry: Entry, verdict: Verdict): void {
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
    isConfirming: false,
  });
}

async function checkAfter(state: State, watches: readonly Watch[]): Promise<void> {
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

function seeAfter(state: State, one: Watch, sighting: Sighting): void {
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
function pauseBefore(state: State, one: Watch, { result }: Sighting): number | undefined {
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

/** Asks once. Whatever goes wrong says nothing of a target, and nothing is sent less for it. */
async function look(state: State, entries: readonly Entry[]): Promise<readonly Sighting[]> {
  const at = state.terms.clock.now();
  const targets = entries.map(({ target }) => target);
  let end!: () => void;
  const never = new Promise<undefined>((resolve) => (end = () => resolve(undefined)));
  state.calls.add(end);
  let results: readonly (CheckResult | undefined)[] | undefined;
  let reason = 'the check gave no result for this target';
  try {
    results = await Promise.race([checkAll(state, targets), never]);
  } catch (error) {
    reason = error instanceof Error ? error.message : String(error);
  }
  state.calls.delete(end);
  return targets.map(({ secret }, index) => {
    const given = results?.[index];
    const result = isResult(given) ? given : scrub(unclear(reason), secret);
    if (result.endsChecks) endChecks(state, 'the service takes no more checks');
    return { result, at };
  });
}

/** A group may be larger than one call answers for, where some of it end together. */
async function checkAll(
  { verifier, lane }: State,
  targets: readonly Target[],
): Promise<readonly CheckResult[]> {
  const size = verifier.batch ?? 1;
  const attempt = { http: lane.checks.http };
  if (targets.length <= size) return verifier.check(targets, attempt);
  const results: CheckResult[] = [];
  for (let at = 0; at < targets.length; at += size)
    results.push(...(await verifier.check(targets.slice(at, at + size), attempt)));
  return results;
}

const STATES: ReadonlySet<unknown> = new Set(['active', 'inactive', 'unclear']);

function isResult(value: CheckResult | undefined): value is CheckResult {
  return typeof value === 'object' && STATES.has(value?.state);
}

function endedSighting({ ended, terms }: State): Sighting {
  return { result: unclear(ended ?? ''), at: terms.clock.now() };
}
