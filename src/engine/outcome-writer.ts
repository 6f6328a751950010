/**
 * The end of the way: outcomes go to the journal, then to the output, a few at a time. Outcomes are
 * written before their slots are reused.
 */
import type { Outcome } from '../contract/provider.js';
import type { RunJournal } from './run-journal.js';

/** A place for requests in flight; it is free again once their outcomes are written. */
export interface Slots {
  busy: number;
}

export interface OutcomeWriter {
  add(outcome: Outcome, key: string): void;
  /** An answer is in: its slots are freed when its outcomes are written, with a few more at most. */
  answered(slots: readonly Slots[], width: number): void;
  /** Whether so many wait that the input should. */
  readonly isBackedUp: boolean;
  readonly isIdle: boolean;
}

export interface OutcomeWriterOptions {
  readonly journal?: RunJournal | undefined;
  /** Turns an outcome into its line of JSON; made once for journal and output. */
  serialize(outcome: Outcome): string;
  onOutcomes(outcomes: readonly Outcome[], lines: readonly string[]): Promise<void> | undefined;
  /** Calls `onFailures` after so many failed or still active targets; undefined: never. */
  readonly maxFailures?: number | undefined;
  onFailures(count: number): void;
  /** Journal or output failed. */
  onError(error: unknown): void;
  /** Slots are free, and what was added is written. */
  onWritten(): void;
}

/** Outcomes that may wait for a slow output. */
const MOST_WAITING = 4096;
/** Outcomes are written for a quarter of what is in flight, so that the server never runs dry. */
const FLUSHES_PER_WIDTH = 4;

export function createOutcomeWriter(options: OutcomeWriterOptions): OutcomeWriter {
  let outcomes: Outcome[] = [];
  let keys: string[] = [];
  let answered: Slots[] = [];
  let answers = 0;
  let failures = 0;
  let isWriting = false;
  const flushSoon = onceATurn(flush);

  function flush(): void {
    if (isWriting) return;
    const freed = answered;
    const some = outcomes;
    const theirs = keys;
    answered = [];
    answers = 0;
    outcomes = [];
    keys = [];
    const slow = some.length > 0 ? write(some, theirs, options) : undefined;
    if (!slow) return end(freed);
    isWriting = true;
    void slow.catch(options.onError).then(() => {
      isWriting = false;
      end(freed);
      if (outcomes.length > 0 || answers > 0) flush();
    });
  }

  function end(freed: readonly Slots[]): void {
    for (const slots of freed) slots.busy -= 1;
    options.onWritten();
  }

  return {
    add(outcome, key) {
      if (isFailure(outcome) && ++failures === options.maxFailures) options.onFailures(failures);
      outcomes.push(outcome);
      keys.push(key);
      flushSoon();
    },
    answered(slots, width) {
      answered.push(...slots);
      answers += 1;
      if (answers * FLUSHES_PER_WIDTH >= width) flush();
      else flushSoon();
    },
    get isBackedUp() {
      return outcomes.length >= MOST_WAITING;
    },
    get isIdle() {
      return outcomes.length === 0 && answers === 0 && !isWriting;
    },
  };
}

/** The journal first, then the output. */
function write(
  outcomes: readonly Outcome[],
  keys: readonly string[],
  { journal, serialize, onOutcomes, onError }: OutcomeWriterOptions,
): Promise<void> | undefined {
  const lines = outcomes.map(serialize);
  try {
    journal?.writeOutcomes(outcomes, lines, keys);
  } catch (error) {
    // What could not be recorded is printed all the same.
    onError(error);
  }
  return onOutcomes(outcomes, lines);
}

/** Asked for any number of times in one turn of the event loop, `act` happens once after it. */
function onceATurn(act: () => void): () => void {
  let isScheduled = false;
  return () => {
    if (isScheduled) return;
    isScheduled = true;
    setImmediate(() => {
      isScheduled = false;
      act();
    });
  };
}

function isFailure({ status, ignored }: Outcome): boolean {
  return status === 'alive' || (status === 'failed' && ignored !== true);
}
