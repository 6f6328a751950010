/** Targets gathered into batches of the provider's size. */
import type { Attempt, Target } from '../contract/provider.js';

export interface Batch {
  readonly targets: readonly Target[];
  readonly attempt: Attempt;
}

export interface Batcher {
  /** @param firstTriedAt when an earlier run may have sent it, ms since the epoch */
  add(target: Target, route: string | undefined, firstTriedAt: number | undefined): void;
  /** The batches that are full; and with `all`, those that are not. */
  take(all: boolean): readonly Batch[];
  /** How many are full. */
  readonly full: number;
  /** Whether some target waits for others. */
  readonly isWaiting: boolean;
}

/** @param size targets in one request */
export function createBatcher(size: number): Batcher {
  const open = new Map<string, { targets: Target[]; attempt: Attempt }>();
  let full: Batch[] = [];
  return {
    add(target, route, firstTriedAt) {
      // Targets tried at different moments never share a batch: each keeps its own cut-off.
      const slot = firstTriedAt === undefined ? (route ?? '') : `${route ?? ''}\0${firstTriedAt}`;
      let batch = open.get(slot);
      if (!batch) {
        const attempt = {
          ...(route !== undefined && { route }),
          ...(firstTriedAt !== undefined && { firstTriedAt }),
        };
        open.set(slot, (batch = { targets: [], attempt }));
      }
      batch.targets.push(target);
      if (batch.targets.length < size) return;
      full.push(batch);
      open.delete(slot);
    },
    take(all) {
      const taken = all ? [...full, ...open.values()] : full;
      if (all) open.clear();
      full = [];
      return taken;
    },
    get full() {
      return full.length;
    },
    get isWaiting() {
      return open.size > 0;
    },
  };
}

/** A batch that was refused as a whole, in two: one bad target does not fail its neighbours. */
export function halves({ targets, attempt }: Batch): readonly [Batch, Batch] {
  const half = Math.ceil(targets.length / 2);
  return [
    { targets: targets.slice(0, half), attempt },
    { targets: targets.slice(half), attempt },
  ];
}
