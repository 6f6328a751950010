/**
 * The items of a list inside a JSON document. A document that has a target of its own beside the
 * list, or a second list, says two things: its items are no targets.
 */
import { KEY_TWICE, LONGEST, readValue, type InputRecord } from './input-record.js';

/** The keys of a document that mean something here. */
export interface DocumentKeys {
  /** Those that hold an array of records. */
  readonly lists: readonly string[];
  /** Those that hold one target. */
  readonly targets: readonly string[];
}

export interface DocumentItems {
  /** A list starts. @param before the document as far as it was read, closed; undefined if too long */
  open(before: string | undefined): void;
  add(record: InputRecord, length: number): void;
  /** The document is complete: gives its items, or answers why they are not given. */
  close(text: string | undefined, line: number, members: number): string | undefined;
  /** The document ends in the middle: what it has given so far stands. */
  breakOff(): void;
}

/**
 * Items are held until the document ends, up to the length that one value may have. In a longer
 * document what stands before the list decides; what stands after it is reported at its end.
 */
export function createDocumentItems(
  keys: DocumentKeys,
  give: (record: InputRecord) => void,
): DocumentItems {
  let held: InputRecord[] = [];
  let size = 0;
  let isRefused = false;

  function flush(): void {
    if (!isRefused) for (const record of held) give(record);
    held = [];
  }

  return {
    open(before) {
      const { value } = readValue(before, 1);
      isRefused ||= saysTwoThings(value, keys) !== undefined;
    },
    add(record, length) {
      if (isRefused) return;
      size += length;
      held.push(record);
      if (size > LONGEST) flush();
    },
    close(text, line, members) {
      const { bad, value } = readValue(text, line, members);
      const twoThings = saysTwoThings(value, keys);
      isRefused ||= twoThings !== undefined || bad === KEY_TWICE;
      const reason = twoThings ?? outside(text, bad);
      flush();
      isRefused = false;
      size = 0;
      return reason;
    },
    breakOff() {
      flush();
      isRefused = false;
      size = 0;
    },
  };
}

/** Why an object cannot be read: more than one of its keys says what the targets are. */
export function saysTwoThings(
  value: unknown,
  { lists, targets }: DocumentKeys,
): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const has = (key: string) => Object.hasOwn(value, key) && (value as Members)[key] !== null;
  const named = lists.filter(has);
  if (named.length > 1) return `an object with two lists: ${named.join(', ')}`;
  const target = named.length === 0 ? undefined : targets.find(has);
  return target && `an object with a target and a list of targets: ${target}, ${named[0]}`;
}

type Members = Readonly<Record<string, unknown>>;

function outside(text: string | undefined, bad: string | undefined): string | undefined {
  if (text === undefined || bad === undefined) return undefined;
  return bad === KEY_TWICE ? bad : `${bad} outside of its list`;
}
