/** The beginning of the way: what the source gives, each target once, to the lanes that take it. */
import type { Clock, Target } from '../contract/provider.js';
import type { Dispatcher } from './dispatcher.js';
import type { RunJournal } from './run-journal.js';
import type { BadLine, TargetStream } from './target-stream.js';
import type { OutcomeWriter } from './outcome-writer.js';
import { outcomeOfNoLane } from './outcomes.js';
import { laneFinder, type RunLane } from './run-lane.js';
import { keyInLane, targetKey, type FingerprintSet } from './target-key.js';

export interface IntakeOptions {
  readonly lanes: readonly RunLane[];
  readonly source: TargetStream;
  readonly clock: Pick<Clock, 'now'>;
  readonly journal?: RunJournal | undefined;
  readonly seen: FingerprintSet;
  /** Hears of a target that was given before. */
  readonly onDuplicate?: (() => void) | undefined;
  readonly writer: Pick<OutcomeWriter, 'add'>;
  readonly dispatcher: Pick<
    Dispatcher,
    'add' | 'admit' | 'flush' | 'isCrowded' | 'room' | 'isWaiting'
  >;
}

/** How long a partial batch waits for more input, milliseconds. */
const IDLE_MS = 200;
const IDLE = Symbol('idle');

const MEND = 'fix the line and give it again';

/** Makes the function that reads the whole source; it waits where the dispatcher is behind. */
export function createIntake(options: IntakeOptions): () => Promise<void> {
  const { lanes, source, journal, seen, onDuplicate, writer, dispatcher } = options;
  const lanesOf = laneFinder(lanes);
  const toOutcome = outcomeOfNoLane(lanes, options.clock);

  function take(target: Target): void {
    const key = targetKey(target);
    const theirs = lanesOf(target);
    if (theirs.length === 0) refuse(target);
    let isNew = theirs.length === 0;
    for (const lane of theirs) {
      const named = keyInLane(key, lane.lane.name);
      if (!seen.add(named)) continue;
      isNew = true;
      const prior = journal?.priorState(named);
      if (prior !== 'done') dispatcher.add(lane, { target, key: named, prior });
    }
    if (!isNew) onDuplicate?.();
  }

  function refuse({ id }: Target): void {
    if (!seen.add(id)) return;
    const error = { code: 'no_provider', message: 'no provider of this run takes this target' };
    writer.add(toOutcome({ target: id, status: 'failed', error }), id);
  }

  function takeBadLine({ at, reason, hint = MEND }: BadLine): void {
    const key = `bad input\0${at}`;
    if (journal?.priorState(key) === 'done') return;
    const error = { code: 'bad_input', message: reason, hint };
    writer.add(toOutcome({ target: at, status: 'failed', error }), key);
  }

  return async () => {
    for (;;) {
      const reading = source.next();
      // A pipe that falls silent must not hold back what it already gave.
      if (dispatcher.isWaiting && (await Promise.race([reading, idle()])) === IDLE)
        dispatcher.flush();
      const items = await reading;
      if (!items) return;
      for (let index = 0; index < items.length; index++) {
        const item = items[index] as Target | BadLine;
        if ('reason' in item) takeBadLine(item);
        else take(item);
        if (dispatcher.isCrowded && endsGroup(item, items[index + 1])) {
          dispatcher.admit();
          await dispatcher.room();
        }
      }
      dispatcher.admit();
      await dispatcher.room();
    }
  };
}

/** Targets that end together are handed on together. */
function endsGroup(item: Target | BadLine, next: Target | BadLine | undefined): boolean {
  const group = 'group' in item ? item.group : undefined;
  return group === undefined || !next || !('group' in next) || next.group !== group;
}

function idle(): Promise<typeof IDLE> {
  return new Promise((resolve) => void setTimeout(resolve, IDLE_MS, IDLE).unref());
}
