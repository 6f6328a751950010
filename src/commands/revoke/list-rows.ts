/** What the rows of reports and tables come to: said before anything is sent. */
import { usageError } from '../../contract/errors.js';
import type { Options, Revoker } from '../../contract/provider.js';
import type { TargetSource } from '../../input/target-source.js';
import type { Output } from '../../output/output.js';

/** What `--ignore-unknown` ignores. */
const UNKNOWN = 'unknown_shape';

interface Parts {
  readonly output: Pick<Output, 'printMessage'>;
  readonly options: Options;
}

/** A report in which nothing was found is no mistake: answers whether that is all there is. */
export function hasNoFindings(input: TargetSource, { output }: Pick<Parts, 'output'>): boolean {
  if (!input.rows?.hasNoFindings || input.count !== 0) return false;
  output.printMessage('The report has no findings: there is nothing to revoke.');
  return true;
}

/**
 * Leaves out what may not be sent, and says the sum of the rows. Throws a usage error where no row
 * is left to use.
 */
export function settleRows(
  input: Pick<TargetSource, 'rows' | 'mayBeEmpty' | 'count'>,
  revoker: Pick<Revoker, 'refusal'> | undefined,
  { output, options }: Parts,
): void {
  const { rows } = input;
  if (!rows) return;
  rows.found?.settle(revoker?.refusal);
  const isEmpty = input.count === 0 && !input.mayBeEmpty();
  if (isEmpty || !options.flag('quiet'))
    for (const line of rows.lines(options.flag('verbose'))) output.printMessage(line);
  if (!isEmpty) return;
  throw usageError(
    'no row of the list can be used: nothing was sent',
    'fix what is said above, or name the column with --column; rows that are resolved in a report are used with --include-resolved',
    'no_targets',
  );
}

/** Whether rows that could not be used count as a failure. */
export function hasRefusedRows({ rows }: Pick<TargetSource, 'rows'>, options: Options): boolean {
  const refused = rows?.found?.sum.counts.refused ?? new Map<string, number>();
  const isIgnored = (reason: string) => reason === UNKNOWN && options.flag('ignoreUnknown');
  return [...refused].some(([reason, count]) => count > 0 && !isIgnored(reason));
}
