/**
 * Which targets have been seen, by a 128-bit fingerprint each: exact for any real list, and 16 bytes
 * in a typed array instead of a string in a Set.
 */
import { hash } from 'node:crypto';
import type { FingerprintSet } from './target-key.js';

/** Segments grow one at a time, so that growing never holds a second copy of everything. */
const SEGMENTS = 64;
const FIRST_SLOTS = 64;
const FULLEST = 0.8;
/** Segments are never filled alike. */
const SPARE = 1.05;
/** Little, so that little stands empty: what is copied more for it costs less than the memory. */
const GROWTH = 1.25;

interface Segment {
  /** Four words a slot; a first word of 0 means empty. */
  words: Uint32Array;
  used: number;
}

/** @param expected how many keys will be added, where that is known: then nothing need grow. */
export function createFingerprintSet(expected = 0): FingerprintSet {
  const slots = Math.ceil((expected / SEGMENTS / FULLEST) * SPARE);
  // Each starts a little larger than the one before it, so that they never grow all at once.
  const segments = Array.from({ length: SEGMENTS }, (_, place): Segment => {
    const least = Math.ceil(FIRST_SLOTS * GROWTH ** (place / SEGMENTS));
    return { words: new Uint32Array(Math.max(least, slots) * 4), used: 0 };
  });
  const print = new Uint32Array(4);
  let size = 0;

  function segmentFor(key: string): Segment {
    // One call for all of it, and as text: a fifth of what a Hash object and a Buffer cost.
    const digest = hash('sha256', key, 'binary');
    for (let word = 0; word < 4; word++) print[word] = wordAt(digest, word * 4);
    if (print[0] === 0) print[0] = 1;
    return segments[digest.charCodeAt(31) % SEGMENTS] as Segment;
  }

  return {
    add(key) {
      const segment = segmentFor(key);
      if (segment.used >= (segment.words.length / 4) * FULLEST) grow(segment);
      const slot = locate(segment.words, print);
      if (segment.words[slot] !== 0) return false;
      put(segment.words, slot, print);
      segment.used += 1;
      size += 1;
      return true;
    },
    has(key) {
      const segment = segmentFor(key);
      return segment.words[locate(segment.words, print)] !== 0;
    },
    get size() {
      return size;
    },
  };
}

function wordAt(digest: string, at: number): number {
  return (
    (digest.charCodeAt(at) |
      (digest.charCodeAt(at + 1) << 8) |
      (digest.charCodeAt(at + 2) << 16) |
      (digest.charCodeAt(at + 3) << 24)) >>>
    0
  );
}

/** The slot that holds the print, or the empty one where it belongs (linear probing). */
function locate(words: Uint32Array, print: Uint32Array): number {
  const slots = words.length / 4;
  for (let index = (print[1] as number) % slots; ; index = (index + 1) % slots) {
    const at = index * 4;
    if (words[at] === 0) return at;
    if (
      words[at] === print[0] &&
      words[at + 1] === print[1] &&
      words[at + 2] === print[2] &&
      words[at + 3] === print[3]
    ) {
      return at;
    }
  }
}

function grow(segment: Segment): void {
  const old = segment.words;
  const bigger = new Uint32Array(Math.ceil((old.length / 4) * GROWTH) * 4);
  const print = new Uint32Array(4);
  for (let at = 0; at < old.length; at += 4) {
    if (old[at] === 0) continue;
    for (let word = 0; word < 4; word++) print[word] = old[at + word] as number;
    put(bigger, locate(bigger, print), print);
  }
  segment.words = bigger;
}

function put(words: Uint32Array, slot: number, print: Uint32Array): void {
  for (let word = 0; word < 4; word++) words[slot + word] = print[word] as number;
}
