/** What people read of one outcome. Every other status has the output layer's own sentence. */
import type { Outcome } from '../../src/contract/index.js';

export function sentence(outcome: Outcome): string | undefined {
  const { target, status } = outcome;
  const key = outcome['key_name'];
  const issuedBefore = outcome['issued_before'];
  const appliesAt = outcome['applies_at'];
  if (status === 'planned') {
    const spared = typeof issuedBefore === 'string' ? `, issued before ${issuedBefore},` : '';
    return `Tokens matching ${target}${spared} would be revoked${typeof key === 'string' ? ` (key ${key})` : ''}.`;
  }
  const isDone = status === 'revoked' || status === 'accepted';
  if (!isDone || typeof issuedBefore !== 'string') return undefined;
  const ofKey = typeof key === 'string' ? `key ${key}; ` : '';
  const when = status === 'revoked' ? 'are revoked' : `will be revoked from ${String(appliesAt)}`;
  return `Tokens matching ${target}, issued before ${issuedBefore}, ${when} (${ofKey}Ably does not say whether there were any).`;
}
