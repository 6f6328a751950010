/** As many items as fit into so many bytes: the page of a million targets is a page still. */

interface Budget<T> {
  /** How long what was made is, in characters. */
  readonly lengthOf: (made: T) => number;
  readonly bytes: number;
}

/** The first item is always taken. */
export function withinBudget<Item, T>(
  items: readonly Item[],
  make: (item: Item) => T,
  { lengthOf, bytes }: Budget<T>,
): readonly T[] {
  const made: T[] = [];
  let used = 0;
  for (const item of items) {
    const one = make(item);
    used += lengthOf(one);
    if (made.length > 0 && used > bytes) break;
    made.push(one);
  }
  return made;
}
