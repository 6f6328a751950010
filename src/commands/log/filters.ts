/** Which runs and outcomes are asked for. */
import { usageError } from '../../contract/errors.js';
import type { Options } from '../../contract/provider.js';
import { quoteUnlessSecret } from '../../contract/text.js';
import { durationMs, rfc3339Ms } from '../../contract/time.js';
import type { RecordedOutcome } from '../../record/last-words.js';
import type { ShownRun } from '../../record/runs.js';

export interface Filters {
  /** Milliseconds since the epoch. */
  readonly since: number | undefined;
  /** Exclusive. */
  readonly until: number | undefined;
  readonly provider: string | undefined;
  readonly statuses: readonly string[];
  readonly isUnfinished: boolean;
}

const STATUSES: readonly string[] = [
  'revoked',
  'already_revoked',
  'accepted',
  'alive',
  'failed',
  'unknown',
  'skipped',
  'created',
];

/** Throws a usage error for what is no time and no status. */
export function readFilters(options: Options, now: number): Filters {
  const statuses = (options.text('status') ?? '').split(',').filter((word) => word !== '');
  const wrong = statuses.find((word) => !STATUSES.includes(word));
  if (wrong !== undefined) {
    throw usageError(
      `invalid --status ${quoteUnlessSecret(wrong)}`,
      `give some of ${STATUSES.join(', ')}, with commas`,
    );
  }
  return {
    since: timeOf(options, 'since', now),
    until: timeOf(options, 'until', now),
    provider: options.text('provider'),
    statuses,
    isUnfinished: options.flag('unfinished'),
  };
}

/** An age, or a time with its zone. */
export function timeOf(options: Options, name: string, now: number): number | undefined {
  const text = options.text(name);
  if (text === undefined) return undefined;
  const age = durationMs(text);
  const at = age === undefined ? rfc3339Ms(text) : now - age;
  if (at !== undefined) return at;
  throw usageError(
    `invalid --${name} ${quoteUnlessSecret(text)}`,
    `give an age (30d, 12h) or a time (2026-01-31T00:00:00Z)`,
  );
}

export function fitsRun(run: ShownRun, filters: Filters): boolean {
  const { provider, statuses, isUnfinished } = filters;
  if (provider !== undefined && !run.providers.some((note) => note.provider === provider))
    return false;
  if (isUnfinished && run.state !== 'unfinished') return false;
  // What was not counted may have any status.
  return statuses.length === 0 || !run.counts || statuses.some((word) => run.counts?.[word]);
}

export function fitsOutcome({ at, ...outcome }: RecordedOutcome, filters: Filters): boolean {
  const { provider, statuses, since, until } = filters;
  if (provider !== undefined && outcome.provider !== provider) return false;
  if (statuses.length > 0 && !statuses.includes(outcome.status)) return false;
  if (since === undefined && until === undefined) return true;
  const ms = Date.parse(at ?? '');
  return !(since !== undefined && !(ms >= since)) && !(until !== undefined && !(ms < until));
}
