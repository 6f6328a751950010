import crypto from 'node:crypto';
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

  describe('of keys with hashes that were made for it', () => {
    afterEach(() => jest.restoreAllMocks());
    /** The key is its own hash, of 32 bytes. */
    const useKeys = () =>
      jest.spyOn(crypto, 'hash').mockImplementation(((_name: string, key: string) => key) as never);
    const HASH = String.fromCharCode(...Array.from({ length: 32 }, (_, at) => (at * 37 + 5) & 255));
    const withByte = (at: number, byte: number) =>
      HASH.slice(0, at) + String.fromCharCode(byte) + HASH.slice(at + 1);

    test('tells two apart by any one of 128 bits', () => {
      useKeys();
      for (let bit = 0; bit < 128; bit++) {
        const fingerprints = createFingerprintSet();
        const at = bit >> 3;
        const other = withByte(at, HASH.charCodeAt(at) ^ (1 << (bit & 7)));
        expect([bit, fingerprints.add(HASH), fingerprints.has(other)]).toEqual([bit, true, false]);
        expect([bit, fingerprints.add(other), fingerprints.add(HASH)]).toEqual([bit, true, false]);
      }
    });

    test('keeps one that begins with four bytes of zero, and others beside it', () => {
      useKeys();
      const fingerprints = createFingerprintSet();
      const zero = `\0\0\0\0${HASH.slice(4)}`;
      expect([fingerprints.add(zero), fingerprints.add(zero), fingerprints.has(zero)]).toEqual([
        true,
        false,
        true,
      ]);
      expect([fingerprints.has(HASH), fingerprints.add(HASH), fingerprints.size]).toEqual([
        false,
        true,
        2,
      ]);
    });
  });
});
