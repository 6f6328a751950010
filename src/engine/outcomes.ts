/** From verdicts and errors to outcomes: what is printed, journalled and counted. */
import { inDoubtError, type RevokeError } from '../contract/errors.js';
import type { Facts, Scope } from '../contract/lane.js';
import { outcomeError } from '../contract/outcome-error.js';
import type {
  Clock,
  Outcome,
  OutcomeError,
  Status,
  Target,
  Verdict,
} from '../contract/provider.js';
import { createScrubber } from '../contract/redact.js';
import { rememberLast } from '../contract/time.js';
import type { Batch, Entry } from './batcher.js';
import type { RunLane } from './run-lane.js';

/** @param facts what the provider says of the target in any case */
type OutcomeMaker = (verdict: Verdict, facts?: Facts) => Outcome;

/** Makes outcomes of one lane: the provider's name first, then where it acted, then the facts. */
export function outcomeMaker({ provider, lane }: RunLane, clock: Pick<Clock, 'now'>): OutcomeMaker {
  return makerOf(provider, { ...textsOf(lane.scope), ...lane.facts }, clock);
}

/** The same for what reached no lane: it carries what all lanes share. */
export function outcomeOfNoLane(
  lanes: readonly RunLane[],
  clock: Pick<Clock, 'now'>,
): OutcomeMaker {
  const providers = new Set(lanes.map(({ provider }) => provider));
  const [first] = lanes;
  const scope = Object.entries(textsOf(first?.lane.scope ?? {})).filter(([name, value]) =>
    lanes.every(({ lane }) => lane.scope[name] === value),
  );
  return makerOf([...providers].join(','), Object.fromEntries(scope), clock);
}

function textsOf(scope: Scope): Facts {
  return Object.fromEntries(Object.entries(scope).filter(([, value]) => typeof value === 'string'));
}

function makerOf(provider: string, place: Facts, { now }: Pick<Clock, 'now'>): OutcomeMaker {
  const timeText = rememberLast((ms: number) => new Date(ms).toISOString());
  return (verdict, targetFacts) => {
    const { target, status, error, verification } = verdict;
    const at = timeText(now());
    const outcome: Record<string, unknown> = { provider, target, status, at, ...place };
    if (targetFacts) Object.assign(outcome, targetFacts);
    // Spreading what is left of a verdict costs several times as much, for each of a million.
    for (const name in verdict) if (!OWN_NAMES.has(name)) outcome[name] = verdict[name];
    if (error) outcome['error'] = error;
    if (verification) outcome['verification'] = verification;
    return outcome as unknown as Outcome;
  };
}

/** What of a verdict has a field of its own in an outcome. */
const OWN_NAMES: ReadonlySet<string> = new Set(['target', 'status', 'error', 'verification']);

/** What a provider may say of a target. */
const STATUSES: ReadonlySet<Status> = new Set<Status>([
  'revoked',
  'already_revoked',
  'accepted',
  'alive',
  'failed',
  'unknown',
  'skipped',
]);

/**
 * One verdict for each target of a batch, by its place: two targets may look the same. What is
 * missing, of another target or no verdict at all leaves its target unknown.
 */
export function verdictsFor({ entries }: Batch, answered: unknown): readonly Verdict[] {
  const verdicts: readonly unknown[] = Array.isArray(answered) ? answered : [];
  const scrub = scrubberFor(entries);
  return entries.map(({ target }, index) => {
    const verdict = verdicts[index];
    if (!isVerdictOf(target, verdict)) return noVerdict(target.id);
    return scrub(verdict);
  });
}

function isVerdictOf(target: Target, value: unknown): value is Verdict {
  if (typeof value !== 'object' || value === null) return false;
  const { target: named, status } = value as Partial<Verdict>;
  return named === target.id && STATUSES.has(status as Status);
}

function noVerdict(id: string): Verdict {
  const message = 'the answer says nothing about this target';
  return { target: id, status: 'unknown', error: { code: 'no_result', message, hint: MAYBE } };
}

const MAYBE = 'it may have taken effect: run this again';

/** What an error that speaks for a whole request says of each of its targets. */
export function verdictsFromError(error: RevokeError, { entries }: Batch): readonly Verdict[] {
  const status = error.inDoubt ? 'unknown' : 'failed';
  const said = scrubbed(error, entries);
  return entries.map(({ target }) => ({ target: target.id, status, error: said }));
}

/** A target that was not attempted, and why. */
export function skipped(target: Target, { code, message, hint }: RevokeError): Verdict {
  const isInterrupt = code === 'interrupted';
  const error = {
    code: isInterrupt ? code : 'stopped_early',
    message,
    ...(hint !== undefined && { hint }),
  };
  return { target: target.id, status: 'skipped', error };
}

/** --ignore-not-found: what the provider does not know stays `failed`, and counts as done. */
export function ignoringNotFound(verdict: Verdict, { lane }: RunLane): Verdict {
  const code = verdict.status === 'failed' ? verdict.error?.code : undefined;
  const isIgnored =
    code === 'not_found' || (code === 'not_active' && lane.isDefaultInstance !== true);
  return isIgnored ? { ...verdict, ignored: true } : verdict;
}

/** An error as it may be shown: a server may repeat any of the targets that it was sent. */
export function scrubbed(error: RevokeError, entries: readonly Entry[]): OutcomeError {
  return scrubberFor(entries)(outcomeError(error));
}

function scrubberFor(entries: readonly Entry[]) {
  return createScrubber(entries.map(({ target }) => target.secret));
}

/** An error that nobody foresaw: a bug of ours or of a plugin. */
export function internalError(): RevokeError {
  const message = 'revoking failed because of an unexpected error';
  return inDoubtError({ code: 'internal', message, hint: MAYBE });
}
