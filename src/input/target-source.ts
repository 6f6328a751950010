/**
 * Where targets come from: what the command line names, files and streams, read in pieces. A regular
 * file is read twice: once to find bad lines before anything is sent, and once to send.
 */
import type { TargetOrBadLine, TargetStream } from '../engine/target-stream.js';
import type { SourceNote } from './source-note.js';
import { createFingerprintSet } from '../engine/fingerprint-set.js';
import { shardOf } from './shard-of.js';
import type { Target } from '../contract/provider.js';
import { targetKey, type FingerprintSet } from '../engine/target-key.js';
import { badLines, openInput, type Input, type Keep, type ListOptions } from './open-input.js';
import type { Shard } from './shards.js';

export interface TargetSourceOptions extends ListOptions {
  readonly explicit: readonly Target[];
  /** Paths; `-` is stdin. */
  readonly from: readonly string[];
  /** Only these parts of the targets; all of them where there is none. */
  readonly shards: readonly Shard[];
}

export interface TargetSource {
  readonly origins: readonly SourceNote[];
  /** How many targets (duplicates counted) there are; undefined where a stream will tell. */
  readonly count: number | undefined;
  /**
   * No target at all is no mistake: a part of a list was taken that has none, or a JSON list of
   * secrets was empty. Known when all was read.
   */
  mayBeEmpty(): boolean;
  /** The first few, and what was seen of `count`. */
  readonly sample: readonly Target[];
  /** More than `most`: for --max. Reads at most `most` + 1 of a stream, and loses none. */
  hasMoreThan(most: number): Promise<boolean>;
  readonly source: TargetStream;
  /** Where the run remembers the targets it has seen; absent for a few. */
  readonly seen?: FingerprintSet;
}

const SAMPLE = 5;

/** Opens every input and checks the regular files among them. Throws a usage error; sends nothing. */
export async function openTargetSource(options: TargetSourceOptions): Promise<TargetSource> {
  const keep = keeper(options.shards);
  const inputs: Input[] = [argumentsOf(options, keep)];
  for (const from of options.from) inputs.push(await openInput(from, options, keep));
  const count = inputs.reduce<number | undefined>(
    (sum, input) =>
      sum === undefined || input.count === undefined ? undefined : sum + input.count,
    0,
  );
  const bad = inputs.flatMap((input) => input.bad ?? []);
  const hasNone = count === 0 && inputs.every(({ facts }) => facts.targets === 0);
  if (hasNone && bad.length > 0) throw badLines(bad);
  const { spec, shards } = options;
  return {
    origins: inputs.flatMap(({ origin }) => origin ?? []),
    count,
    mayBeEmpty() {
      const wasFiltered = shards.length > 0 && inputs.some(({ facts }) => facts.targets > 0);
      return wasFiltered || (spec.secret === true && inputs.some(({ facts }) => facts.hasList));
    },
    sample: inputs.flatMap(({ sample }) => sample).slice(0, SAMPLE),
    seen: createFingerprintSet(count),
    ...createStream(inputs, count, keep),
  };
}

/** The targets of all inputs, one after another, and how many there are at least. */
function createStream(
  inputs: readonly Input[],
  count: number | undefined,
  keep: Keep,
): Pick<TargetSource, 'hasMoreThan' | 'source'> {
  const items = readAll(inputs, keep);
  const held: TargetOrBadLine[][] = [];
  return {
    async hasMoreThan(most) {
      const met = createFingerprintSet();
      if (count !== undefined && count <= most) return false;
      const left = count === undefined ? items : readAll(inputs, keep);
      while (met.size <= most) {
        const next = await left.next();
        if (next.done) return false;
        if (count === undefined) held.push([...next.value]);
        for (const item of next.value) if (!('reason' in item)) met.add(targetKey(item));
      }
      return true;
    },
    source: {
      async next() {
        const early = held.shift();
        if (early) return early;
        const next = await items.next();
        return next.done ? undefined : next.value;
      },
    },
  };
}

function argumentsOf({ explicit, from }: TargetSourceOptions, keep: Keep): Input {
  const kept = explicit.filter(keep);
  const isOrigin = kept.length > 0 || from.length === 0;
  return {
    origin: isOrigin ? { kind: 'arguments', targets: explicit.map(({ id }) => id) } : undefined,
    count: kept.length,
    sample: kept.slice(0, SAMPLE),
    facts: { targets: explicit.length, hasList: false },
    async *read() {
      if (kept.length > 0) yield kept;
    },
  };
}

function keeper(shards: readonly Shard[]): Keep {
  if (shards.length === 0) return () => true;
  return (item) => {
    // A bad line belongs to one shard as well, so that n shards report it once.
    const key = 'reason' in item ? item.at : targetKey(item);
    return shards.some(({ index, count }) => shardOf(key, count) === index);
  };
}

async function* readAll(
  inputs: readonly Input[],
  keep: Keep,
): AsyncGenerator<readonly TargetOrBadLine[], undefined> {
  // Before anything is sent, every file is still what was read.
  for (const input of inputs) await input.assertAsChecked?.();
  for (const input of inputs) {
    for await (const items of input.read()) {
      const kept = items.filter(keep);
      if (kept.length > 0) yield kept;
    }
  }
  return undefined;
}
