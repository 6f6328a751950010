/** One lane of a run: batches wait for a slot, are sent, and their verdicts become outcomes. */
import { isRevokeError, type RevokeError } from '../contract/errors.js';
import type { Attempt, Facts } from '../contract/lane.js';
import type { Clock, Outcome, Verdict } from '../contract/provider.js';
import { createBatcher, halves, type Batch, type Batcher, type Entry } from './batcher.js';
import type { LaneCheckFactory, LaneChecks } from './lane-checks.js';
import type { OutcomeWriter, Slots } from './outcome-writer.js';
import {
  ignoringNotFound,
  internalError,
  outcomeMaker,
  scrubbed,
  skipped,
  verdictsFor,
  verdictsFromError,
} from './outcomes.js';
import type { RunLane } from './run-lane.js';
import { stopError, type Stops } from './stop-reasons.js';

/** What all lanes of a run share. */
export interface RunContext {
  readonly clock: Pick<Clock, 'now'>;
  readonly signal: AbortSignal;
  readonly stops: Stops;
  readonly writer: Pick<OutcomeWriter, 'add' | 'answered'>;
  readonly ignoreNotFound?: boolean;
  readonly dryRun?: boolean;
  /** An error that nobody foresaw; it stops this lane, or all of them. */
  onError(error: unknown, lane?: RunLane): void;
  /** Something changed: more may be started now. */
  onChange(): void;
}

export interface LaneRun {
  readonly lane: RunLane;
  readonly context: RunContext;
  readonly checks: LaneChecks | undefined;
  readonly batcher: Batcher;
  /** Batches that may be sent: their intents are durable. */
  readonly ready: Batch[];
  readonly inFlight: Batch[];
  /** Requests in flight: of this lane, and of all that share a limit with it. */
  readonly slots: readonly [own: Slots, shared: RunLane['shared']];
  /** What every attempt is given that is not a resumed one. */
  readonly attempt: Attempt;
  readonly toOutcome: (verdict: Verdict, facts?: Facts) => Outcome;
  /** Nothing more comes for now: partial batches are to be sent too. */
  isDraining: boolean;
  /** The pace lets one request leave now; `waits` until it does. */
  pace: 'free' | 'waits' | 'reserved';
  splitsLeft: number;
  /** Requests in a row that the login was refused for, from the first of the run on. */
  refusals: number;
  /** The login was refused for all that this lane was to revoke. */
  isLoginRefused: boolean;
}

/** A login that is refused for so many targets, and was good for none, is good for none. */
const MOST_REFUSALS = 10;

export function createLaneRun(
  lane: RunLane,
  context: RunContext,
  createChecks: LaneCheckFactory | undefined,
): LaneRun {
  const run: LaneRun = {
    lane,
    context,
    checks: createChecks?.(lane, {
      send: (entry) => run.batcher.add(entry),
      settle: (entry, verdict) => settle(run, entry, verdict),
      plan: (entry, verdict) => plan(run, entry, verdict),
      takeSlot: () => hasSlot(run) && takeSlot(run),
      freeSlot: () => freeSlot(run),
      onChange: context.onChange,
    }),
    batcher: createBatcher(lane.batch, Math.max(lane.batch, lane.lane.batch ?? 1)),
    ready: [],
    inFlight: [],
    slots: [{ busy: 0 }, lane.shared],
    attempt: { http: lane.http },
    toOutcome: outcomeMaker(lane, context.clock),
    isDraining: false,
    pace: 'free',
    splitsLeft: lane.lane.maxSplits ?? Infinity,
    refusals: 0,
    isLoginRefused: false,
  };
  return run;
}

/** Takes a target that nothing was done with yet. */
export function addEntry(run: LaneRun, entry: Entry): void {
  const stop = run.context.stops.reason(run.lane);
  if (stop) settle(run, entry, skipped(entry.target, stop));
  else if (run.checks) run.checks.add(entry);
  else if (run.context.dryRun && !run.lane.lane.sendsNothing)
    plan(run, entry, { target: entry.target.id, status: 'planned' });
  else run.batcher.add(entry);
}

/** Starts what may be started now. */
export function pumpLane(run: LaneRun): void {
  const stop = run.context.stops.reason(run.lane);
  if (stop) skipWaiting(run, stop);
  while (hasSlot(run)) {
    const [batch] = run.ready;
    if (!batch || !paceAllows(run)) break;
    run.ready.shift();
    if (run.checks?.isStale(batch)) {
      const rest = run.ready.splice(0);
      for (const { entries } of [batch, ...rest])
        for (const entry of entries) run.checks.add(entry);
      break;
    }
    run.pace = 'free';
    void send(run, batch);
  }
  run.checks?.pump({
    isDraining: run.isDraining,
    queued: run.ready.length + run.batcher.full,
    isQuiet: run.ready.length === 0 && run.inFlight.length === 0 && run.batcher.full === 0,
  });
}

function hasSlot({ lane, slots: [own, shared] }: LaneRun): boolean {
  return own.busy < lane.pacer.width() && shared.busy < shared.limit;
}

function takeSlot({ slots: [own, shared] }: LaneRun): true {
  own.busy += 1;
  shared.busy += 1;
  return true;
}

function freeSlot(run: LaneRun): void {
  for (const slots of run.slots) slots.busy -= 1;
  run.context.onChange();
}

