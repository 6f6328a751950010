import fc from 'fast-check';
import { shardOf } from './shard-of.js';

describe('the shard of a target', () => {
  test('every target belongs to exactly one of the shards, for any number of shards', () => {
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
  ])(
    '%s falls into the same of %i shards on every machine and in every version',
    (key, count, index) => {
      expect(shardOf(key, count)).toBe(index);
    },
  );

  test('4,000 targets fall into four shards of about equal size', () => {
    const sizes = [0, 0, 0, 0];
    for (let index = 0; index < 4000; index++) {
      const part = shardOf(`jti_${index}`, 4);
      sizes[part] = (sizes[part] ?? 0) + 1;
    }
    for (const size of sizes) expect(Math.abs(size - 1000)).toBeLessThan(150);
  });
});
