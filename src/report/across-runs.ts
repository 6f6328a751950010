/**
 * One target in several runs counts once, by what is known of it at last: a run that was done again
 * leaves nothing open that the later one settled.
 */
import { createFingerprintSet } from '../engine/fingerprint-set.js';
import type { RecordedOutcome } from '../record/last-words.js';
import { isOfAbsence, saysMore } from './needs.js';

/** What is taken back where a later run says more. */
export type TakeBack = () => void;

export interface AcrossRuns {
  /**
   * For each outcome, the earliest run first: whether it is to be counted. What it takes the place
   * of is taken back.
   */
  isNews(key: string, outcome: RecordedOutcome): boolean;
  /** An outcome that was counted, and that a later run may say more of. */
  mayChange(key: string, takeBack: TakeBack): void;
  /** Outcomes that are not counted, since another one of the same target is. */
  readonly repeated: number;
  /** There were too many to remember: some targets may be counted twice. */
  readonly isFull: boolean;
}

const MOST_REMEMBERED = 200_000;

export function createAcrossRuns(): AcrossRuns {
  const confirmed = createFingerprintSet();
  const open = new Map<string, TakeBack>();
  let repeated = 0;
  let isFull = false;
  return {
    isNews(key, outcome) {
      const isConfirmed = outcome.status === 'revoked' || outcome.status === 'already_revoked';
      const isKnown = isConfirmed ? !confirmed.add(key) : isSilentOn(outcome) && confirmed.has(key);
      if (isKnown) {
        repeated += 1;
        return false;
      }
      const takeBack = saysMore(outcome) ? open.get(key) : undefined;
      if (takeBack) {
        takeBack();
        open.delete(key);
        repeated += 1;
      }
      return true;
    },
    mayChange(key, takeBack) {
      if (open.size < MOST_REMEMBERED) open.set(key, takeBack);
      else isFull = true;
    },
    get repeated() {
      return repeated;
    },
    get isFull() {
      return isFull;
    },
  };
}

/** It says nothing against an earlier revocation that was confirmed. */
function isSilentOn(outcome: RecordedOutcome): boolean {
  return outcome.status === 'accepted' || isOfAbsence(outcome) || !saysMore(outcome);
}
