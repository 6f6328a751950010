import { fingerprintOf, shortFingerprintOf } from './fingerprint.js';

test('a fingerprint is the first 128 bits of the SHA-256 of a secret, and a short one 48 of them', () => {
  // printf hunter2 | sha256sum
  expect(fingerprintOf('hunter2')).toBe('sha256:f52fbd32b2b3b86ff88ef6c490628285');
  expect(shortFingerprintOf('hunter2')).toBe('sha256:f52fbd32b2b3');
});
