/**
 * The record that survives `kill -9`: an append-only file of JSON Lines. Each run begins with a
 * newline and a header that binds it to provider, endpoint and account; then a line before a
 * request leaves (`intent`) and one when its outcome is known. It holds no secret.
 */
import {
  closeSync,
  constants,
  createReadStream,
  fdatasync,
  openSync,
  statSync,
  writeSync,
} from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { promisify } from 'node:util';
import type { Batch } from './batches.js';
import type { Record as Recorder } from './engine.js';
import { isCode, isFault, refused, usage } from './errors.js';
import { createLedger } from './ledger.js';
import { takeLock, type Self } from './lock.js';
import type { Outcome } from './provider.js';
import { isFinal } from './tally.js';
import { keyOf, routed } from './target-key.js';

const sync = promisify(fdatasync);

/** Where targets came from, so that a resume can find or ask for them again. */
export type SourceNote =
  | { readonly kind: 'arguments'; readonly targets: readonly string[] }
  | { readonly kind: 'file'; readonly path: string; readonly size: number; readonly sha256: string }
  | { readonly kind: 'stream'; readonly name: string };

export interface JournalHeader {
  readonly version: 1;
  readonly provider: string;
  readonly endpoint: string;
  readonly scope: Readonly<Record<string, string | readonly string[]>>;
  readonly sources: readonly SourceNote[];
  /** How bare lines were read (`--as`). */
  readonly as?: string;
  /** `1/4`; several, where journals were joined, with a comma between them. */
  readonly shard?: string;
  /** RFC 3339. */
  readonly started_at: string;
}

export interface Journal extends Recorder {
  readonly path: string;
  close(): Promise<void>;
}

/** What an earlier run left behind, or several whose journals were joined. */
export interface Past {
  /** Of the first run, with the sources and the parts of all of them. */
  readonly header: JournalHeader;
  /** Outcomes that are settled for good, in the order in which they were. */
  outcomes(): AsyncIterable<Outcome>;
  known(key: string): 'done' | number | undefined;
}

/** Opens a journal to append to. Throws a usage fault where another process holds it. */
export async function openJournal(
  path: string,
  header: JournalHeader,
  now: () => number,
  self: Self,
  past?: Past,
): Promise<Journal> {
  const lock = await takeLock(path, self);
  if (!lock) {
    throw usage(
      `another process is writing the journal ${path}`,
      'wait for it, or name another --journal',
    );
  }
  const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW;
  let fd: number;
  try {
    fd = openSync(path, past || isEmpty(path) ? flags : flags | constants.O_EXCL, 0o600);
  } catch (error) {
    await lock.release();
    if (isCode(error, 'EEXIST')) {
      throw usage(
        `the journal ${path} exists`,
        `continue it with --resume ${path}, or name another`,
      );
    }
    throw error;
  }
  // A line that was cut off must not spoil the next one.
  let isTorn = true;
  const write = (text: string) => {
    const bytes = Buffer.from(isTorn ? `\n${text}` : text);
    isTorn = true;
    for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at);
    isTorn = false;
  };
  try {
    write(`${JSON.stringify({ run: header })}\n`);
  } catch (error) {
    closeSync(fd);
    await lock.release();
    throw error;
  }
  return {
    path,
    async intend(batches) {
      try {
        write(batches.map((batch) => intentLine(batch, now())).join(''));
        await sync(fd);
      } catch (error) {
        throw unwritable(path, error);
      }
    },
    settle(outcomes, lines, keys) {
      let text = '';
      for (const [index, outcome] of outcomes.entries()) {
        if (outcome.status === 'skipped' || outcome.status === 'planned') continue;
        const key = keys[index];
        const named =
          key === undefined || key === outcome.target ? '' : `,"key":${JSON.stringify(key)}`;
        text += `{"outcome":${lines[index]}${named}}\n`;
      }
      try {
        if (text !== '') write(text);
      } catch (error) {
        throw unwritable(path, error);
      }
    },
    known: (key) => past?.known(key),
    async close() {
      try {
        await sync(fd);
      } catch (error) {
        // A device has nothing to make durable.
        if (!isCode(error, 'EINVAL', 'EROFS', 'ENOTSUP')) throw unwritable(path, error);
      } finally {
        closeSync(fd);
        await lock.release();
      }
    },
  };
}

/** The fault of a disk that is full or broken, before or during a run. */
export function unwritable(path: string, error: unknown): Error {
  const code = (error as NodeJS.ErrnoException).code;
  if (isFault(error) || code === undefined) return error as Error;
  return refused({
    code: 'journal_failed',
    message: `the journal ${path} could not be written: ${code}`,
    hint: 'nothing more was sent; make room for it, then go on with --resume',
    reach: 'run',
    cause: error,
  });
}

