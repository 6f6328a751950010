/** The record: the runs whose journals lie in the state folder, and any other that is named by its path. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join, sep } from 'node:path';
import { isCode, usageError } from '../contract/errors.js';
import { systemWords } from '../contract/system-words.js';
import { isHeldNow } from '../files/lock-file.js';
import type { ProviderNote, RunEnd } from '../journal/format.js';
import { lastHeadCommand } from './continue-command.js';
import { ENDS_BYTES, readEnds, type EndsOfFile } from './ends-of-file.js';
import { lastWords } from './last-words.js';
import type { ProcessIdentity } from '../runtime/world.js';

export type RunState = 'finished' | 'unfinished' | 'running' | 'unreadable';

export interface RecordedRun {
  /** Names the run: a few letters. */
  readonly id: string;
  readonly path: string;
  /** Of its journal; 1 had no ends and no times. */
  readonly format: number;
  /** Undefined for format 1, which does not say. */
  readonly state: RunState | undefined;
  /** RFC 3339, like `endedAt`. */
  readonly startedAt: string | undefined;
  readonly endedAt: string | undefined;
  readonly version: string | undefined;
  readonly user: string | undefined;
  readonly host: string | undefined;
  readonly command: readonly string[];
  readonly providers: readonly ProviderNote[];
  /** How many targets have each status, as far as it is known; undefined where it was not counted. */
  readonly counts: Readonly<Record<string, number>> | undefined;
  readonly exit: number | undefined;
  /** `sha256:…` of the last part. */
  readonly hash: string | undefined;
  /** Of all finished runs that the heads of this one name. */
  readonly previous: readonly string[];
  /** The command that does the rest; undefined where nothing is left to do. */
  readonly continueWith: string | undefined;
}

export interface RunFilter {
  /** Milliseconds since the epoch; against the start. */
  readonly since?: number | undefined;
  /** Exclusive. */
  readonly until?: number | undefined;
}

/** Runs by the files that they were read from, as long as those have not changed. */
export interface KnownRuns {
  /** Undefined for a file that is not known, or has changed. */
  find(name: string, file: FileState): RecordedRun | undefined;
  add(name: string, file: FileState, run: RecordedRun): void;
}

/** What changes when a file is written, replaced or restored. */
export interface FileState {
  readonly size: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly ino: number;
}

/** A journal without an end is counted line by line up to this size. */
const MOST_COUNTED = 4 * 1024 * 1024;

/**
 * The runs of a folder, newest first.
 * @param filter with `known`, files that have not changed are not opened
 */
export async function listRuns(
  folder: string,
  self: ProcessIdentity,
  filter: RunFilter & { readonly known?: KnownRuns } = {},
): Promise<readonly RecordedRun[]> {
  const names = namesIn(folder);
  const locks = new Set(names.filter((name) => name.endsWith('.lock')));
  const buffer = Buffer.alloc(ENDS_BYTES);
  const runs: RecordedRun[] = [];
  for (const name of names) {
    if (!name.endsWith('.jsonl') || name.startsWith('.') || !mayFit(name, filter)) continue;
    const path = folder + sep + name;
    const isRunning = locks.has(`${name}.lock`) && isHeldNow(path, self);
    const known = isRunning || names.length < LEAST_KNOWN ? undefined : filter.known;
    const run = known
      ? await readUnlessKnown(path, { known, name, buffer })
      : await readRun(path, { isRunning, buffer });
    if (run && isWithin(run, filter)) runs.push(run);
  }
  return runs.sort(newestFirst);
}

/** A record of fewer is read as soon as looked up. */
const LEAST_KNOWN = 200;

interface KnownOptions {
  readonly known: KnownRuns;
  readonly name: string;
  readonly buffer: Buffer;
}

async function readUnlessKnown(path: string, { known, name, buffer }: KnownOptions) {
  const file = statSync(path, { throwIfNoEntry: false });
  if (!file) return undefined;
  const before = known.find(name, file);
  if (before) return before;
  const run = await readRun(path, { isRunning: false, buffer });
  if (run && run.state !== 'unreadable') known.add(name, file, run);
  return run;
}

function newestFirst(a: RecordedRun, b: RecordedRun): number {
  const [early = '', late = ''] = [a.startedAt, b.startedAt];
  return early < late ? 1 : early > late ? -1 : a.path < b.path ? 1 : -1;
}

/** Names begin with the time of their start: most need not be opened. */
function mayFit(name: string, { since, until }: RunFilter): boolean {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z-/.exec(name) ?? [];
  if (year === undefined) return true;
  const at = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(at)) return true;
  return (since === undefined || at + 1000 > since) && (until === undefined || at < until);
}

export function isWithin({ startedAt }: RecordedRun, { since, until }: RunFilter): boolean {
  if (since === undefined && until === undefined) return true;
  const at = Date.parse(startedAt ?? '');
  return !(since !== undefined && !(at >= since)) && !(until !== undefined && !(at < until));
}

