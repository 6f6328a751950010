/** Targets gathered into batches of the lane's size. */
import type { CheckResult } from '../contract/lane.js';
import type { Target } from '../contract/provider.js';

/** What a check saw, and when: ms since the epoch by our clock. */
export interface Sighting {
  readonly result: CheckResult;
  readonly at: number;
}

/** What an earlier run knows of a target that it may have sent. */
export interface PriorTry {
  /** When it was first tried, ms since the epoch. */
  readonly triedAt: number;
  readonly before?: Sighting | undefined;
}

/** One target on its way through one lane. */
export interface Entry {
  readonly target: Target;
  /** Names it in the journal. */
  readonly key: string;
  readonly prior?: PriorTry | undefined;
  /** What was seen of it before it is sent. */
  before?: Sighting | undefined;
  /** When that was asked for, by the clock that nobody sets. */
  checkedAt?: number;
  /** Why it is not checked, where others of its lane are. */
  notChecked?: 'limit' | undefined;
}

/** The targets of one request. */
export interface Batch {
  readonly entries: readonly Entry[];
  readonly firstTriedAt: number | undefined;
}

export interface Batcher {
  add(entry: Entry): void;
  /** The batches that are full; and with `all`, those that are not. */
  take(all: boolean): readonly Batch[];
  /** How many are full. */
  readonly full: number;
  /** Whether some target waits for others. */
  readonly isWaiting: boolean;
}

/**
 * @param size targets in one request
 * @param uncheckedSize the same of targets that nothing was seen of, which cannot grow old
 */
export function createBatcher(size: number, uncheckedSize = size): Batcher {
  // Targets tried at different moments never share a batch: each keeps its own cut-off.
  const checked = new Map<number | undefined, Entry[]>();
  const unchecked = new Map<number | undefined, Entry[]>();
  let full: Batch[] = [];
  return {
    add(entry) {
      const firstTriedAt = entry.prior?.triedAt;
      const [open, most] =
        entry.before === undefined ? [unchecked, uncheckedSize] : [checked, size];
      if (most === 1) {
        full.push({ entries: [entry], firstTriedAt });
        return;
      }
      let entries = open.get(firstTriedAt);
      if (!entries) open.set(firstTriedAt, (entries = []));
      entries.push(entry);
      if (entries.length < most) return;
      full.push({ entries, firstTriedAt });
      open.delete(firstTriedAt);
    },
    take(all) {
      const taken = full;
      full = [];
      for (const open of all ? [checked, unchecked] : []) {
        for (const [firstTriedAt, entries] of open) taken.push({ entries, firstTriedAt });
        open.clear();
      }
      return taken;
    },
    get full() {
      return full.length;
    },
    get isWaiting() {
      return checked.size > 0 || unchecked.size > 0;
    },
  };
}

/** A batch that was refused as a whole, in two: one bad target does not fail its neighbours. */
export function halves({ entries, firstTriedAt }: Batch): readonly [Batch, Batch] {
  const half = Math.ceil(entries.length / 2);
  return [
    { entries: entries.slice(0, half), firstTriedAt },
    { entries: entries.slice(half), firstTriedAt },
  ];
}
