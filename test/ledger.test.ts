import fc from 'fast-check';
import { fingerprintOf } from '../src/contract/fingerprint.js';
import { createFingerprintSet } from '../src/engine/fingerprint-set.js';
import { shardOf } from '../src/input/shard-of.js';
import { targetKey } from '../src/engine/target-key.js';

describe('the ledger', () => {
  test('tells what a Set tells, for any keys', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.string({ unit: 'binary' }))), (keys) => {
        const ledger = createFingerprintSet();
        const set = new Set<string>();
        for (const key of keys) {
          expect(ledger.has(key)).toBe(set.has(key));
          expect(ledger.add(key)).toBe(!set.has(key));
          set.add(key);
          expect(ledger.has(key)).toBe(true);
        }
        expect(ledger.size).toBe(set.size);
      }),
    );
  });

  test('loses and invents nothing while it grows', () => {
    const ledger = createFingerprintSet();
    const count = 50_000;
    for (let index = 0; index < count; index++) {
      if (!ledger.add(`client-${index}`)) throw new Error(`client-${index} was met before`);
    }
    expect(ledger.size).toBe(count);
    for (let index = 0; index < count; index++) {
      if (!ledger.has(`client-${index}`)) throw new Error(`client-${index} was lost`);
      if (ledger.add(`client-${index}`)) throw new Error(`client-${index} was added twice`);
      if (ledger.has(`client-${index}x`)) throw new Error(`client-${index}x was never added`);
    }
    expect(ledger.size).toBe(count);
  });
});

test('what tells two secrets apart is longer than what their ids show, and shows no secret', () => {
  expect(targetKey({ id: 'jti_1' })).toBe('jti_1');
  const key = targetKey({ id: 'sha256:abc', dedupKey: fingerprintOf('hunter2') });
  // printf hunter2 | sha256sum
  expect(key).toBe('sha256:f52fbd32b2b3b86ff88ef6c490628285');
});

describe('shards', () => {
  test('every key belongs to exactly one part', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.integer({ min: 1, max: 50 }), (keys, count) => {
        const parts = Array.from({ length: count }, (_, index) =>
          keys.filter((key) => shardOf(key, count) === index),
        );
        expect(parts.flat().sort()).toEqual([...keys].sort());
      }),
    );
  });

  // By sha256 of "shard", NUL and the key; its first 32 bits, modulo the count.
  test.each([
    ['jti_1', 4, 1],
    ['jti_2', 4, 3],
    ['clientId:bob', 4, 3],
    ['clientId:bob', 7, 2],
    ['ключ', 1000, 780],
  ])('%s of %i stays where it is, on every machine and in every version', (key, count, index) => {
    expect(shardOf(key, count)).toBe(index);
  });

  test('the parts are about equal', () => {
    const sizes = [0, 0, 0, 0];
    for (let index = 0; index < 4000; index++) {
      const part = shardOf(`jti_${index}`, 4);
      sizes[part] = (sizes[part] ?? 0) + 1;
    }
    for (const size of sizes) expect(Math.abs(size - 1000)).toBeLessThan(150);
  });
});
