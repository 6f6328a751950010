import fc from 'fast-check';
import { createFingerprintSet } from './fingerprint-set.js';

describe('the set of fingerprints', () => {
  test('of any keys has, adds and counts what a Set does', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'é', '🔑'), maxLength: 4 })),
        (keys) => {
          const fingerprints = createFingerprintSet();
          const model = new Set<string>();
          for (const key of keys) {
            expect(fingerprints.has(key)).toBe(model.has(key));
            expect(fingerprints.add(key)).toBe(!model.has(key));
            model.add(key);
            expect(fingerprints.has(key)).toBe(true);
          }
          expect(fingerprints.size).toBe(model.size);
        },
      ),
    );
  });

  test.each([0, 100, 10_000, 40_000])(
    'of 10,000 keys has each of them once, and no other, where %d were expected',
    (expected) => {
      const fingerprints = createFingerprintSet(expected);
      const count = 10_000;
      for (let index = 0; index < count; index++) {
        if (!fingerprints.add(`client-${index}`)) throw new Error(`client-${index} was met before`);
      }
      expect(fingerprints.size).toBe(count);
      for (let index = 0; index < count; index++) {
        if (!fingerprints.has(`client-${index}`)) throw new Error(`client-${index} was lost`);
        if (fingerprints.add(`client-${index}`)) throw new Error(`client-${index} was added twice`);
        if (fingerprints.has(`client-${index}x`))
          throw new Error(`client-${index}x was never added`);
      }
      expect(fingerprints.size).toBe(count);
    },
  );
});
