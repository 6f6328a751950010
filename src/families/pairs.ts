/** Tokens that are two halves: an ID and its secret, in two lines or in the members of an object. */
import type { TargetSpec, Vendor } from '../contract/index.js';
import type { Recogniser } from '../recognition/recogniser.js';

export interface Pairs {
  readonly halves: NonNullable<TargetSpec['halves']>;
  /** The pair in an object or in an object inside it, as one text; undefined where there is none. */
  ofObject(object: Readonly<Record<string, unknown>>): string | undefined;
}

export function createPairs(recogniser: Recogniser, vendors: readonly Vendor[]): Pairs {
  const prefixes = vendors
    .flatMap(({ revocable }) => revocable)
    .flatMap(({ pair, prefixes: own }) => (pair ? own : []));
  const hasPrefix = (line: string) => prefixes.some((prefix) => line.includes(prefix));
  return {
    halves: {
      mayBe: (line) => prefixes.length > 0 && (hasPrefix(line) || SECRET_NAME.test(line)),
      make: (first, second) =>
        hasPrefix(first) !== hasPrefix(second) &&
        !isPair(recogniser, first) &&
        isPair(recogniser, `${first} ${second}`),
    },
    ofObject(object) {
      const values = Object.values(object);
      const inner = values.filter((value) => typeof value === 'object' && value !== null);
      return [object, ...(inner as object[])]
        .map((members) => Object.values(members).filter((value) => typeof value === 'string'))
        .map((texts) => texts.join(' '))
        .find((text) => text.length < LONGEST && hasPrefix(text) && isPair(recogniser, text));
    },
  };
}

const LONGEST = 10_000;

/** `AWS_SECRET_ACCESS_KEY=`: the half that stands before its ID in some files. */
const SECRET_NAME = /secret\w{0,20}key\W/i;

function isPair(recogniser: Recogniser, text: string): boolean {
  const [one, ...others] = recogniser.recogniseAll(text);
  const recognised = one?.recognised;
  return (
    others.length === 0 && recognised?.kind === 'family' && (recognised.parts?.length ?? 0) > 1
  );
}
