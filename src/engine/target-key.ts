/** What makes two targets the same, and a memory of those that were seen. */
import type { Target } from '../contract/provider.js';

export interface FingerprintSet {
  /** Remembers the key; false when it was there already. */
  add(key: string): boolean;
  has(key: string): boolean;
  readonly size: number;
}

export function targetKey(target: Pick<Target, 'id' | 'dedupKey'>): string {
  return target.dedupKey ?? target.id;
}

/** A set for a few keys, which loads nothing; fingerprint-set.ts has the one for a million. */
export function createKeySet(): FingerprintSet {
  const keys = new Set<string>();
  return {
    add: (key) => keys.size !== keys.add(key).size,
    has: (key) => keys.has(key),
    get size() {
      return keys.size;
    },
  };
}

/** A target's key in one of several lanes. */
export function keyInLane(key: string, lane: string): string {
  return lane === '' ? key : `${lane}\0${key}`;
}
