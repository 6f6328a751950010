import { createHash } from 'node:crypto';
import { createPartDigest, sha256 } from './part-digest.js';

const hexOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const made = (length: number) => Uint8Array.from({ length }, (_, at) => (at * 131 + 7) & 255);

test.each([0, 1, 3, 54, 55, 56, 57, 63, 64, 65, 119, 120, 128, 1000, 8192])(
  'the SHA-256 of %i bytes is that of node:crypto',
  (length) => {
    expect(sha256(made(length))).toBe(hexOf(made(length)));
  },
);

test.each([0, 100, 8191, 8192, 8193, 9000])(
  'a part of %i bytes has one hash, whoever takes it and in whatever pieces',
  async (length) => {
    const bytes = made(length);
    const digests = [createPartDigest(undefined), createPartDigest(createHash('sha256'))];
    for (const digest of digests) {
      digest.update(bytes.subarray(0, 50));
      digest.update(bytes.subarray(50));
      expect(await digest.end()).toBe(hexOf(bytes));
    }
  },
);
