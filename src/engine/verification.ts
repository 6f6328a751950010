/**
 * What a verdict comes to in the light of two checks. Absence is no proof: only what the same caller
 * saw active before counts as revoked when it is gone after. A clock is no proof either: what ends
 * about when it would have expired may have expired.
 */
import { unclear, type CheckResult } from '../contract/lane.js';
import { rfc3339 } from '../contract/time.js';
import type { OutcomeError, SeenState, Verdict, Verification } from '../contract/provider.js';
import type { Entry, Sighting } from './batcher.js';

export interface Proof {
  readonly entry: Pick<Entry, 'target' | 'before'>;
  /** What was answered. */
  readonly verdict: Verdict;
  readonly after: Sighting;
  readonly method: string;
  /** Somebody asked for proof, and takes nothing less. */
  readonly asked: boolean;
}

/** A target that ends so close to its expiry, ms, may have expired. */
const EXPIRY_MARGIN_MS = 60_000;

/** The outcome of a target that was sent, and checked before and after. */
export function judge({ entry, verdict, after, method, asked }: Proof): Verdict {
  const before = entry.before as Sighting;
  return {
    ...factsOf(before, after),
    ...conclude({ verdict, before, after, asked }),
    verification: verificationOf(method, before, after),
  };
}

/** The outcome of a target that nothing is sent for: it is inactive already. */
export function judgeUnsent(
  { target, prior }: Pick<Entry, 'target' | 'prior'>,
  now: Sighting,
  method: string,
): Verdict {
  const verification = verificationOf(method, now);
  // An earlier run may have revoked it, and was ended before it could see that.
  if (prior?.before?.result.state === 'active') {
    const verdict: Verdict = { target: target.id, status: 'unknown' };
    const entry = { target, before: prior.before };
    return judge({ entry, verdict, after: now, method, asked: true });
  }
  const said = saidOf(now.result);
  if (said === 'revoked') return { target: target.id, status: 'already_revoked', verification };
  if (prior) {
    return {
      target: target.id,
      status: 'unknown',
      error: inactiveBefore(now.result),
      verification,
    };
  }
  return { target: target.id, status: 'failed', error: notActive(said), verification };
}

/** A verdict of a target that was checked before, and not after. */
export function withBefore(verdict: Verdict, { before }: Entry, method: string): Verdict {
  if (!before) return verdict;
  return { ...factsOf(before), ...verdict, verification: verificationOf(method, before) };
}

/** A verdict of a target that was not checked, in a lane that checks. */
export function withoutCheck(verdict: Verdict, { notChecked }: Entry): Verdict {
  return notChecked === undefined ? verdict : { ...verdict, not_checked: notChecked };
}

interface Seen {
  readonly verdict: Verdict;
  readonly before: Sighting;
  readonly after: Sighting;
  readonly asked: boolean;
}

function conclude({ verdict, before, after, asked }: Seen): Verdict {
  if (after.result.state === 'active') return stillActive(verdict);
  switch (before.result.state) {
    case 'active':
      if (after.result.state === 'unclear') return unfinished(verdict, after.result);
      return before.result.method === after.result.method
        ? ended(verdict, before.result, after)
        : unfinished(verdict, OTHER_WAY);
    case 'inactive':
      return wasInactive(verdict, before.result);
    case 'unclear':
      return wasUnclear(verdict, before.result, asked);
  }
}

type Unclear = Extract<CheckResult, { state: 'unclear' }>;

/** Another way of checking may show a token as inactive that it never showed as anything else. */
const OTHER_WAY = unclear('it was checked in another way than before') as Unclear;

function stillActive(verdict: Verdict): Verdict {
  const { refusal } = refusalOf(verdict);
  const answered = verdict.error && `${verdict.error.message}; `;
  return {
    ...verdict,
    status: 'alive',
    error: {
      code: 'still_active',
      message: refusal?.message ?? `${answered ?? ''}it was still active when it was last checked`,
      hint: refusal?.hint ?? 'check again later, then ask the provider',
    },
    ...(refusal && { refusal }),
  };
}

