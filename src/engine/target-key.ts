/** What makes two targets the same, and a memory of those that were met. */
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

/** A ledger for a handful, which loads nothing; ledger.ts has the one for a million. */
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

/** A target's key down one of several routes. */
export function routed(key: string, route: string | undefined): string {
  return route === undefined ? key : `${route}\0${key}`;
}
