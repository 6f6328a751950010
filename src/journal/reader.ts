/** What a journal tells a later run: what is settled, and what may have been sent. */
import { createReadStream } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { usageError } from '../contract/errors.js';
import type { Entry, JournalHeader } from './format.js';
import { createFingerprintSet } from '../engine/fingerprint-set.js';
import type { Outcome } from '../contract/provider.js';
import { isFinal } from '../engine/tally.js';

/** What an earlier run left behind, or several whose journals were joined. */
export interface PriorRun {
  /** Of the first run, with the sources and the parts of all of them. */
  readonly header: JournalHeader;
  /** Outcomes that are settled for good, in the order in which they were. */
  outcomes(): AsyncIterable<Outcome>;
  priorState(key: string): 'done' | number | undefined;
}

/**
 * Reads a journal, or several joined by `cat`. A last line that a crash tore is no line. Throws a
 * usage fault where the file is no journal.
 */
export async function readJournal(path: string): Promise<PriorRun> {
  const done = createFingerprintSet();
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
    throw usageError(
      `${path} is no journal of revoke`,
      'name the file that a run named at its end',
    );
  return {
    header,
    priorState: (key) => (done.has(key) ? 'done' : tried.get(key)),
    async *outcomes() {
      const told = createFingerprintSet();
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
    throw usageError(
      `the journal ${path} is for another ${name.replaceAll('_', ' ')}: ${show(before[name])}, not ${show(after[name])}`,
      'resume with the options and credentials of the first run',
      'other_journal',
    );
  }
}

function show(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'none');
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
