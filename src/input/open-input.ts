/** One list of targets, opened: a regular file that was checked, or a stream that will be read once. */
import { createHash, type Hash } from 'node:crypto';
import type { BadLine, TargetOrBadLine } from '../engine/target-stream.js';
import { usageError, type RevokeError } from '../contract/errors.js';
import type { Target, TargetSpec } from '../contract/provider.js';
import { regularFile, streamOf, type RegularFile, type StreamOptions } from './byte-source.js';
import { descriptorOf } from './descriptor-path.js';
import { assertAsChecked, changed, isHashed, isSameState, noteOf } from './file-state.js';
import { createFingerprintSet } from '../engine/fingerprint-set.js';
import { targetKey } from '../engine/target-key.js';
import type { FoundRows } from './found-rows.js';
import { readItems, type Facts } from './list-items.js';
import { keysOf } from './parse-targets.js';
import { sniffList, type InputForm, type SniffedList, type SniffOptions } from './sniff-list.js';
import type { SourceNote } from './source-note.js';
import { sumSentence } from './sum.js';
import type { WholeList } from './whole-lists.js';

/** How lists are read. */
export interface ListOptions extends StreamOptions {
  readonly spec: TargetSpec;
  readonly kind?: string | undefined;
  /** Any bad line ends the run before anything is sent, in streams too as far as they were read. */
  readonly strict: boolean;
  readonly input?: InputForm | undefined;
  /** The column of a table that holds the targets: a name, or a number from 1. */
  readonly column?: string | undefined;
  readonly includeResolved?: boolean;
  /** Hears of every target of a list, once, as it is first read. */
  readonly onTarget?: (target: Target, at: string) => void;
  /** Hears what a person should know of a list. */
  readonly onNotice?: (text: string) => void;
}

export interface OpenOptions extends ListOptions {
  /** Takes the rows of reports and tables, which are read whole where it is given. */
  readonly found?: FoundRows | undefined;
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
  /** It was read whole, and its rows are with the others that were found. */
  readonly whole?: WholeList;
  /** The sum of the rows of a table in a file. */
  readonly tableSum?: string | undefined;
  /** Throws where a file is not what was read any more. */
  assertAsChecked?(): Promise<void>;
  read(): AsyncIterable<readonly TargetOrBadLine[]>;
}

const SAMPLE = 5;
const MOST_BAD = 10;

/** Opens one input; a regular file is read and checked. Throws a usage error; sends nothing. */
export async function openInput(from: string, options: OpenOptions, keep: Keep): Promise<Input> {
  const file = await regularFile(from, options.stdin.fd);
  if (file) return openFile(file, { ...options, name: from }, keep);
  const name = from === '-' ? 'stdin' : from;
  return openStream(streamOf(from, options), { ...options, name });
}

interface Named extends OpenOptions {
  readonly name: string;
}

async function openStream(pieces: AsyncIterable<Buffer>, options: Named): Promise<Input> {
  const facts: Facts = { targets: 0, hasList: false };
  const input = {
    origin: { kind: 'stream', name: options.name },
    count: undefined,
    sample: [],
    facts,
  } as const;
  const reading = { ...options, facts };
  if (!options.found) {
    return { ...input, read: () => strictly(readPieces(pieces, reading), options) };
  }
  const list = await sniffList(pieces, sniffOptions(options));
  const whole = await readWholeList(list, options);
  if (whole) return { ...input, count: 0, whole, read: nothing };
  return { ...input, read: () => strictly(readItems(list, reading), options) };
}

