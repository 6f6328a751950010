import { crc32 as zlibCrc32 } from 'node:zlib';
import fc from 'fast-check';
import { crc32 } from './checksum.js';

test('the checksum of any part of any bytes, continued from any other, is that of zlib', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 300 }),
      fc.nat(300),
      fc.nat(300),
      fc.integer({ min: 0, max: 0xffffffff }),
      (bytes, one, other, seed) => {
        const [from = 0, to = 0] = [one, other]
          .map((place) => Math.min(place, bytes.length))
          .sort((first, second) => first - second);
        // Of no bytes at all zlib answers 0, whatever is continued.
        const known = from === to ? seed : zlibCrc32(bytes.subarray(from, to), seed);
        expect(crc32(bytes, { from, to, seed })).toBe(known);
      },
    ),
  );
});
