import { fingerprintOf } from '../contract/fingerprint.js';
import { createKeySet, targetKey } from './target-key.js';

test('what tells two secrets apart is longer than what their ids show, and shows no secret', () => {
  expect(targetKey({ id: 'jti_1' })).toBe('jti_1');
  const key = targetKey({ id: 'sha256:abc', dedupKey: fingerprintOf('hunter2') });
  // printf hunter2 | sha256sum
  expect(key).toBe('sha256:f52fbd32b2b3b86ff88ef6c490628285');
});

test('a set of a few keys has what was added to it, and counts it once', () => {
  const keys = createKeySet();
  expect([keys.has('a'), keys.size]).toEqual([false, 0]);
  expect([keys.add('a'), keys.add('a'), keys.add('b')]).toEqual([true, false, true]);
  expect([keys.has('a'), keys.has('c'), keys.size]).toEqual([true, false, 2]);
});