/**
 * One run by its short id, its first letters or the path of its journal. Throws a usage error where
 * there is none, or more than one.
 */
export async function findRun(
  folder: string,
  self: ProcessIdentity,
  given: string,
): Promise<RecordedRun> {
  const path = findJournal(folder, given);
  const run = await readRun(path, {
    isRunning: existsSync(`${path}.lock`) && isHeldNow(path, self),
  });
  if (run) return run;
  throw usageError(`${path} cannot be read`, 'show the runs that there are: revoke log');
}

/** The path of a journal, by that path or by the id of its run. */
export function findJournal(folder: string, given: string): string {
  if (given.includes('/') || isFile(given)) {
    if (isFile(given)) return given;
    throw usageError(`there is no journal ${given}`, 'show the runs that there are: revoke log');
  }
  const found = /^[a-z0-9]{3,}$/.test(given)
    ? namesIn(folder).filter((name) => name.endsWith('.jsonl') && idOf(name).startsWith(given))
    : [];
  const [only, ...others] = found;
  if (only !== undefined && others.length === 0) return join(folder, only);
  throw usageError(
    only === undefined ? `there is no run ${given}` : `several runs begin with ${given}`,
    only === undefined
      ? 'show the runs that there are: revoke log'
      : `give more of it: ${found.map(idOf).join(', ')}`,
    'no_such_run',
  );
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

function idOf(name: string): string {
  return /-([a-z0-9]+)\.jsonl$/.exec(name)?.[1] ?? name.replace(/\.jsonl$/, '');
}

export function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (isCode(error, 'ENOENT', 'ENOTDIR')) return [];
    throw usageError(
      `cannot read ${folder}: ${systemWords(error)}`,
      'check the path and its permissions',
    );
  }
}

interface ReadRunOptions {
  readonly isRunning: boolean;
  readonly buffer?: Buffer;
}

/** Undefined where the file has gone meanwhile. */
export async function readRun(
  path: string,
  { isRunning, buffer }: ReadRunOptions,
): Promise<RecordedRun | undefined> {
  let ends: EndsOfFile;
  try {
    ends = readEnds(path, buffer);
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined;
    if (!isCode(error, 'EACCES', 'EPERM', 'EISDIR', 'EIO')) throw error;
    return unreadable(path);
  }
  const { first, last, end, foreign } = ends;
  if (foreign) return foreignRun(path, foreign, await countsOf(path, ends.bytes));
  if (!first || !last) return unreadable(path);
  const state = isRunning ? 'running' : end ? 'finished' : 'unfinished';
  const counts = end ? end.end.counts : await countsOf(path, ends.bytes);
  return {
    id: first.id,
    path,
    format: first.format,
    state,
    startedAt: first.started_at,
    endedAt: state === 'finished' ? end?.end.at : undefined,
    version: first.version,
    user: first.user,
    host: first.host,
    command: first.command,
    providers: first.providers,
    counts,
    exit: state === 'finished' ? end?.end.exit : undefined,
    hash: state === 'finished' && end ? `sha256:${end.sha256}` : undefined,
    previous: [...(first.previous ?? []), ...(last === first ? [] : (last.previous ?? []))],
    continueWith: isLeft(state, end?.end) ? lastHeadCommand(last, path) : undefined,
  };
}

/** Whether a resume has something to do. */
function isLeft(state: RunState, end: RunEnd | undefined): boolean {
  return state === 'unfinished' || (state === 'finished' && (end?.open ?? 0) > 0);
}

function unreadable(path: string): RecordedRun {
  return { ...NOTHING, id: idOf(basename(path)), path, format: 0, state: 'unreadable' };
}

const NOTHING = {
  startedAt: undefined,
  endedAt: undefined,
  version: undefined,
  user: undefined,
  host: undefined,
  command: [],
  providers: [],
  counts: undefined,
  exit: undefined,
  hash: undefined,
  previous: [],
  continueWith: undefined,
} as const;

/** What format 1 said of itself. */
function foreignRun(
  path: string,
  { format, head }: NonNullable<EndsOfFile['foreign']>,
  counts: RecordedRun['counts'],
): RecordedRun {
  const run = { ...NOTHING, id: idOf(basename(path)), path, format, state: undefined };
  if (format !== 1 || typeof head !== 'object' || head === null) return run;
  const { started_at: at, provider, endpoint } = head as Readonly<Record<string, unknown>>;
  const { scope } = head as { readonly scope?: ProviderNote['scope'] };
  return {
    ...run,
    counts,
    startedAt: typeof at === 'string' ? at : undefined,
    providers: [{ provider: String(provider), endpoint: String(endpoint), scope: scope ?? {} }],
  };
}

async function countsOf(path: string, bytes: number): Promise<RecordedRun['counts']> {
  if (bytes > MOST_COUNTED) return undefined;
  const counts: Record<string, number> = {};
  for await (const { status } of lastWords(path)) {
    counts[status] = (counts[status] ?? 0) + 1;
  }
  return counts;
}
