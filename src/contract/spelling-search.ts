/**
 * Whether any of many texts stands in another one, without a look at each of its characters (Wu and
 * Manber, 1994): nearly all that is written holds no secret, and all of it is searched for them.
 */

/** Characters that are looked at together. */
const BLOCK = 3;
/** A power of two. */
const BLOCKS = 32 * 1024;
/** No more of a text than this decides how far the search may skip. */
const LONGEST = 64;

export interface SpellingSearch {
  /** Where the first of them may begin, at `from` or later: none begins before. -1: none does. */
  next(text: string, from: number): number;
}

/** @param spellings each of three characters or more */
export function createSpellingSearch(spellings: Iterable<string>): SpellingSearch {
  const all = [...spellings];
  const length = all.reduce((least, { length: own }) => Math.min(least, own), LONGEST);
  // A block that stands in the first characters of no spelling: none of them ends before it is past.
  const skips = new Uint8Array(BLOCKS).fill(length - BLOCK + 1);
  for (const spelling of all) {
    for (let end = BLOCK; end <= length; end++) {
      const block = blockAt(spelling, end - BLOCK);
      skips[block] = Math.min(skips[block] as number, length - end);
    }
  }
  return {
    next(text, from) {
      for (let end = from + length; end <= text.length;) {
        const skip = skips[blockAt(text, end - BLOCK)] as number;
        if (skip === 0) return end - length;
        end += skip;
      }
      return -1;
    },
  };
}

/** A hash of the three characters at a place. */
function blockAt(text: string, at: number): number {
  return (
    ((text.charCodeAt(at) << 8) ^ (text.charCodeAt(at + 1) << 4) ^ text.charCodeAt(at + 2)) &
    (BLOCKS - 1)
  );
}
