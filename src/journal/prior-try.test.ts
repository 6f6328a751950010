import { active, inactive } from '../contract/lane.js';
import { priorTry, seenBefore } from './prior-try.js';

const AT = Date.parse('2030-01-01T00:00:00Z');

test('how a target was seen active is kept, so that a resume compares like with like', () => {
  const seen = seenBefore({ result: { ...active(), method: 'userinfo' }, at: AT });
  const prior = { priorState: () => AT, priorSeen: () => seen };
  expect(priorTry(prior, 'a key')).toEqual({
    triedAt: AT,
    before: { result: { ...active({ expiresAt: undefined }), method: 'userinfo' }, at: AT },
  });
});

test('a way that the lane has alone is not written', () => {
  expect(seenBefore({ result: inactive(), at: AT })).not.toHaveProperty('method');
});

test('a look is kept with its expiry, and a target that was seen active is given back with both', () => {
  const seen = seenBefore({ result: active({ expiresAt: AT + 5000 }), at: AT });
  expect(seen).toStrictEqual({
    state: 'active',
    checked_at: '2030-01-01T00:00:00.000Z',
    expires_at: '2030-01-01T00:00:05.000Z',
  });
  const prior = { priorState: () => 7, priorSeen: () => seen };
  expect(priorTry(prior, 'a key')).toStrictEqual({
    triedAt: 7,
    before: { result: active({ expiresAt: AT + 5000 }), at: AT },
  });
});

test('a look that shows no expiry writes none', () => {
  expect(seenBefore({ result: active(), at: AT })).toStrictEqual({
    state: 'active',
    checked_at: '2030-01-01T00:00:00.000Z',
  });
  const gone = { ...inactive(), expiresAt: AT } as ReturnType<typeof inactive>;
  expect(seenBefore({ result: gone, at: AT })).not.toHaveProperty('expires_at');
});

test('only what was seen active counts as a look before: nothing else proves a revocation', () => {
  const seen = seenBefore({ result: inactive(), at: AT });
  expect(priorTry({ priorState: () => 7, priorSeen: () => seen }, 'a key')).toStrictEqual({
    triedAt: 7,
  });
  expect(priorTry({ priorState: () => 7, priorSeen: () => undefined }, 'a key')).toStrictEqual({
    triedAt: 7,
  });
});

test.each(['done', undefined] as const)('a target that is %s was not tried', (state) => {
  const seen = seenBefore({ result: active(), at: AT });
  expect(priorTry({ priorState: () => state, priorSeen: () => seen }, 'a key')).toBe(state);
});
