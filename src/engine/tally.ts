import { CREDENTIAL_CODES } from '../contract/errors.js';
import { SUCCESSFUL, type Outcome, type Status } from '../contract/provider.js';

/** How many outcomes of each status, and what they come to. */
export interface Tally {
  readonly counts: Readonly<Record<Status, number>>;
  readonly total: number;
  /** How many a resume would send again. */
  readonly unsettled: number;
  count(outcome: Outcome): void;
  /** The exit code of these outcomes: the worst wins, in the order 3, 1, 4. */
  exitCode(): number;
}

export function createTally(): Tally {
  const counts: Record<Status, number> = {
    revoked: 0,
    already_revoked: 0,
    accepted: 0,
    alive: 0,
    failed: 0,
    unknown: 0,
    skipped: 0,
    planned: 0,
  };
  let total = 0;
  let credentialsFailed = false;
  let skippedForGood = 0;
  let skippedAsDone = 0;
  return {
    counts,
    get total() {
      return total;
    },
    get unsettled() {
      return counts.unknown + counts.skipped - skippedAsDone;
    },
    count(outcome) {
      total += 1;
      counts[outcome.status] += 1;
      if (outcome.error && CREDENTIAL_CODES.has(outcome.error.code)) credentialsFailed = true;
      if (outcome.status === 'skipped' && 'journaled_status' in outcome) skippedAsDone += 1;
      if (outcome.status === 'skipped' && SUCCESSFUL.has(String(outcome['journaled_status']))) {
        skippedForGood += 1;
      }
    },
    exitCode() {
      if (credentialsFailed) return 3;
      if (counts.failed + counts.alive + counts.skipped - skippedForGood > 0) return 1;
      return counts.unknown > 0 ? 4 : 0;
    },
  };
}

/** Whether an outcome is settled for good: a resume never sends its target again. */
export function isFinal(status: Status): boolean {
  return status !== 'unknown' && status !== 'skipped' && status !== 'planned';
}