/** Active before, and inactive after. */
function ended(
  verdict: Verdict,
  before: Extract<CheckResult, { state: 'active' }>,
  after: Sighting,
): Verdict {
  const { error: _answered, ...rest } = verdict;
  const hasReceipt = verdict.status === 'revoked';
  if (!hasReceipt && mayHaveExpired(before.expiresAt, after)) {
    return {
      ...verdict,
      status: 'unknown',
      error: {
        code: 'expired_meanwhile',
        message: 'it is inactive now, and it may have expired instead of being revoked',
        hint: after.result.hint ?? 'it can no longer be used',
      },
      ...refusalOf(verdict),
    };
  }
  return { ...rest, status: 'revoked', ...refusalOf(verdict) };
}

/** By the later of our clock and the server's, or by the server's own word. */
function mayHaveExpired(expiresAt: number | undefined, { result, at }: Sighting): boolean {
  if (saidOf(result) === 'expired') return true;
  const now = Math.max(at, result.serverTime ?? 0);
  return expiresAt !== undefined && now >= expiresAt - EXPIRY_MARGIN_MS;
}

/** Active before, and it could not be seen what it is now. */
function unfinished(verdict: Verdict, { reason, hint }: Unclear): Verdict {
  if (verdict.status === 'failed' || verdict.error) return verdict;
  return {
    ...verdict,
    status: 'unknown',
    error: {
      code: 'cannot_verify',
      message: `it was active before, and could not be checked after: ${reason}`,
      hint: hint ?? 'check it at the provider, or continue this run with --resume',
    },
  };
}

const INACTIVE_BEFORE: OutcomeError = {
  code: 'inactive_before',
  message: 'it was not active before either, so nothing shows that it was revoked',
  hint: 'it may be mistyped, expired, revoked earlier, or not visible to this login',
};

function wasInactive(verdict: Verdict, before: CheckResult): Verdict {
  const { error: _answered, ...rest } = verdict;
  if (verdict.status === 'failed' || verdict.status === 'already_revoked') return verdict;
  const wasRevoked = saidOf(before) === 'revoked';
  if (verdict.status === 'revoked' && wasRevoked) return { ...rest, status: 'already_revoked' };
  return { ...rest, status: 'unknown', error: inactiveBefore(before) };
}

function inactiveBefore({ hint }: CheckResult): OutcomeError {
  return hint === undefined ? INACTIVE_BEFORE : { ...INACTIVE_BEFORE, hint };
}

function wasUnclear(verdict: Verdict, { reason, hint }: Unclear, asked: boolean): Verdict {
  const { status } = verdict;
  if (status !== 'revoked' && status !== 'accepted') return verdict;
  if (!asked) return { ...verdict, status: 'accepted' };
  return {
    ...verdict,
    status: 'unknown',
    error: {
      code: 'cannot_verify',
      message: `it could not be checked before: ${reason}`,
      hint: hint ?? 'without a check before, nothing can be proven: check it at the provider',
    },
  };
}

function notActive(said: string | undefined): OutcomeError {
  return {
    code: 'not_active',
    message: said === 'expired' ? 'it has expired' : 'it is not active, so nothing was sent',
    hint:
      said === 'expired'
        ? 'it can no longer be used'
        : 'it was revoked, has expired, is incomplete, or belongs to another instance',
  };
}

function refusalOf({ status, error }: Verdict): { readonly refusal?: OutcomeError } {
  return status === 'failed' && error ? { refusal: error } : {};
}

function saidOf(result: CheckResult): string | undefined {
  return result.state === 'inactive' ? result.said : undefined;
}

function verificationOf(method: string, before: Sighting, after?: Sighting): Verification {
  return {
    method: (after ?? before).result.method ?? method,
    before: seenState(before.result),
    ...(after && { after: seenState(after.result) }),
    checked_at: new Date((after ?? before).at).toISOString(),
  };
}

/** What a check saw, as it stands in an outcome. */
export function seenState(result: CheckResult): SeenState {
  if (result.state === 'active') return 'active';
  if (result.state === 'unclear') return 'unknown';
  return result.isAbsent ? 'absent' : 'dead';
}

/** What the last check that saw it active says of it. */
function factsOf(...sightings: readonly Sighting[]): { readonly [fact: string]: unknown } {
  const result = sightings.map((one) => one.result).findLast(({ state }) => state === 'active');
  if (result?.state !== 'active') return {};
  const { owner, scopes, expiresAt, facts } = result;
  return {
    ...(owner !== undefined && { owner }),
    ...(scopes !== undefined && { scopes }),
    ...(expiresAt !== undefined && { expires_at: rfc3339(expiresAt) }),
    ...facts,
  };
}