async function openFile(file: RegularFile, options: Named, keep: Keep): Promise<Input> {
  const { name } = options;
  const hash = isHashed(file) ? createHash('sha256') : undefined;
  const list = await sniffList(tapped(file.open(), hash), sniffOptions(options));
  const whole = await readWholeList(list, options);
  const isStream = name === '-' || descriptorOf(name) !== undefined;
  const origin = (sha256: string | undefined): SourceNote =>
    isStream ? { kind: 'stream', name: name === '-' ? 'stdin' : name } : noteOf(name, file, sha256);
  if (whole) {
    const facts = { targets: 0, hasList: false };
    return {
      origin: origin(hash?.digest('hex')),
      count: 0,
      sample: [],
      facts,
      whole,
      read: nothing,
    };
  }
  const seen = await inspect(list, options, keep);
  const sha256 = hash?.digest('hex');
  return {
    origin: origin(sha256),
    ...seen,
    assertAsChecked: () => assertAsChecked(file, name, sha256),
    read: () => unchanged(file, sha256, { ...options, onTarget: ignore, onNotice: ignore }),
  };
}

async function* nothing(): AsyncGenerator<readonly TargetOrBadLine[]> {}
const ignore = () => undefined;

async function readWholeList(list: SniffedList, options: Named): Promise<WholeList | undefined> {
  const { found, spec } = options;
  if (!found || !spec.findTokens) return undefined;
  const { readWhole } = await import('./whole-lists.js');
  return readWhole(list, { ...options, find: spec.findTokens, found });
}

function sniffOptions({ spec, input, column, includeResolved }: OpenOptions): SniffOptions {
  const { findTokens: find, halves } = spec;
  return {
    arePair: halves?.make,
    keys: keysOf(spec).targets,
    input,
    column,
    includeResolved: includeResolved ?? false,
    find: find ?? (() => []),
    ...(find && {
      isToken: (cell) => find(cell).some(({ token, isBad }) => !isBad && token === cell),
    }),
  };
}

/** The first reading of a regular file: every bad line is reported before anything is sent. */
async function inspect(list: SniffedList, options: Named, keep: Keep) {
  const facts: Facts = { targets: 0, hasList: false };
  const bad: BadLine[] = [];
  const sample: Target[] = [];
  const met = list.form.kind === 'table' ? createFingerprintSet() : undefined;
  let count = 0;
  let badCount = 0;
  // One bad line of many secrets must not keep the others active.
  const endsAtBad = options.strict || !options.spec.secret;
  for await (const items of readItems(list, { ...options, facts })) {
    for (const item of items) {
      if ('reason' in item) {
        badCount += 1;
        if (bad.length < MOST_BAD) bad.push(item);
      } else if (keep(item)) {
        count += 1;
        met?.add(targetKey(item));
        if (sample.length < SAMPLE) sample.push(item);
      }
    }
    if (endsAtBad && bad.length >= MOST_BAD) break;
  }
  if (endsAtBad && bad.length > 0) throw badLines(bad);
  const tableSum =
    met && sumSentence({ taken: met.size, duplicates: count - met.size, bad: badCount });
  return { count, sample, facts, bad, tableSum };
}

/** The second reading, which must find what the first one checked. */
async function* unchanged(
  file: RegularFile,
  sha256: string | undefined,
  options: Named,
): AsyncGenerator<readonly TargetOrBadLine[]> {
  const hash = sha256 === undefined ? undefined : createHash('sha256');
  const facts: Facts = { targets: 0, hasList: false };
  yield* readPieces(tapped(file.open(), hash), { ...options, facts });
  const isSame = hash ? hash.digest('hex') === sha256 : isSameState(file.stats, await file.stat());
  if (!isSame) throw changed(options.name);
}

async function* readPieces(
  pieces: AsyncIterable<Buffer>,
  options: Named & { readonly facts: Facts },
): AsyncGenerator<TargetOrBadLine[]> {
  yield* readItems(await sniffList(pieces, sniffOptions(options)), options);
}

async function* tapped(pieces: AsyncIterable<Buffer>, hash: Hash | undefined) {
  for await (const bytes of pieces) {
    hash?.update(bytes);
    yield bytes;
  }
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
  const [hint = 'fix these lines'] = bad.flatMap(({ hint }) => hint ?? []);
  return usageError(lines.join('; '), `${hint}; nothing was sent`, 'bad_input');
}
