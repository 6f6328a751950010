/** From verdicts and faults to outcomes: what is printed, journalled and counted. */
import { refusedError, inDoubtError, type RevokeError } from '../contract/errors.js';
import type { Outcome, OutcomeError, Revoker, Target, Verdict } from '../contract/provider.js';
import { scrub } from '../contract/redact.js';

/** Makes outcomes of one run: the provider's name first, then where it acted, then its facts. */
export function outcomeMaker(provider: string, revoker: Revoker) {
  const scope = scopeFacts(revoker);
  const routeKey = revoker.routeKey ?? 'route';
  return (verdict: Verdict, route: string | undefined): Outcome => {
    const { target, status, error, verification, ...facts } = verdict;
    return {
      provider,
      target,
      status,
      ...scope,
      ...(route === undefined ? undefined : { [routeKey]: route }),
      ...facts,
      ...(error && { error }),
      ...(verification && { verification }),
    };
  };
}

/** One verdict for each target of a batch, in order; what the answer does not name is unknown. */
export function verdictsFor(
  targets: readonly Target[],
  answered: readonly Verdict[],
): readonly Verdict[] {
  const inOrder =
    answered.length === targets.length &&
    targets.every(({ id }, index) => answered[index]?.target === id);
  const byTarget = inOrder ? undefined : new Map(answered.map((one) => [one.target, one]));
  return targets.map((target, index) => {
    const verdict = byTarget ? byTarget.get(target.id) : answered[index];
    if (!verdict) return noVerdict(target.id);
    return verdict.error ? scrub(verdict, target.secret) : verdict;
  });
}

/** What a fault that speaks for a whole request says of one of its targets. */
export function verdictOf(fault: RevokeError, target: Target): Verdict {
  const status = fault.inDoubt ? 'unknown' : 'failed';
  return { target: target.id, status, error: errorOf(fault) };
}

/** A target that was not attempted, and why. */
export function skipped(target: Target, fault: RevokeError): Verdict {
  const code = fault.code === 'interrupted' ? 'interrupted' : 'stopped_early';
  const error = { ...errorOf(fault), code };
  return { target: target.id, status: 'skipped', error };
}

/** --ignore-not-found: a target that the provider does not know counts as dead. */
export function forgiven(verdict: Verdict): Verdict {
  if (verdict.error?.code !== 'not_found') return verdict;
  const { error: _known, ...rest } = verdict;
  return { ...rest, status: 'already_revoked', not_found: true };
}

/** A fault as it stands in an outcome. */
export function errorOf(fault: RevokeError): OutcomeError {
  return {
    code: fault.code,
    ...(fault.providerCode !== undefined && { provider_code: fault.providerCode }),
    message: fault.message,
    ...(fault.hint !== undefined && { hint: fault.hint }),
  };
}

export function unforeseen(): RevokeError {
  const message = 'revoking failed in a way that nobody foresaw';
  return inDoubtError({ code: 'internal', message, hint: 'it may have landed: run it again' });
}

export function stopFault(code: string, message: string): RevokeError {
  return refusedError({ code, message });
}

function noVerdict(id: string): Verdict {
  const message = 'the answer says nothing of this target';
  const error = { code: 'no_result', message, hint: 'run it again' };
  return { target: id, status: 'unknown', error };
}

function scopeFacts(revoker: Revoker): { [fact: string]: string } {
  return Object.fromEntries(
    Object.entries(revoker.scope).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  );
}
