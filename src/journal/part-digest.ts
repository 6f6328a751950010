/**
 * The SHA-256 of a part of a journal, taken while it is written. A short part is hashed here:
 * loading node:crypto takes longer than all else that its journal costs.
 */
import type { Hash } from 'node:crypto';

export interface PartDigest {
  update(bytes: Uint8Array): void;
  /** In hex. Ends the digest. */
  end(): Promise<string>;
}

/** @param hash for a part that may be long; without it the part is kept in memory until its end. */
export function createPartDigest(hash: Hash | undefined): PartDigest {
  if (hash) {
    return { update: (bytes) => void hash.update(bytes), end: async () => hash.digest('hex') };
  }
  const pieces: Uint8Array[] = [];
  return {
    update: (bytes) => void pieces.push(bytes),
    async end() {
      const bytes = Buffer.concat(pieces);
      if (bytes.length <= SHORT_BYTES) return sha256(bytes);
      const { createHash } = await import('node:crypto');
      return createHash('sha256').update(bytes).digest('hex');
    },
  };
}

const SHORT_BYTES = 8 * 1024;

/** SHA-256 (FIPS 180-4) in hex, for a few kilobytes. */
export function sha256(bytes: Uint8Array): string {
  const padded = new Uint8Array(Math.ceil((bytes.length + 9) / 64) * 64);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor(bytes.length / 2 ** 29));
  view.setUint32(padded.length - 4, bytes.length << 3);
  const state = wordsOf(FIRST_STATE);
  const constants = wordsOf(CONSTANTS);
  const words = new Int32Array(64);
  for (let at = 0; at < padded.length; at += 64) {
    for (let index = 0; index < 16; index++) words[index] = view.getInt32(at + index * 4);
    compress(state, words, constants);
  }
  return Array.from(state, (word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}

/** Unrolled by hand: it runs in a process that ends before anything is optimised. */
function compress(state: Int32Array, words: Int32Array, constants: Int32Array): void {
  for (let index = 16; index < 64; index++) {
    const old = words[index - 15] as number;
    const late = words[index - 2] as number;
    const low = ((old >>> 7) | (old << 25)) ^ ((old >>> 18) | (old << 14)) ^ (old >>> 3);
    const high = ((late >>> 17) | (late << 15)) ^ ((late >>> 19) | (late << 13)) ^ (late >>> 10);
    words[index] = (words[index - 16] as number) + low + (words[index - 7] as number) + high;
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let index = 0; index < 64; index++) {
    const mixed = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const chosen = (e & f) ^ (~e & g);
    const word = (constants[index] as number) + (words[index] as number);
    const first = (h + mixed + chosen + word) | 0;
    const spread = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const second = spread + ((a & b) ^ (a & c) ^ (b & c));
    h = g;
    g = f;
    f = e;
    e = (d + first) | 0;
    d = c;
    c = b;
    b = a;
    a = (first + second) | 0;
  }
  const after = [a, b, c, d, e, f, g, h];
  for (let index = 0; index < 8; index++) {
    state[index] = (state[index] as number) + (after[index] as number);
  }
}

function wordsOf(hex: string): Int32Array {
  return Int32Array.from(hex.split(' '), (word) => parseInt(word, 16));
}

/** The fractions of the square roots of the first 8 primes, and of the cube roots of the first 64. */
const FIRST_STATE = '6a09e667 bb67ae85 3c6ef372 a54ff53a 510e527f 9b05688c 1f83d9ab 5be0cd19';
const CONSTANTS =
  '428a2f98 71374491 b5c0fbcf e9b5dba5 3956c25b 59f111f1 923f82a4 ab1c5ed5 ' +
  'd807aa98 12835b01 243185be 550c7dc3 72be5d74 80deb1fe 9bdc06a7 c19bf174 ' +
  'e49b69c1 efbe4786 0fc19dc6 240ca1cc 2de92c6f 4a7484aa 5cb0a9dc 76f988da ' +
  '983e5152 a831c66d b00327c8 bf597fc7 c6e00bf3 d5a79147 06ca6351 14292967 ' +
  '27b70a85 2e1b2138 4d2c6dfc 53380d13 650a7354 766a0abb 81c2c92e 92722c85 ' +
  'a2bfe8a1 a81a664b c24b8b70 c76c51a3 d192e819 d6990624 f40e3585 106aa070 ' +
  '19a4c116 1e376c08 2748774c 34b0bcb5 391c0cb3 4ed8aa4a 5b9cca4f 682e6ff3 ' +
  '748f82ee 78a5636f 84c87814 8cc70208 90befffa a4506ceb bef9a3f7 c67178f2';
