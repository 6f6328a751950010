/**
 * Where targets come from: what the command line names, files and streams, read in pieces. A regular
 * file is read twice: once to find bad lines before anything is sent, and once to send.
 */
import { createHash } from 'node:crypto';
import { StringDecoder } from 'node:string_decoder';
import type { TargetOrBadLine, TargetStream } from '../engine/target-stream.js';
import { usageError, type RevokeError } from '../contract/errors.js';
import { regularFile, streamOf, type RegularFile, type StreamOptions } from './byte-source.js';
import { assertAsChecked, changed, isHashed, isSameState, noteOf } from './file-state.js';
import type { SourceNote } from './source-note.js';
import { createFingerprintSet } from '../engine/fingerprint-set.js';
import { shardOf } from './shard-of.js';
import type { Target, TargetSpec } from '../contract/provider.js';
import { createRecordReader } from './record-reader.js';
import { targetKey, type FingerprintSet } from '../engine/target-key.js';
import { itemsOf, keysOf } from './parse-targets.js';
import type { Shard } from './shards.js';

export interface TargetSourceOptions extends StreamOptions {
  readonly explicit: readonly Target[];
  /** Paths; `-` is stdin. */
  readonly from: readonly string[];
  readonly spec: TargetSpec;
  readonly kind?: string | undefined;
  /** Only these parts of the targets; all of them where there is none. */
  readonly shards: readonly Shard[];
  /** Any bad line ends the run before anything is sent, in streams too far as they were read. */
  readonly strict: boolean;
  /** Hears of every target of a list, once, as it is first read. */
  readonly onTarget?: (target: Target, at: string) => void;
}

export interface TargetSource {
  readonly origins: readonly SourceNote[];
  /** How many targets (duplicates counted) there are; undefined where a stream will tell. */
  readonly count: number | undefined;
  /** Only a part of the targets was taken: none at all is no mistake. */
  readonly sharded: boolean;
  /** The first few, and what was seen of `count`. */
  readonly sample: readonly Target[];
  /** More than `most`: for --max. Reads at most `most` + 1 of a stream, and loses none. */
  hasMoreThan(most: number): Promise<boolean>;
  readonly source: TargetStream;
  /** Where the run remembers what it met; absent for a handful. */
  readonly seen?: FingerprintSet;
}

const SAMPLE = 5;