/** A file that `mktemp` made may be filled; one with lines in it may only be resumed. */
function isEmpty(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.size === 0;
}

function intentLine({ targets, attempt }: Batch, now: number): string {
  const keys = targets.map((target) => routed(keyOf(target), attempt.route));
  return `${JSON.stringify({ intent: keys, at: attempt.firstTriedAt ?? now })}\n`;
}

/**
 * Reads a journal, or several joined by `cat`. A last line that a crash tore is no line. Throws a
 * usage fault where the file is no journal.
 */
export async function readJournal(path: string): Promise<Past> {
  const done = createLedger();
  const tried = new Map<string, number>();
  let header: JournalHeader | undefined;
  for await (const entry of entriesOf(path)) {
    if (entry.run) {
      if (header) assertSame(header, entry.run, path);
      header = header ? joined(header, entry.run) : entry.run;
    } else if (entry.intent) {
      const { at = 0 } = entry;
      // Joined journals come in any order: what counts is the earliest try.
      for (const key of entry.intent)
        if (!done.has(key)) tried.set(key, Math.min(at, tried.get(key) ?? at));
    } else if (entry.outcome) {
      const key = entry.key ?? entry.outcome.target;
      if (!isFinal(entry.outcome.status)) continue;
      done.add(key);
      tried.delete(key);
    }
  }
  if (!header)
    throw usage(`${path} is no journal of revoke`, 'name the file that a run named at its end');
  return {
    header,
    known: (key) => (done.has(key) ? 'done' : tried.get(key)),
    async *outcomes() {
      const told = createLedger();
      for await (const { outcome, key } of entriesOf(path)) {
        if (!outcome || !isFinal(outcome.status)) continue;
        if (told.add(key ?? outcome.target)) yield outcome;
      }
    },
  };
}

/** One header for two runs: every source, and every part of them; a run without a part had all. */
function joined(first: JournalHeader, next: JournalHeader): JournalHeader {
  const { shard, ...rest } = first;
  const sources = new Map(
    [...first.sources, ...next.sources].map((source) => [JSON.stringify(source), source]),
  );
  const parts = new Set([...(shard?.split(',') ?? []), ...(next.shard?.split(',') ?? [])]);
  const isWhole = shard === undefined || next.shard === undefined;
  return {
    ...rest,
    sources: [...sources.values()],
    ...(isWhole ? {} : { shard: [...parts].join(',') }),
  };
}

/** Refuses to continue a journal with another provider, endpoint, app, key or workspace. */
export function assertSame(
  past: JournalHeader,
  now: Omit<JournalHeader, 'sources' | 'started_at'>,
  path: string,
): void {
  const of = ({ provider, endpoint, scope }: typeof now) => ({ provider, endpoint, ...scope });
  const before: { [fact: string]: unknown } = of(past);
  const after: { [fact: string]: unknown } = of(now);
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (JSON.stringify(before[name]) === JSON.stringify(after[name])) continue;
    throw usage(
      `the journal ${path} is for another ${name.replaceAll('_', ' ')}: ${show(before[name])}, not ${show(after[name])}`,
      'resume with the options and credentials of the first run',
      'other_journal',
    );
  }
}

function show(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'none');
}

interface Entry {
  readonly run?: JournalHeader;
  readonly intent?: readonly string[];
  readonly at?: number;
  readonly outcome?: Outcome;
  readonly key?: string;
}

/** Lines end at a newline alone: a target may hold what other readers take for one (U+2028). */
async function* entriesOf(path: string): AsyncGenerator<Entry> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const bytes of createReadStream(path) as AsyncIterable<Buffer>) {
    const lines = (rest + decoder.write(bytes)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const entry = parse(line);
      if (entry) yield entry;
    }
  }
  const last = parse(rest);
  if (last) yield last;
}

/**
 * A line that does not parse was torn by a crash: what it would have said is simply not known. One
 * that is no entry of ours says nothing either.
 */
function parse(line: string): Entry | undefined {
  if (line === '') return undefined;
  try {
    const entry = JSON.parse(line) as Partial<Entry> | null;
    if (typeof entry !== 'object' || entry === null) return undefined;
    const { run, intent, outcome } = entry;
    if (run !== undefined && !Array.isArray(run?.sources)) return undefined;
    if (intent !== undefined && !Array.isArray(intent)) return undefined;
    return outcome !== undefined && typeof outcome?.target !== 'string' ? undefined : entry;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