/** Whether the next request may leave now; if not, the run is called back when it may. */
function paceAllows(run: LaneRun): boolean {
  if (run.pace === 'waits') return false;
  if (run.pace === 'reserved') return true;
  const wait = run.lane.pacer.reserve(run.context.signal);
  run.pace = wait ? 'waits' : 'reserved';
  if (!wait) return true;
  void wait.then(() => {
    run.pace = 'reserved';
    run.context.onChange();
  });
  return false;
}

function skipWaiting(run: LaneRun, stop: RevokeError): void {
  for (const batch of [...run.ready.splice(0), ...run.batcher.take(true)]) skip(run, batch, stop);
  for (const entry of run.checks?.drain() ?? []) settle(run, entry, skipped(entry.target, stop));
}

async function send(run: LaneRun, batch: Batch): Promise<void> {
  const { lane, attempt } = run;
  const { entries, firstTriedAt } = batch;
  takeSlot(run);
  run.inFlight.push(batch);
  const targets = entries.map(({ target }) => target);
  const given = firstTriedAt === undefined ? attempt : { ...attempt, firstTriedAt };
  let answered: unknown;
  try {
    answered = await begun(() => lane.lane.revoke(targets, given));
  } catch (error) {
    return land(run, batch, () => refuse(run, batch, error));
  }
  land(run, batch, () => {
    // The login was good for something.
    run.refusals = -Infinity;
    answer(run, batch, verdictsFor(batch, answered));
  });
}

/** A provider may throw before it has a promise to give. */
function begun<T>(begin: () => Promise<T>): Promise<T> {
  try {
    return begin();
  } catch (error) {
    return Promise.reject(error);
  }
}

/** Ends a request: what is answered later than the run gave it up says nothing any more. */
function land(run: LaneRun, batch: Batch, act: () => void): void {
  const place = run.inFlight.indexOf(batch);
  if (place < 0) return;
  run.inFlight[place] = run.inFlight[run.inFlight.length - 1] as Batch;
  run.inFlight.pop();
  act();
  run.context.writer.answered(run.slots, run.lane.pacer.width());
}

function answer(run: LaneRun, { entries }: Batch, verdicts: readonly Verdict[]): void {
  for (let index = 0; index < entries.length; index++) {
    const entry = entries[index] as Entry;
    const verdict = verdicts[index] as Verdict;
    if (run.checks) run.checks.answered(entry, verdict);
    else settle(run, entry, verdict);
  }
}

function refuse(run: LaneRun, batch: Batch, thrown: unknown): void {
  const { context, lane } = run;
  const error = isRevokeError(thrown) ? thrown : internalError();
  if (error !== thrown) context.onError(thrown, lane);
  if (error.affects === 'batch' && batch.entries.length > 1) return split(run, batch, error);
  const isUnsent = error.code === 'interrupted';
  if (isUnsent || (error.code === 'rate_limited' && context.signal.aborted)) {
    return skip(run, batch, error);
  }
  const isRefusal = error.kind === 'credentials';
  run.refusals = isRefusal ? run.refusals + 1 : -Infinity;
  const isShared = error.affects === 'run' || run.refusals >= MOST_REFUSALS;
  run.isLoginRefused ||= isRefusal && isShared;
  if (isShared) {
    const { message, hint } = scrubbed(error, batch.entries);
    context.stops.stop(lane, error.with({ message, hint }));
  }
  answer(run, batch, verdictsFromError(error, batch));
}

/** A batch that was refused as a whole is sent again in halves, as often as its lane allows. */
function split(run: LaneRun, batch: Batch, error: RevokeError): void {
  if (run.splitsLeft > 0) {
    run.splitsLeft -= 1;
    run.ready.unshift(...halves(batch));
    return;
  }
  const verdicts = verdictsFromError(error, batch);
  answer(
    run,
    batch,
    verdicts.map((verdict) => ({ ...verdict, status: 'unknown' })),
  );
}

function skip(run: LaneRun, batch: Batch, stop: RevokeError): void {
  for (const entry of batch.entries) settle(run, entry, skipped(entry.target, stop));
}

/** What never was answered, and never will be. */
export function giveUp(run: LaneRun): void {
  run.context.stops.stop(run.lane, stopError('stopped_early', 'a request was never answered'));
  for (const batch of [...run.inFlight]) {
    land(run, batch, () => {
      const error = internalError().with({ message: 'the request was never answered' });
      for (const [index, verdict] of verdictsFromError(error, batch).entries())
        settle(run, batch.entries[index] as Entry, verdict);
    });
  }
  run.checks?.giveUp();
}

function plan(run: LaneRun, entry: Entry, verdict: Verdict): void {
  const facts = factsFrom(run, () => run.lane.revoker.plannedFacts?.(entry.target));
  settle(run, entry, { ...facts, ...verdict });
}

function settle(run: LaneRun, entry: Entry, verdict: Verdict): void {
  const { context, lane } = run;
  const final = context.ignoreNotFound ? ignoringNotFound(verdict, lane) : verdict;
  const facts = factsFrom(run, () => lane.revoker.targetFacts?.(entry.target));
  context.writer.add(run.toOutcome(final, facts), entry.key);
}

/** The provider's facts; where it fails to give them, the outcome has none. */
function factsFrom({ context, lane }: LaneRun, give: () => Facts | undefined): Facts | undefined {
  try {
    return give();
  } catch (error) {
    context.onError(error, lane);
    return undefined;
  }
}

export function isLaneIdle(run: LaneRun): boolean {
  const { ready, inFlight, batcher, checks } = run;
  const isEmpty = ready.length === 0 && inFlight.length === 0;
  return isEmpty && batcher.full === 0 && !batcher.isWaiting && (checks?.isIdle ?? true);
}
