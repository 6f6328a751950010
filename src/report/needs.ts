/** What still needs a person: which outcomes do, and what is to be done about each. */
import { isFinal } from '../contract/final-outcome.js';
import type { Outcome } from '../contract/provider.js';
import type { RecordedOutcome } from '../record/last-words.js';
import { cut, type TargetRow } from './target-row.js';

/** What one run left to do for one account: targets with the same status for the same reason. */
export interface NeedKind {
  readonly status: string;
  /** It was active when it was looked at last. */
  readonly isActive: boolean;
  /** The provider, then where it acts and as what. */
  readonly provider: string;
  readonly account: string;
  /** As `revoke log` takes it. */
  readonly run: string;
  readonly code: string | undefined;
  /** A page of our own table. */
  readonly page: string | undefined;
}

export interface Need extends NeedKind {
  /** Of the first of them. */
  readonly row: TargetRow;
  /** The first ones. */
  readonly targets: readonly string[];
  readonly count: number;
  /** The command that does the rest; undefined where another run cannot help. */
  readonly command: string | undefined;
}

/** Another run of the same command would say the same of it. */
const NOT_AGAIN: ReadonlySet<string> = new Set(['inactive_before', 'expired_meanwhile']);
/** Nobody wanted these revoked. */
const NOT_ASKED: ReadonlySet<string> = new Set(['other_owner']);

export function needsPerson({ status, error, ignored, ...facts }: RecordedOutcome): boolean {
  switch (status as string) {
    case 'revoked':
    case 'already_revoked':
    case 'accepted':
    case 'planned':
    case 'created':
      return false;
    case 'failed':
      return ignored !== true;
    case 'skipped':
      return !('journaled_status' in facts) && !NOT_ASKED.has(error?.code ?? '');
    default:
      // A status that this version does not know is not taken for done.
      return true;
  }
}

/** Whether continuing the run may change what is known of this target. */
export function mayContinue(outcome: RecordedOutcome): boolean {
  return !isFinal(outcome as Outcome) && !NOT_AGAIN.has(outcome.error?.code ?? '');
}

/** What is not there can mean that it was revoked before: another run may know. */
export function isOfAbsence({ error }: RecordedOutcome): boolean {
  return ABSENT.has(error?.code ?? '');
}

const ABSENT: ReadonlySet<string> = new Set(['not_found', 'not_active', 'inactive_before']);

/** Whether an outcome says something new of its target. */
export function saysMore(outcome: RecordedOutcome): boolean {
  if (outcome.status === 'skipped' || outcome.status === 'planned') return false;
  return outcome.status !== 'failed' || isFinal(outcome as Outcome);
}

const URGENCY: readonly string[] = ['alive', 'unknown', 'failed', 'skipped'];

/** What is known to be active comes first, whatever the run made of it. */
function urgency({ status, isActive }: NeedKind): number {
  const place = URGENCY.indexOf(status);
  return (isActive ? 0 : 10) + (place < 0 ? 1 : place);
}

/** As many kinds of one status are kept; of the others only how many targets they have. */
const MOST_KINDS = 100;
const MOST_TARGETS = 12;

export interface NeedsCounter {
  /** @param first what is to be known of the first one of its kind */
  add(kind: NeedKind, target: string, first: () => Pick<Need, 'row' | 'command'>): void;
  /** It was settled by another run. */
  remove(kind: NeedKind, target: string): void;
  result(): Needs;
}

export interface Needs {
  readonly kinds: readonly Need[];
  /** Targets of kinds that were not kept. */
  readonly others: number;
  readonly total: number;
}

export function createNeeds(): NeedsCounter {
  const kinds = new Map<string, { need: Need; targets: Set<string>; count: number }>();
  const perStatus = new Map<string, number>();
  let others = 0;
  return {
    add(kind, target, first) {
      const key = keyOf(kind);
      let known = kinds.get(key);
      if (!known) {
        const before = perStatus.get(kind.status) ?? 0;
        if (before >= MOST_KINDS) {
          others += 1;
          return;
        }
        perStatus.set(kind.status, before + 1);
        const need = { ...kind, ...first(), targets: [], count: 0 };
        known = { need, targets: new Set(), count: 0 };
        kinds.set(key, known);
      }
      known.count += 1;
      if (known.targets.size < MOST_TARGETS) known.targets.add(cut(target) ?? '');
    },
    remove(kind, target) {
      const known = kinds.get(keyOf(kind));
      if (!known) {
        others -= 1;
        return;
      }
      known.count -= 1;
      known.targets.delete(cut(target) ?? '');
    },
    result() {
      const open = [...kinds.values()]
        .filter(({ count }) => count > 0)
        .map(({ need, targets, count }): Need => ({ ...need, targets: [...targets], count }))
        .sort((a, b) => urgency(a) - urgency(b));
      return { kinds: open, others, total: open.reduce((sum, { count }) => sum + count, others) };
    },
  };
}

function keyOf({ status, isActive, provider, account, run, code, page }: NeedKind): string {
  return [status, isActive, provider, account, run, code, page].join('\0');
}
