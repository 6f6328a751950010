/** Apart from shards.ts, so that a run without shards does not load node:crypto. */
import { hash } from 'node:crypto';

/** The part of `count` (from 0) that a key belongs to: the same on every machine and version. */
export function shardOf(key: string, count: number): number {
  return parseInt(hash('sha256', `shard\0${key}`, 'hex').slice(0, 8), 16) % count;
}
