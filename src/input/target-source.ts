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
import { createFoundRows, type FoundRows } from './found-rows.js';
import { listSpec } from './list-spec.js';
import { badLines, openInput, type Input, type Keep, type ListOptions } from './open-input.js';
import type { Shard } from './shards.js';
import { sumSentence } from './sum.js';

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
  /** What was read before anything is sent, of reports and tables. */
  readonly rows?: ReadRows;
  /** To be told of each target that was met before. */
  onDuplicate?(): void;
  /** How many were left out so far because they were there before. */
  duplicatesSoFar?(): number;
  /** The sum of all lists that were handed on, where not every line was a target to revoke. */
  sumAtEnd?(): string | undefined;
  /** Where the run remembers the targets it has seen; absent for a few. */
  readonly seen?: FingerprintSet;
}

/** The rows of reports and tables. */
export interface ReadRows {
  /** Tokens were found in lists that were read whole. */
  readonly found?: FoundRows;
  /** Reports were read, and none has a row. */
  readonly hasNoFindings: boolean;
  /** The sums, then the rows that cannot be used: ten of them, or all. */
  lines(all: boolean): readonly string[];
}

const SAMPLE = 5;

/** Opens every input and checks the regular files among them. Throws a usage error; sends nothing. */
export async function openTargetSource(options: TargetSourceOptions): Promise<TargetSource> {
  const keep = keeper(options.shards);
  const spec = listSpec(options.spec);
  const areSeveral = options.from.length > 1;
  const found = spec.findTokens && createFoundRows({ spec, keep, areSeveral });
  const inputs: Input[] = [argumentsOf(options, keep)];
  for (const from of options.from)
    inputs.push(await openInput(from, { ...options, spec, found }, keep));
  const count = inputs.reduce<number | undefined>(
    (sum, input) =>
      sum === undefined || input.count === undefined ? undefined : sum + input.count,
    0,
  );
  const bad = inputs.flatMap((input) => input.bad ?? []);
  const wholes = inputs.flatMap(({ whole }) => whole ?? []);
  const hasNone = count === 0 && inputs.every(({ facts }) => facts.targets === 0);
  if (hasNone && wholes.length === 0 && bad.length > 0) throw badLines(bad);
  const { shards } = options;
  const rows = readRows(inputs, found);
  return {
    origins: inputs.flatMap(({ origin }) => origin ?? []),
    get count() {
      return count === undefined ? undefined : count + (found?.size ?? 0);
    },
    mayBeEmpty() {
      const wasFiltered = shards.length > 0 && inputs.some(({ facts }) => facts.targets > 0);
      const isOfOthers = (found?.sum.counts.leftOut.get('other_part') ?? 0) > 0;
      const hasList = spec.secret === true && inputs.some(({ facts }) => facts.hasList);
      return wasFiltered || isOfOthers || hasList;
    },
    get sample() {
      const all = [
        ...(found?.targets ?? []).slice(0, SAMPLE),
        ...inputs.flatMap((it) => it.sample),
      ];
      return all.slice(0, SAMPLE);
    },
    seen: createFingerprintSet(count === undefined ? undefined : count + (found?.size ?? 0)),
    ...(rows && { rows }),
    ...createStream(found ? [...inputs, inputOf(found)] : inputs, {
      keep,
      most: () => (count === undefined ? undefined : count + (found?.size ?? 0)),
      isSummed: rows === undefined && options.from.length > 0,
    }),
  };
}

function inputOf(found: FoundRows): Input {
  return {
    origin: undefined,
    count: 0,
    sample: [],
    facts: { targets: 0, hasList: false },
    async *read() {
      if (found.targets.length > 0) yield found.targets;
    },
  };
}

function readRows(inputs: readonly Input[], found: FoundRows | undefined): ReadRows | undefined {
  const wholes = inputs.flatMap(({ whole }) => whole ?? []);
  const tables = inputs.flatMap(({ tableSum }) => tableSum ?? []);
  if (wholes.length === 0 && tables.length === 0) return undefined;
  if (wholes.length === 0 || !found) return { hasNoFindings: false, lines: () => tables };
  return {
    found,
    hasNoFindings: wholes.some(({ isReport }) => isReport) && !found.hasRows,
    lines: (all) => [...tables, ...found.sum.lines({ all })],
  };
}

interface StreamParts {
  readonly keep: Keep;
  /** How many targets there are at most, where that is known. */
  most(): number | undefined;
  /** The sum of the lists is not told before. */
  readonly isSummed: boolean;
}

/** The targets of all inputs, one after another, and how many there are at least. */
function createStream(
  inputs: readonly Input[],
  { keep, most: mostOf, isSummed }: StreamParts,
): Pick<TargetSource, 'hasMoreThan' | 'source' | 'onDuplicate' | 'duplicatesSoFar' | 'sumAtEnd'> {
  const items = readAll(inputs, keep);
  const held: TargetOrBadLine[][] = [];
  let given = 0;
  let bad = 0;
  let duplicates = 0;

  function counted(some: readonly TargetOrBadLine[]): readonly TargetOrBadLine[] {
    given += some.length;
    for (const item of some) if ('reason' in item) bad += 1;
    return some;
  }

  return {
    onDuplicate: () => void (duplicates += 1),
    duplicatesSoFar: () => duplicates,
    sumAtEnd() {
      if (!isSummed || duplicates + bad === 0) return undefined;
      return sumSentence({ taken: given - bad - duplicates, duplicates, bad });
    },
    async hasMoreThan(most) {
      const count = mostOf();
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
        if (early) return counted(early);
        const next = await items.next();
        return next.done ? undefined : counted(next.value);
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
