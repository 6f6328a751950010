/** What a verdict comes to in the light of a look before and one after. */
import type { ObservedState, Status } from '../src/contract/provider.js';
import { judge } from '../src/engine/verify.js';

test.each<[Status, ObservedState, ObservedState, Status]>([
  ['revoked', 'active', 'dead', 'revoked'],
  ['accepted', 'active', 'absent', 'revoked'],
  ['unknown', 'active', 'dead', 'revoked'],
  ['revoked', 'active', 'active', 'alive'],
  ['accepted', 'active', 'active', 'alive'],
  ['unknown', 'active', 'active', 'unknown'],
  ['accepted', 'absent', 'absent', 'unknown'],
  ['revoked', 'unknown', 'dead', 'unknown'],
  ['revoked', 'active', 'unknown', 'unknown'],
  ['already_revoked', 'dead', 'dead', 'already_revoked'],
  ['already_revoked', 'absent', 'absent', 'already_revoked'],
  ['already_revoked', 'active', 'dead', 'revoked'],
  ['already_revoked', 'active', 'active', 'alive'],
  ['already_revoked', 'unknown', 'active', 'alive'],
  ['failed', 'active', 'active', 'failed'],
  ['skipped', 'active', 'active', 'skipped'],
])('%s, %s before and %s after: %s', (said, before, after, status) => {
  const seen = { method: 'list', before, after, checked_at: '2026-11-22T12:00:00Z' };
  const verdict = judge({ target: 'jti_1', status: said }, seen);
  expect(verdict).toMatchObject({ target: 'jti_1', status, verification: seen });
  if (status === 'revoked') expect(verdict.error).toBeUndefined();
});
