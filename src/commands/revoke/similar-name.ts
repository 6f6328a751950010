/** Words that were nearly typed. */

/** The name that a word is, or nearly is: one slip in a short word, two in a longer one. */
export function similarName(word: string, names: ReadonlySet<string>): string | undefined {
  if (names.has(word)) return word;
  const lower = word.toLowerCase();
  return [...names].find((name) => {
    const slips = name.length <= 4 ? 1 : 2;
    return Math.abs(name.length - lower.length) <= slips && distance(lower, name) <= slips;
  });
}

/** Damerau-Levenshtein distance (adjacent swaps count once). */
export function distance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, (before[j - 2] ?? 0) + 1);
      }
      next.push(best);
    }
    before = row;
    row = next;
  }
  return row[b.length] ?? 0;
}
