import { worstOf, type Ending } from '../contract/exit-codes.js';
import { isFinal } from '../contract/final-outcome.js';
import { SUCCESSFUL, type Outcome, type Status, type Verification } from '../contract/provider.js';

/** How many outcomes of each status, and what they come to. */
export interface Tally {
  readonly counts: Readonly<Record<Status, number>>;
  /** Of the skipped ones: what an earlier run says of them. */
  readonly journaled: Readonly<Record<string, number>>;
  /** What is known now of every target, of this run and of the one that it continues. */
  known(): Readonly<Record<string, number>>;
  /** Of the planned ones: what a check saw of them. */
  readonly seen: Readonly<Record<string, number>>;
  readonly total: number;
  /** How many a resume would send again: a bad line stays bad. */
  readonly unsettled: number;
  /** There were lines, and none of them held a target. */
  readonly isAllBad: boolean;
  count(outcome: Outcome): void;
  /** A login was refused for all that it was to revoke. */
  loginRefused(): void;
  /** What these outcomes come to: the worst of them wins. */
  ending(): Ending;
}

function isOpen(outcome: Outcome): boolean {
  const { status, error } = outcome;
  const isLeftOut = error !== undefined && LEFT_OUT.has(error.code);
  return status !== 'planned' && !isLeftOut && !isFinal(outcome);
}

/** The code of a line that holds no target. */
const BAD_LINE = 'bad_input';

/** What the same command would leave out again: no command that continues it is shown for these alone. */
const LEFT_OUT: ReadonlySet<string> = new Set([BAD_LINE, 'other_owner', 'no_provider']);

const seenOf = ({ said, before }: Verification): string => said ?? before;

function addTo(counts: Record<string, number>, key: string): void {
  counts[key] = (counts[key] ?? 0) + 1;
}

function knownOf(counts: Record<Status, number>, journaled: Readonly<Record<string, number>>) {
  const known: Record<string, number> = { ...counts };
  for (const [status, count] of Object.entries(journaled)) {
    known[status] = (known[status] ?? 0) + count;
    known['skipped'] = (known['skipped'] ?? 0) - count;
  }
  return Object.fromEntries(Object.entries(known).filter(([, count]) => count > 0));
}

const noCounts = (): Record<Status, number> => ({
  revoked: 0,
  already_revoked: 0,
  accepted: 0,
  alive: 0,
  failed: 0,
  unknown: 0,
  skipped: 0,
  planned: 0,
});

export function createTally(): Tally {
  const counts = noCounts();
  const journaled: Record<string, number> = {};
  const seen: Record<string, number> = {};
  let total = 0;
  let isLoginRefused = false;
  let ignored = 0;
  let skippedForGood = 0;
  let unsettled = 0;
  let bad = 0;
  return {
    counts,
    journaled,
    seen,
    known: () => knownOf(counts, journaled),
    get total() {
      return total;
    },
    get unsettled() {
      return unsettled;
    },
    get isAllBad() {
      return bad > 0 && bad === total;
    },
    count(outcome) {
      const { status, error, journaled_status: before } = outcome;
      total += 1;
      counts[status] += 1;
      if (error?.code === BAD_LINE) bad += 1;
      if (status === 'planned' && outcome.verification) addTo(seen, seenOf(outcome.verification));
      if (outcome.ignored === true) ignored += 1;
      if (status === 'skipped' && error?.code === 'other_owner') skippedForGood += 1;
      if (status !== 'skipped' || typeof before !== 'string') {
        if (isOpen(outcome)) unsettled += 1;
        return;
      }
      addTo(journaled, before);
      if (SUCCESSFUL.has(before)) skippedForGood += 1;
      // What was not given again is still open; all else that is skipped like this was final.
      if (error?.code === 'not_given') unsettled += 1;
    },
    loginRefused: () => void (isLoginRefused = true),
    ending() {
      const failed = counts.failed - ignored + counts.alive + counts.skipped - skippedForGood;
      const endings: readonly (readonly [boolean, Ending])[] = [
        [isLoginRefused, 'credentials'],
        [failed > 0, 'failed'],
        [counts.unknown > 0, 'unknown'],
      ];
      return worstOf(endings.flatMap(([holds, ending]) => (holds ? [ending] : [])));
    },
  };
}
