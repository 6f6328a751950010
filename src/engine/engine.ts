/**
 * The one way in which anything is revoked: targets in, outcomes out, with back-pressure from the
 * output to the input. Batches of the provider's size, so many in flight, each target exactly one
 * outcome (for each route). Outcomes are on record before another request takes their place.
 */
import { createBatcher, halves, type Batch } from './batcher.js';
import { isRevokeError, type RevokeError } from '../contract/errors.js';
import {
  forgiven,
  outcomeMaker,
  skipped,
  stopFault,
  unforeseen,
  verdictOf,
  verdictsFor,
} from './outcomes.js';
import type { Pacer } from '../network/pacer.js';
import type { Outcome, Revoker, Target, Verdict } from '../contract/provider.js';
import { scrub } from '../contract/redact.js';
import { createStops } from './stop-reasons.js';
import { targetKey, routed, createKeySet, type FingerprintSet } from './target-key.js';

/** A line of the input that is no target. It gets an outcome like any other. */
export interface BadInput {
  /** Where it stands: `stdin:12`. */
  readonly at: string;
  readonly reason: string;
}

export type TargetOrBadLine = Target | BadInput;

/** A stream of targets: some at a time, undefined at the end. */
export interface TargetStream {
  next(): Promise<readonly TargetOrBadLine[] | undefined>;
}

/** The engine's side of a journal (journal.ts). */
export interface RunJournal {
  /** Resolves when these intents would survive a crash: only then may they be sent. */
  writeIntents(batches: readonly Batch[]): Promise<void>;
  /** Hands outcomes to the operating system before it returns. */
  writeOutcomes(
    outcomes: readonly Outcome[],
    lines: readonly string[],
    keys: readonly string[],
  ): void;
  /** What an earlier run knows of a target: done with it, or when it was first tried (ms). */
  priorState(key: string): 'done' | number | undefined;
}

export interface EngineInput {
  readonly provider: string;
  readonly revoker: Revoker;
  readonly source: TargetStream;
  readonly batch: number;
  readonly pacer: Pacer;
  /** Once aborted nothing new is started; what is in flight is waited for. */
  readonly signal: AbortSignal;
  readonly journal?: RunJournal | undefined;
  /** What was met already; a ledger for a handful without it. */
  readonly seen?: FingerprintSet | undefined;
  /** Stop after so many failed or alive targets; undefined: never. */
  readonly maxFailures?: number | undefined;
  readonly ignoreNotFound?: boolean;
  /** Without it, every outcome of this run is `planned`, and nothing is sent. */
  readonly dryRun?: boolean;
  /** Turns an outcome into its line of JSON; made once for journal and output. */
  serialize(outcome: Outcome): string;
  onOutcomes(outcomes: readonly Outcome[], lines: readonly string[]): Promise<void> | undefined;
}

/** Requests whose intents are made durable at once. */
const WINDOW = 256;
const WINDOW_TARGETS = 4096;
/** A record is written for a quarter of what is in flight, so that the server never runs dry. */
const GROUPS = 4;
/** How long a partial batch waits for more input, milliseconds. */
const IDLE_MS = 200;
const IDLE = Symbol('idle');

/**
 * Runs until every target of the source has its outcome, and resolves with the fault that ended the
 * run early, if one did. Where input, output or journal fail, nothing new is sent, what is in flight
 * is waited for and told as far as that goes, and then it rejects.
 */
