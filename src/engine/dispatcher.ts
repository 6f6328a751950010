/**
 * The middle of the way: every lane sends at its own pace, and its own stop stops no other. Nothing
 * is sent before its intent is durable.
 */
import type { Batch, Entry } from './batcher.js';
import type { RunJournal } from './run-journal.js';
import type { LaneCheckFactory } from './lane-checks.js';
import {
  addEntry,
  createLaneRun,
  giveUp,
  isLaneIdle,
  pumpLane,
  type LaneRun,
  type RunContext,
} from './lane-run.js';
import type { OutcomeWriter } from './outcome-writer.js';
import type { RunLane } from './run-lane.js';

export interface Dispatcher {
  add(lane: RunLane, entry: Entry): void;
  /** Journals what was added, as far as batches are full, and sends it. */
  admit(): void;
  /** The same for partial batches: the input is silent. */
  flush(): void;
  /** Nothing more will be added. */
  close(): void;
  /** Starts what may be started now. */
  pump(): void;
  /** What is in flight will never be answered. */
  giveUp(): void;
  /** Whether the input should wait, and the promise to wait for. */
  readonly isCrowded: boolean;
  room(): Promise<void>;
  /** Whether some target waits for others to fill its batch. */
  readonly isWaiting: boolean;
  /** Whether the login of a lane was refused for all that it was to revoke. */
  readonly isLoginRefused: boolean;
  /** Targets that were sent, and of which it is not known yet what became of them. */
  inFlight(): number;
  /** Resolves when all that was added has its outcome, after `close`. */
  readonly done: Promise<void>;
}

export interface DispatcherOptions extends Omit<RunContext, 'onChange' | 'writer'> {
  readonly lanes: readonly RunLane[];
  readonly writer: OutcomeWriter;
  readonly journal?: RunJournal | undefined;
  readonly checks?: LaneCheckFactory | undefined;
}

/** Requests whose intents are made durable at once. */
const WINDOW = 256;
const WINDOW_TARGETS = 4096;
/** With several lanes, one that is slow must not hold back the targets of the others. */
const WINDOWS_OF_SEVERAL = 16;

export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const { lanes, writer } = options;
  const context: RunContext = { ...options, onChange: pump };
  const runs = new Map(lanes.map((lane) => [lane, createLaneRun(lane, context, options.checks)]));
  const all = [...runs.values()];
  const admission = createAdmission(all, options, pump);
  let isClosed = false;
  let isPumping = false;
  let wakeInput: (() => void) | undefined;
  let end!: () => void;
  const done = new Promise<void>((resolve) => (end = resolve));
  const isCrowded = () => writer.isBackedUp || isAnyFull(all);

  function pump(): void {
    // What a lane settles at once calls back here.
    if (isPumping) return;
    isPumping = true;
    for (const run of all) pumpLane(run);
    isPumping = false;
    admission.admit();
    if (wakeInput && !isCrowded()) {
      wakeInput();
      wakeInput = undefined;
    }
    if (isClosed && !admission.isBusy && all.every(isLaneIdle) && writer.isIdle) end();
  }

  function drain(): void {
    for (const run of all) run.isDraining = true;
    pump();
  }

  return {
    add(lane, entry) {
      const run = runs.get(lane) as LaneRun;
      run.isDraining = false;
      addEntry(run, entry);
    },
    admit: pump,
    flush: drain,
    close() {
      isClosed = true;
      drain();
    },
    pump,
    giveUp() {
      for (const run of all) giveUp(run);
      pump();
    },
    get isCrowded() {
      return isCrowded();
    },
    room: () =>
      isCrowded() ? new Promise<void>((resolve) => (wakeInput = resolve)) : Promise.resolve(),
    get isWaiting() {
      return all.some(({ batcher, checks }) => batcher.isWaiting || (checks?.isWaiting ?? false));
    },
    get isLoginRefused() {
      return all.some(({ isLoginRefused, refusals }) => isLoginRefused || refusals > 0);
    },
    inFlight: () => all.reduce((sum, run) => sum + inFlightOf(run), 0),
    done,
  };
}

function inFlightOf({ inFlight, checks }: LaneRun): number {
  const sent = inFlight.reduce((sum, { entries }) => sum + entries.length, 0);
  return sent + (checks?.watched ?? 0);
}

/** Makes the intents of full batches durable, then lets them be sent; one window at a time. */
function createAdmission(
  runs: readonly LaneRun[],
  { journal, onError }: DispatcherOptions,
  onChange: () => void,
) {
  let isBusy = false;

  function takeBatches(): (readonly [LaneRun, readonly Batch[]])[] {
    return runs.flatMap((run) => {
      const isLast = run.isDraining && !(run.checks?.isBusyBefore ?? false);
      const batches = run.batcher.take(isLast);
      return batches.length > 0 ? [[run, batches] as const] : [];
    });
  }

  function admit(): void {
    if (isBusy) return;
    const taken = takeBatches();
    if (taken.length === 0) return;
    isBusy = true;
    const written = journal?.writeIntents(taken.flatMap(([, batches]) => batches));
    if (!written) return push();
    void written.catch(onError).then(push);

    function push(): void {
      isBusy = false;
      for (const [run, batches] of taken) run.ready.push(...batches);
      onChange();
    }
  }

  return {
    admit,
    get isBusy() {
      return isBusy;
    },
  };
}

function isAnyFull(runs: readonly LaneRun[]): boolean {
  for (const run of runs) if (isFull(run, runs.length)) return true;
  return false;
}

function isFull({ lane, ready, batcher, checks }: LaneRun, lanes: number): boolean {
  const wide = Math.min(WINDOW, Math.ceil(WINDOW_TARGETS / lane.batch));
  const window = Math.max(lane.pacer.width() * 2, wide) * (lanes > 1 ? WINDOWS_OF_SEVERAL : 1);
  return ready.length >= window || batcher.full >= window || (checks?.isFull ?? false);
}
