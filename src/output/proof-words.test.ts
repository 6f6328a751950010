import { inactivePlan, proofText } from './proof-words.js';
import type { Outcome, SeenState } from '../contract/provider.js';

const AT = '2026-11-29T05:10:21.000Z';

const outcome = (status: Outcome['status'], before: SeenState, more: object = {}): Outcome => ({
  provider: 'toy',
  target: 'a',
  at: AT,
  status,
  verification: { method: 'list', before, checked_at: AT, ...more },
});

test.each([
  [
    'revoked',
    'active',
    { after: 'dead' },
    'Verified (list, 05:10:21Z): active before, inactive after.',
  ],
  [
    'alive',
    'active',
    { after: 'active' },
    'Checked (list, 05:10:21Z): active before, active after.',
  ],
  [
    'already_revoked',
    'dead',
    { said: 'revoked' },
    'Checked (list, 05:10:21Z): already revoked before, so nothing was sent.',
  ],
  ['planned', 'active', {}, 'Now active (list, 05:10:21Z).'],
  [
    'planned',
    'unknown',
    { reason: 'the server answered 503' },
    'It could not be checked whether it is active (list, 05:10:21Z): the server answered 503.',
  ],
  ['unknown', 'active', { after: 'unknown' }, undefined],
] as const)(
  'what was seen of a target that is %s and was %s before',
  (status, before, more, text) => {
    expect(proofText(outcome(status, before, more))).toBe(text);
  },
);

test('what was not checked has no proof', () => {
  expect(proofText({ provider: 'toy', target: 'a', at: AT, status: 'revoked' })).toBeUndefined();
});

test.each([
  ['absent', {}, 'a: not found (list, 05:10:21Z). The request would be sent all the same.'],
  [
    'dead',
    { said: 'revoked' },
    'a: already revoked (list, 05:10:21Z). The request would be sent all the same.',
  ],
  [
    'dead',
    { said: 'expired' },
    'a: expired (list, 05:10:21Z). The request would be sent all the same.',
  ],
  ['active', {}, undefined],
] as const)('a dry run of a target that is %s (%o) says so', (before, more, text) => {
  expect(inactivePlan(outcome('planned', before, more))).toBe(text);
});
