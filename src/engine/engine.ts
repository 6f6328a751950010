/**
 * The one way in which anything is revoked: targets in, outcomes out. The intake reads them and
 * finds their lanes, the dispatcher sends them, the outcome writer records and prints what became
 * of them; each waits for the next. Each target has exactly one outcome in each of its lanes.
 */
import type { Clock, Outcome } from '../contract/provider.js';
import { isRevokeError, type RevokeError } from '../contract/errors.js';
import { createDispatcher } from './dispatcher.js';
import { createIntake } from './intake.js';
import type { LaneCheckFactory } from './lane-checks.js';
import { createOutcomeWriter } from './outcome-writer.js';
import type { RunJournal } from './run-journal.js';
import type { RunLane } from './run-lane.js';
import { createStops, stopError } from './stop-reasons.js';
import { createKeySet, type FingerprintSet } from './target-key.js';
import type { TargetStream } from './target-stream.js';

export interface EngineInput {
  readonly lanes: readonly RunLane[];
  readonly source: TargetStream;
  /** Once aborted nothing new is started; what is in flight is waited for. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly journal?: RunJournal | undefined;
  /** The keys that were seen already; a set for a few without it. */
  readonly seen?: FingerprintSet | undefined;
  /** Checks targets before and after; without it, nothing is checked. */
  readonly checks?: LaneCheckFactory | undefined;
  /** Stop after so many failed or still active targets; undefined: never. */
  readonly maxFailures?: number | undefined;
  readonly ignoreNotFound?: boolean;
  /** Hears of each target that was given before. */
  readonly onDuplicate?: (() => void) | undefined;
  /** Nothing is sent that changes anything: outcomes are what they would be, mostly `planned`. */
  readonly dryRun?: boolean;
  /** Calls back when nothing can happen any more: what is in flight then will never be answered. */
  readonly onStall?: ((act: () => void) => () => void) | undefined;
  /** At the start: what says at any time how many targets are sent and not known of yet. */
  readonly onStart?: ((inFlight: () => number) => void) | undefined;
  /** At the end: the login of a lane was refused for all that it was to revoke. */
  readonly onLoginRefused?: (() => void) | undefined;
  /** Turns an outcome into its line of JSON; made once for journal and output. */
  serialize(outcome: Outcome): string;
  onOutcomes(outcomes: readonly Outcome[], lines: readonly string[]): Promise<void> | undefined;
}

/**
 * Runs until every target of the source has its outcome, and resolves with the error that ended the
 * run early, if one did. Where input, output or journal fail, nothing new is sent, what is in flight
 * is waited for and its outcome given as far as that goes, and then it rejects.
 */
export async function runEngine(input: EngineInput): Promise<RevokeError | undefined> {
  const stops = createStops(input.signal, input.lanes);
  let broken: { readonly error: unknown } | undefined;
  function onError(error: unknown, lane?: RunLane): void {
    broken ??= { error };
    const message = isRevokeError(error) ? error.message : 'the run was stopped by an error';
    const stop = stopError('stopped_early', message);
    if (lane) stops.stop(lane, stop);
    else stops.stopAll(stop);
  }
  const writer = createOutcomeWriter({
    ...input,
    onError,
    onFailures: (count) =>
      stops.stopAll(stopError('stopped_early', `stopped after ${count} failed`)),
    onWritten: () => dispatcher.pump(),
  });
  const dispatcher = createDispatcher({ ...input, stops, writer, onError });
  const readSource = createIntake({
    ...input,
    seen: input.seen ?? createKeySet(),
    writer,
    dispatcher,
  });
  input.onStart?.(dispatcher.inFlight);
  const stopListening = input.onStall?.(() => dispatcher.giveUp());
  void readSource().catch(onError).then(dispatcher.close);
  await dispatcher.done;
  stopListening?.();
  if (dispatcher.isLoginRefused) input.onLoginRefused?.();
  if (broken) throw broken.error;
  return stops.runStop;
}
