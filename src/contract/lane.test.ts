import { absent, active, inactive, unclear } from './lane.js';

test('a check that found a credential active carries what is known of it', () => {
  expect(active()).toEqual({ state: 'active' });
  const facts = { owner: 'octocat', scopes: ['repo'], expiresAt: 1, facts: { key_id: 'k' } };
  expect(active(facts)).toEqual({ state: 'active', ...facts });
});

test('a check that found a credential inactive says "revoked" or "expired" only where the provider did', () => {
  expect(inactive()).toStrictEqual({ state: 'inactive' });
  expect(inactive('revoked')).toEqual({ state: 'inactive', said: 'revoked' });
  expect(inactive('expired')).toEqual({ state: 'inactive', said: 'expired' });
});

test('a credential that is in no list is inactive and absent', () => {
  expect(absent()).toEqual({ state: 'inactive', isAbsent: true });
});

test('an unclear check says why, and what would make it clear where that is known', () => {
  expect(unclear('it answered 500')).toStrictEqual({ state: 'unclear', reason: 'it answered 500' });
  expect(unclear('it answered 403', 'use an admin')).toEqual({
    state: 'unclear',
    reason: 'it answered 403',
    hint: 'use an admin',
  });
});
