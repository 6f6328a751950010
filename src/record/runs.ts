/** One run, as the first and the last lines of its journal tell of it. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { isCode, usageError } from '../contract/errors.js';
import { systemWords } from '../contract/system-words.js';
import { isHeldNow } from '../files/lock-file.js';
import type { ProviderNote, RunEnd } from '../journal/format.js';
import { lastHeadCommand } from './continue-command.js';
import { readEnds, type EndsOfFile } from './ends-of-file.js';
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
  /** The command that does the rest; undefined where nothing is left to do. */
  readonly continueWith: string | undefined;
}

/** What a list for people says of a run. */
export type ShownRun = Omit<
  RecordedRun,
  'endedAt' | 'version' | 'user' | 'host' | 'command' | 'hash'
>;

/** A journal without an end is counted line by line up to this size. */
const MOST_COUNTED = 4 * 1024 * 1024;

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
      : `give more of it: ${someOf(found.map(idOf))}`,
    'no_such_run',
  );
}

/** Names one after the other; of many only the first ones. */
function someOf(names: readonly string[]): string {
  const more = names.length - MOST_NAMED;
  return more > 1 ? `${names.slice(0, MOST_NAMED).join(', ')} and ${more} more` : names.join(', ');
}

const MOST_NAMED = 8;

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
    if (!isUnreadable(error)) throw error;
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
    continueWith: isLeft(state, end?.end) ? lastHeadCommand(last, path) : undefined,
  };
}

/** What a file system says of something that is no file, or not for us to read. */
export function isUnreadable(error: unknown): boolean {
  return isCode(error, 'ENOENT', 'EACCES', 'EPERM', 'EISDIR', 'EFTYPE', 'ELOOP', 'EIO');
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
  // It loads much that a list of finished runs does without.
  const { lastWords } = await import('./last-words.js');
  const counts: Record<string, number> = {};
  for await (const { status } of lastWords(path)) {
    counts[status] = (counts[status] ?? 0) + 1;
  }
  return counts;
}
