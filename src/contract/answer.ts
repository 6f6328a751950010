/** What a provider's answer says of one token, in the fewest words. */
import type { Facts } from './lane.js';
import type { OutcomeError } from './verdict.js';

export interface Answer {
  readonly status: 'revoked' | 'already_revoked' | 'accepted' | 'failed' | 'unknown';
  readonly error?: OutcomeError;
  /** What its outcome carries beside, in snake_case. */
  readonly facts?: Facts;
}

/** The documented answer names this token and says in its body that it is revoked. */
export function revoked(facts?: Facts): Answer {
  return answer('revoked', facts);
}

/** It was inactive before, and the provider says "revoked" in documented words. */
export function alreadyRevoked(facts?: Facts): Answer {
  return answer('already_revoked', facts);
}

/** The documented answer says no more than "taken": a 2xx without such a body. */
export function accepted(facts?: Facts): Answer {
  return answer('accepted', facts);
}

/** The provider refused to revoke this token, for a reason that it has documented. */
export function refused(code: string, message: string, more: Partial<Refusal> = {}): Answer {
  const { facts, ...rest } = more;
  return { status: 'failed', error: { code, message, ...rest }, ...(facts && { facts }) };
}

interface Refusal {
  readonly hint: string;
  readonly provider_code: string | number;
  /** `revocable_by`, `manual_url` … */
  readonly facts: Facts;
}

function answer(status: Answer['status'], facts: Facts | undefined): Answer {
  return { status, ...(facts && { facts }) };
}
