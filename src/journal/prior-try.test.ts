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
