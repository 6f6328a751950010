/** Parts of the targets: `--shard i/n`. */
import { usageError } from '../contract/errors.js';
import { quoteUnlessSecret } from '../contract/text.js';

export interface Shard {
  /** From 0. */
  readonly index: number;
  readonly count: number;
}

/** `i/n`, i from 1 to n. */
export function shardFrom(text: string | undefined): Shard | undefined {
  if (text === undefined) return undefined;
  const match = /^(\d{1,6})\/(\d{1,6})$/.exec(text);
  const index = Number(match?.[1]);
  const of = Number(match?.[2]);
  if (match && index >= 1 && index <= of) return { index: index - 1, count: of };
  throw usageError(
    `--shard takes i/n with i from 1 to n, not ${quoteUnlessSecret(text)}`,
    '--shard 1/4',
  );
}

/** The parts that a journal names, with a comma between them. */
export function shardsFrom(text: string | undefined): readonly Shard[] {
  return (text?.split(',') ?? []).flatMap((part) => shardFrom(part) ?? []);
}
