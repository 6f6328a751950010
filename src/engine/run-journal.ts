import type { Outcome } from '../contract/provider.js';
import type { Batch, PriorTry } from './batcher.js';

/** The engine's side of a journal (journal/writer.ts). */
export interface RunJournal {
  /** Resolves when these intents would survive a crash: only then may they be sent. */
  writeIntents(batches: readonly Batch[]): Promise<void>;
  /** Hands outcomes to the operating system before it returns. */
  writeOutcomes(
    outcomes: readonly Outcome[],
    lines: readonly string[],
    keys: readonly string[],
  ): void;
  /** What an earlier run knows of a target: done with it, or when it was first tried. */
  priorState(key: string): 'done' | PriorTry | undefined;
}
