/** One list of targets, opened: a regular file that was checked, or a stream that will be read once. */
import { createHash } from 'node:crypto';
import { StringDecoder } from 'node:string_decoder';
import type { BadLine, TargetOrBadLine } from '../engine/target-stream.js';
import { usageError, type RevokeError } from '../contract/errors.js';
import type { Target, TargetSpec } from '../contract/provider.js';
import { regularFile, streamOf, type RegularFile, type StreamOptions } from './byte-source.js';
import { descriptorOf } from './descriptor-path.js';
import { assertAsChecked, changed, isHashed, isSameState, noteOf } from './file-state.js';
import { itemsOf, keysOf } from './parse-targets.js';
import { createRecordReader } from './record-reader.js';
import type { SourceNote } from './source-note.js';

/** How lists are read. */
export interface ListOptions extends StreamOptions {
  readonly spec: TargetSpec;
  readonly kind?: string | undefined;
  /** Any bad line ends the run before anything is sent, in streams too as far as they were read. */
  readonly strict: boolean;
  /** Hears of every target of a list, once, as it is first read. */
  readonly onTarget?: (target: Target, at: string) => void;
}

/** Whether a target or a bad line belongs to the parts that were asked for. */
export type Keep = (item: TargetOrBadLine) => boolean;

export interface Input {
  readonly origin: SourceNote | undefined;
  /** How many targets were kept; undefined where a stream will tell. */
  readonly count: number | undefined;
  readonly sample: readonly Target[];
  readonly facts: Readonly<Facts>;
  /** The bad lines of a file that do not end the run, the first few. */
  readonly bad?: readonly BadLine[];
  /** Throws where a file is not what was read any more. */
  assertAsChecked?(): Promise<void>;
  read(): AsyncIterable<readonly TargetOrBadLine[]>;
}

/** What is known of an input as far as it was read. */
interface Facts {
  /** How many targets it has, in whatever part. */
  targets: number;
  /** There was a JSON list, empty or not. */
  hasList: boolean;
}

const SAMPLE = 5;
const MOST_BAD = 10;

/** Opens one input; a regular file is read and checked. Throws a usage error; sends nothing. */
export async function openInput(from: string, options: ListOptions, keep: Keep): Promise<Input> {
  const file = await regularFile(from, options.stdin.fd);
  if (file) return openFile(file, { ...options, name: from }, keep);
  const name = from === '-' ? 'stdin' : from;
  const facts: Facts = { targets: 0, hasList: false };
  return {
    origin: { kind: 'stream', name },
    count: undefined,
    sample: [],
    facts,
    read: () => strictly(readItems(streamOf(from, options), { ...options, name, facts }), options),
  };
}

interface Named extends ListOptions {
  readonly name: string;
}

async function openFile(file: RegularFile, options: Named, keep: Keep): Promise<Input> {
  const { name } = options;
  const seen = await inspect(file, options, keep);
  const { sha256 } = seen;
  const isStream = name === '-' || descriptorOf(name) !== undefined;
  return {
    origin: isStream
      ? { kind: 'stream', name: name === '-' ? 'stdin' : name }
      : noteOf(name, file, sha256),
    ...seen,
    assertAsChecked: () => assertAsChecked(file, name, sha256),
    read: () => unchanged(file, sha256, { ...options, onTarget: () => undefined }),
  };
}

/** The first reading of a regular file: every bad line is reported before anything is sent. */
async function inspect(file: RegularFile, options: Named, keep: Keep) {
  const hash = isHashed(file) ? createHash('sha256') : undefined;
  const facts: Facts = { targets: 0, hasList: false };
  const bad: BadLine[] = [];
  const sample: Target[] = [];
  let count = 0;
  // One bad line of many secrets must not keep the others active.
  const endsAtBad = options.strict || !options.spec.secret;
  const onBytes = (bytes: Buffer) => hash?.update(bytes);
  for await (const items of readItems(file.open(), { ...options, facts, onBytes })) {
    for (const item of items) {
      if ('reason' in item) {
        if (bad.length < MOST_BAD) bad.push(item);
      } else if (keep(item)) {
        count += 1;
        if (sample.length < SAMPLE) sample.push(item);
      }
    }
    if (endsAtBad && bad.length >= MOST_BAD) break;
  }
  if (endsAtBad && bad.length > 0) throw badLines(bad);
  return { count, sample, facts, bad, sha256: hash?.digest('hex') };
}

/** The second reading, which must find what the first one checked. */
async function* unchanged(
  file: RegularFile,
  sha256: string | undefined,
  options: Named,
): AsyncGenerator<readonly TargetOrBadLine[]> {
  const hash = sha256 === undefined ? undefined : createHash('sha256');
  const facts: Facts = { targets: 0, hasList: false };
  const onBytes = (bytes: Buffer) => hash?.update(bytes);
  yield* readItems(file.open(), { ...options, facts, onBytes });
  const isSame = hash ? hash.digest('hex') === sha256 : isSameState(file.stats, await file.stat());
  if (!isSame) throw changed(options.name);
}

interface Reading extends Named {
  readonly facts: Facts;
  readonly onBytes?: (bytes: Buffer) => void;
}

async function* readItems(
  pieces: AsyncIterable<Buffer>,
  parsing: Reading,
): AsyncGenerator<TargetOrBadLine[]> {
  const { name, spec, facts, onBytes, onTarget } = parsing;
  const decoder = new StringDecoder('utf8');
  const reader = createRecordReader(keysOf(spec));
  const toItems = (records: ReturnType<typeof reader.push>) => {
    const all: TargetOrBadLine[] = [];
    for (const record of records) {
      const at = `${name}:${record.line}`;
      for (const item of itemsOf(record, at, parsing)) {
        all.push(item);
        if ('reason' in item) continue;
        facts.targets += 1;
        onTarget?.(item, at);
      }
    }
    return all;
  };
  for await (const bytes of pieces) {
    onBytes?.(bytes);
    const items = toItems(reader.push(decoder.write(bytes)));
    if (items.length > 0) yield items;
  }
  const rest = toItems([...reader.push(decoder.end()), ...reader.end()]);
  facts.hasList = reader.hasList;
  if (rest.length > 0) yield rest;
}

async function* strictly(
  items: AsyncIterable<TargetOrBadLine[]>,
  { strict }: ListOptions,
): AsyncGenerator<TargetOrBadLine[]> {
  for await (const some of items) {
    const bad = strict ? some.find((item) => 'reason' in item) : undefined;
    if (bad && 'reason' in bad) throw badLines([bad]);
    yield some;
  }
}

/** What ends a run before it begins. */
export function badLines(bad: readonly BadLine[]): RevokeError {
  const lines = bad.slice(0, MOST_BAD).map(({ at, reason }) => `${at}: ${reason}`);
  return usageError(lines.join('; '), 'fix these lines; nothing was sent', 'bad_input');
}
