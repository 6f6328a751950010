/** Deletes finished runs that somebody asked to delete, and leaves a record of them. */
import { closeSync, fsyncSync, openSync, rmSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { takeLock } from '../files/lock-file.js';
import type { ProcessIdentity } from '../runtime/world.js';
import { PRUNED, type PrunedRun, type Pruning } from './pruned.js';
import { INDEX } from './index-file.js';
import { readRun, type RecordedRun } from './runs.js';
import { checkRun } from './verify.js';

/** Runs that ended, and whose last word on a target is neither `alive` nor `unknown`. */
export function mayBePruned({ state, counts }: RecordedRun): boolean {
  return state === 'finished' && !counts?.['alive'] && !counts?.['unknown'];
}

interface PruneOptions {
  readonly folder: string;
  readonly self: ProcessIdentity;
  readonly by: Omit<Pruning, 'runs'>;
}

/** Writes down what goes, then deletes it. Resolves with what was deleted. */
export async function prune(
  runs: readonly RecordedRun[],
  { folder, self, by }: PruneOptions,
): Promise<readonly RecordedRun[]> {
  const held = [];
  try {
    for (const { path } of runs) {
      const lock = await takeLock(path, self);
      if (!lock) continue;
      // It may have been continued, or deleted, since it was listed.
      const run = await readRun(path, { isRunning: false });
      if (run && mayBePruned(run)) held.push({ run, lock, hashes: (await checkRun(run)).hashes });
      else lock.release();
    }
    if (held.length === 0) return [];
    writeDown(folder, { ...by, runs: held.map(({ run, hashes }) => noteOf(run, hashes)) });
    for (const { run } of held) unlinkSync(run.path);
    rmSync(join(folder, INDEX), { force: true });
    return held.map(({ run }) => run);
  } finally {
    for (const { lock } of held) lock.release();
  }
}

function noteOf(run: RecordedRun, hashes: readonly string[]): PrunedRun {
  return {
    run: run.id,
    started_at: run.startedAt ?? null,
    ended_at: run.endedAt ?? null,
    user: run.user ?? null,
    host: run.host ?? null,
    providers: run.providers,
    counts: run.counts ?? {},
    exit: run.exit ?? null,
    hashes,
  };
}

function writeDown(folder: string, pruned: Pruning): void {
  const fd = openSync(join(folder, PRUNED), 'a', 0o600);
  try {
    writeSync(fd, `${JSON.stringify({ pruned })}\n`);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
