/**
 * The lines of outcomes as text. Pipes and files get one for each. A person at a terminal gets one
 * for each of a few targets; of many, only what needs somebody has a line and the rest is counted.
 */
import type { Outcome, Status } from '../contract/provider.js';

/** Up to as many targets have a line each at a terminal. */
export const FEW = 10;

const NEEDS_A_PERSON: ReadonlySet<Status> = new Set(['failed', 'alive', 'unknown']);

export interface ResultLinesOptions {
  readonly isTTY: boolean;
  /** Every outcome has its line (`--verbose`). */
  readonly showsAll: boolean;
  readonly sentence: (outcome: Outcome) => string;
}

export interface ResultLines {
  /** How many targets there are; undefined where a stream will show. One without a call. */
  expect(count: number | undefined): void;
  /** The line of one outcome; undefined where it is only counted. */
  of(outcome: Outcome): string | undefined;
  /** How many had no line. */
  readonly leftOut: number;
}

export function createResultLines(options: ResultLinesOptions): ResultLines {
  let expected: number | undefined = 1;
  let seen = 0;
  let leftOut = 0;
  const hints = new Set<string>();

  /** What is not known beforehand begins with a line each. */
  function isMany(): boolean {
    return (expected ?? seen) > FEW;
  }

  return {
    expect: (count) => void (expected = count),
    of(outcome) {
      seen += 1;
      if (!options.isTTY) return options.sentence(outcome);
      if (isMany() && !options.showsAll && !NEEDS_A_PERSON.has(outcome.status)) {
        leftOut += 1;
        return undefined;
      }
      return options.sentence(withoutKnownHint(outcome, hints));
    },
    get leftOut() {
      return leftOut;
    },
  };
}

/** A hint that was shown already is not shown again. */
function withoutKnownHint(outcome: Outcome, hints: Set<string>): Outcome {
  const { error } = outcome;
  if (error?.hint === undefined) return outcome;
  if (!hints.has(error.hint)) {
    hints.add(error.hint);
    return outcome;
  }
  const { hint: _known, ...rest } = error;
  return { ...outcome, error: rest };
}