/** Opens every input and checks the regular files among them. Throws a usage fault; sends nothing. */
export async function openTargetSource(options: TargetSourceOptions): Promise<TargetSource> {
  const keep = keeper(options.shards);
  const explicit = options.explicit.filter(keep);
  const origins: SourceNote[] = [];
  if (explicit.length > 0 || options.from.length === 0) {
    origins.push({ kind: 'arguments', targets: options.explicit.map(({ id }) => id) });
  }
  const sample: Target[] = explicit.slice(0, SAMPLE);
  let count: number | undefined = explicit.length;
  const checks: (() => Promise<void>)[] = [];
  const parts: (() => AsyncIterable<readonly TargetOrBadLine[]>)[] = [
    async function* () {
      // Before anything is sent, every file is still what was read.
      for (const check of checks) await check();
      if (explicit.length > 0) yield explicit;
    },
  ];
  for (const from of options.from) {
    const file = await regularFile(from, options.stdin.fd);
    if (!file) {
      count = undefined;
      const name = from === '-' ? 'stdin' : from;
      origins.push({ kind: 'stream', name });
      parts.push(() => strictly(readItems(streamOf(from, options), name, options), options.strict));
      continue;
    }
    const seen = await inspect(file, from, options, keep, sample);
    if (count !== undefined) count += seen.count;
    origins.push(
      from === '-' ? { kind: 'stream', name: 'stdin' } : noteOf(from, file, seen.sha256),
    );
    checks.push(() => assertAsChecked(file, from, seen.sha256));
    parts.push(() => unchanged(file, seen.sha256, from, options));
  }
  const items = flatten(parts, keep);
  const held: TargetOrBadLine[][] = [];
  return {
    origins,
    count,
    sharded: options.shards.length > 0,
    sample,
    seen: createFingerprintSet(),
    async hasMoreThan(most) {
      const met = createFingerprintSet();
      if (count !== undefined && count <= most) return false;
      let left = items;
      if (count !== undefined) left = flatten(parts, keep);
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

function keeper(shards: readonly Shard[]): (item: TargetOrBadLine) => boolean {
  if (shards.length === 0) return () => true;
  return (item) => {
    // A bad line belongs to one shard as well, so that n shards report it once.
    const key = 'reason' in item ? item.at : targetKey(item);
    return shards.some(({ index, count }) => shardOf(key, count) === index);
  };
}

async function* flatten(
  parts: readonly (() => AsyncIterable<readonly TargetOrBadLine[]>)[],
  keep: (item: TargetOrBadLine) => boolean,
): AsyncGenerator<readonly TargetOrBadLine[], undefined> {
  for (const part of parts) {
    for await (const items of part()) {
      const kept = items.filter(keep);
      if (kept.length > 0) yield kept;
    }
  }
  return undefined;
}

async function* readItems(
  pieces: AsyncIterable<Buffer>,
  name: string,
  { spec, kind }: TargetSourceOptions,
  onBytes?: (bytes: Buffer) => void,
): AsyncGenerator<TargetOrBadLine[]> {
  const decoder = new StringDecoder('utf8');
  const reader = createRecordReader(keysOf(spec));
  const toItems = (records: ReturnType<typeof reader.push>) =>
    records.flatMap((record) => itemsOf(record, `${name}:${record.line}`, spec, kind));
  for await (const bytes of pieces) {
    onBytes?.(bytes);
    const items = toItems(reader.push(decoder.write(bytes)));
    if (items.length > 0) yield items;
  }
  const rest = toItems([...reader.push(decoder.end()), ...reader.end()]);
  if (rest.length > 0) yield rest;
}

async function* strictly(
  items: AsyncIterable<TargetOrBadLine[]>,
  strict: boolean,
): AsyncGenerator<TargetOrBadLine[]> {
  for await (const some of items) {
    const bad = strict ? some.find((item) => 'reason' in item) : undefined;
    if (bad && 'reason' in bad) throw badLines([bad]);
    yield some;
  }
}

/** The first reading of a regular file: every bad line is told before anything is sent. */
async function inspect(
  file: RegularFile,
  name: string,
  options: TargetSourceOptions,
  keep: (item: TargetOrBadLine) => boolean,
  sample: Target[],
): Promise<{ count: number; sha256: string | undefined }> {
  const hash = isHashed(file) ? createHash('sha256') : undefined;
  const bad: { at: string; reason: string }[] = [];
  let count = 0;
  const pieces = readItems(file.open(), name, options, (bytes) => hash?.update(bytes));
  for await (const items of pieces) {
    for (const item of items) {
      if ('reason' in item) bad.push(item);
      else if (keep(item)) {
        count += 1;
        if (sample.length < SAMPLE) sample.push(item);
      }
    }
    if (bad.length >= MOST_BAD) break;
  }
  if (bad.length > 0) throw badLines(bad);
  return { count, sha256: hash?.digest('hex') };
}

const MOST_BAD = 10;

function badLines(bad: readonly { at: string; reason: string }[]): RevokeError {
  const lines = bad.slice(0, MOST_BAD).map(({ at, reason }) => `${at}: ${reason}`);
  return usageError(lines.join('; '), 'mend these lines; nothing was sent', 'bad_input');
}

/** The second reading, which must find what the first one checked. */
async function* unchanged(
  file: RegularFile,
  sha256: string | undefined,
  name: string,
  options: TargetSourceOptions,
): AsyncGenerator<readonly TargetOrBadLine[]> {
  const hash = sha256 === undefined ? undefined : createHash('sha256');
  yield* readItems(file.open(), name, options, (bytes) => hash?.update(bytes));
  const isSame = hash ? hash.digest('hex') === sha256 : isSameState(file.stats, await file.stat());
  if (!isSame) throw changed(name);
}