export async function runEngine(input: EngineInput): Promise<RevokeError | undefined> {
  const { revoker, pacer, signal, journal } = input;
  const routes = revoker.routes?.length ? revoker.routes : [undefined];
  const met = input.seen ?? createKeySet();
  const outcomeOf = outcomeMaker(input.provider, revoker);
  const stops = createStops(signal, routes);
  const batcher = createBatcher(input.batch);
  const wide = Math.min(WINDOW, Math.ceil(WINDOW_TARGETS / input.batch));
  const window = Math.max(pacer.width() * 2, wide);
  const ready: Batch[] = [];
  let finished: { readonly outcome: Outcome; readonly key: string }[] = [];
  let inFlight = 0;
  let answered = 0;
  let failures = 0;
  let filled = false;
  let scheduled = false;
  let writing = false;
  let broken: { readonly error: unknown } | undefined;
  let wakeFiller: (() => void) | undefined;
  let end!: () => void;
  const ended = new Promise<void>((resolve) => (end = resolve));

  function fail(error: unknown): void {
    broken ??= { error };
    const message = isRevokeError(error) ? error.message : 'the run was stopped by an error';
    stops.stopAll(stopFault('stopped_early', message));
  }

  function finish(verdict: Verdict, key: string, route?: string): void {
    const outcome = outcomeOf(input.ignoreNotFound ? forgiven(verdict) : verdict, route);
    if (outcome.status === 'failed' || outcome.status === 'alive') {
      failures += 1;
      if (input.maxFailures !== undefined && failures >= input.maxFailures) {
        stops.stopAll(stopFault('stopped_early', `stopped after ${failures} failed`));
      }
    }
    finished.push({ outcome, key });
    schedule();
  }

  function schedule(): void {
    if (scheduled) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      turn();
    });
  }

  /** Outcomes of a few answers are written together; then their places are taken. */
  function turn(): void {
    if (writing) return;
    const settled = finished;
    finished = [];
    answered = 0;
    if (settled.length === 0) return pump();
    const outcomes = settled.map(({ outcome }) => outcome);
    const lines = outcomes.map(input.serialize);
    const keys = settled.map(({ key }) => key);
    try {
      journal?.writeOutcomes(outcomes, lines, keys);
    } catch (error) {
      // What could not be recorded is told all the same.
      fail(error);
    }
    const slow = input.onOutcomes(outcomes, lines);
    if (!slow) return pump();
    writing = true;
    void slow.catch(fail).then(() => {
      writing = false;
      turn();
    });
  }

  /** An answer is in: the next request waits for its record, which waits for a few more at most. */
  function answer(): void {
    inFlight -= 1;
    answered += 1;
    if (answered * GROUPS >= pacer.width()) turn();
    else schedule();
  }

  function pump(): void {
    while (inFlight + answered < pacer.width()) {
      const batch = ready.shift();
      if (!batch) break;
      const stop = stops.reason(batch.attempt.route);
      if (stop) skip(batch, stop);
      else start(batch);
    }
    if (!crowded()) wakeFiller?.();
    const isDone = filled && ready.length === 0 && inFlight === 0 && finished.length === 0;
    if (isDone && !writing) end();
  }

  /** The input waits while requests or the reader of the output are behind. */
  function crowded(): boolean {
    return ready.length >= window || finished.length >= WINDOW_TARGETS;
  }

  function start(batch: Batch): void {
    inFlight += 1;
    revoker.revoke(batch.targets, batch.attempt).then(
      (verdicts) => {
        settle(batch, verdictsFor(batch.targets, verdicts));
        answer();
      },
      (error: unknown) => {
        if (!isRevokeError(error)) fail(error);
        refuse(batch, isRevokeError(error) ? error : unforeseen());
        answer();
      },
    );
  }

  function settle({ targets, attempt }: Batch, verdicts: readonly Verdict[]): void {
    for (const [index, verdict] of verdicts.entries()) {
      const target = targets[index] as Target;
      finish(verdict, routed(targetKey(target), attempt.route), attempt.route);
    }
  }

  function refuse(batch: Batch, fault: RevokeError): void {
    for (const { secret } of batch.targets) fault.message = scrub(fault.message, secret);
    if (fault.affects === 'batch' && batch.targets.length > 1) {
      ready.unshift(...halves(batch));
      return;
    }
    const isUnsent = fault.code === 'interrupted';
    if (isUnsent || (fault.code === 'rate_limited' && signal.aborted)) return skip(batch, fault);
    if (fault.affects === 'run') stops.stop(batch.attempt.route, fault);
    settle(
      batch,
      batch.targets.map((target) => ({
        ...revoker.targetFacts?.(target),
        ...verdictOf(fault, target),
      })),
    );
  }

  function skip(batch: Batch, fault: RevokeError): void {
    settle(
      batch,
      batch.targets.map((target) => ({
        ...revoker.targetFacts?.(target),
        ...skipped(target, fault),
      })),
    );
  }

  async function fill(): Promise<void> {
    for (;;) {
      const reading = input.source.next();
      // A pipe that falls silent must not hold back what it already gave.
      if (batcher.isWaiting && (await Promise.race([reading, idle()])) === IDLE) await admit(true);
      const items = await reading;
      if (!items) break;
      for (const item of items) {
        if ('reason' in item) tellBad(item);
        else for (const route of routes) place(item, route);
        if (batcher.full >= window) await admit(false);
      }
      await admit(false);
    }
    await admit(true);
  }

  async function admit(all: boolean): Promise<void> {
    const batches = batcher.take(all);
    if (batches.length > 0) {
      await journal?.writeIntents(batches).catch(fail);
      for (const batch of batches) ready.push(batch);
      pump();
    }
    while (crowded()) await new Promise<void>((resolve) => (wakeFiller = resolve));
  }

  function place(target: Target, route: string | undefined): void {
    const key = routed(targetKey(target), route);
    if (!met.add(key)) return;
    const known = journal?.priorState(key);
    if (known === 'done') return;
    const stop = stops.reason(route);
    if (stop)
      return skip({ targets: [target], attempt: route === undefined ? {} : { route } }, stop);
    if (!input.dryRun) return batcher.add(target, route, known);
    const facts = { ...revoker.targetFacts?.(target), ...revoker.plannedFacts?.(target) };
    finish({ target: target.id, status: 'planned', ...facts }, key, route);
  }

  function tellBad({ at, reason }: BadInput): void {
    const key = `bad input\0${at}`;
    if (journal?.priorState(key) === 'done') return;
    const hint = 'mend the line and give it again';
    const error = { code: 'bad_input', message: `${at}: ${reason}`, hint };
    finish({ target: at, status: 'failed', error }, key);
  }

  void fill()
    .catch((error: unknown) => {
      fail(error);
      ready.push(...batcher.take(true));
    })
    .then(() => {
      filled = true;
      pump();
    });
  await ended;
  if (broken) throw broken.error;
  return stops.ending;
}

function idle(): Promise<typeof IDLE> {
  return new Promise((resolve) => void setTimeout(resolve, IDLE_MS, IDLE).unref());
}
