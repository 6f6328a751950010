/** What is said where results could not be written: of one target what became of it. */
import { resultsLost } from '../../command-line/usage-errors.js';
import type { Outcome } from '../../contract/provider.js';
import type { Invocation } from './invocation.js';

export interface WrittenRun {
  /** The outcome of the only target, where there was one. */
  readonly only: Outcome | undefined;
  readonly journalPath: string | undefined;
}

/** Says on stderr that results were lost, and where else they stand. */
export async function reportLostResults(
  { world, output }: Pick<Invocation, 'world' | 'output'>,
  { only, journalPath }: WrittenRun,
): Promise<void> {
  const became =
    only !== undefined
      ? `${only.target}: ${only.status}`
      : journalPath && `the outcomes are in the journal: ${journalPath}`;
  const lost = resultsLost(world.stdout, became);
  if (lost) await output.printError(lost);
}
