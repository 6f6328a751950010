/** What a journal says of each target at last, however often it was tried. */
import { isFinal } from '../contract/final-outcome.js';
import type { Outcome, OutcomeError, Verification } from '../contract/provider.js';
import { createFingerprintSet } from '../engine/fingerprint-set.js';
import { fileChunks } from '../files/file-chunks.js';
import { FORMAT } from '../journal/format.js';
import { readJournal, readJournalInPieces, type JournalEntry } from '../journal/reader.js';

/** An outcome as it stands in a journal; format 1 has no times. */
export interface RecordedOutcome extends Omit<Outcome, 'at'> {
  readonly provider: string;
  readonly target: string;
  readonly status: Outcome['status'];
  readonly at?: string;
  readonly error?: OutcomeError;
  readonly verification?: Verification;
}

export interface LastWordsOptions {
  /** Called with every entry of the journal, once each, in their order. */
  readonly onEntry?: (entry: JournalEntry) => void;
  readonly checkHashes?: boolean;
  /** The run has an end: nothing that it began is without an outcome. */
  readonly isFinished?: boolean;
}

/**
 * One outcome for each target, in the order of their lines; then, as `unknown`, those that may have
 * been sent and have no outcome.
 */
export async function* lastWords(
  path: string,
  options: LastWordsOptions = {},
): AsyncGenerator<RecordedOutcome> {
  for await (const some of lastWordsInPieces(path, options)) yield* some;
}

/** The same, some at a time. */
export async function* lastWordsInPieces(
  path: string,
  options: LastWordsOptions = {},
): AsyncGenerator<readonly RecordedOutcome[]> {
  if (hasOnePart(path)) yield* ofOnePart(path, options);
  else yield* ofSeveralParts(path, options);
}

/** In one part each target has one outcome at most: the file is read once. */
async function* ofOnePart(
  path: string,
  { onEntry, checkHashes = false, isFinished = false }: LastWordsOptions,
): AsyncGenerator<readonly RecordedOutcome[]> {
  const open = new Map<string, string | undefined>();
  let provider = '';
  for await (const entries of readJournalInPieces(path, { checkHashes, skipIntents: isFinished })) {
    const outcomes: RecordedOutcome[] = [];
    for (const entry of entries) {
      onEntry?.(entry);
      provider = providerIn(entry) ?? provider;
      const found = settledIn(entry);
      if (found) {
        if (!isFinished) open.delete(found.key);
        outcomes.push(found.outcome);
      } else if (!isFinished) {
        const begun = begunIn(entry);
        for (const key of begun.keys) open.set(key, begun.at);
      }
    }
    yield outcomes;
  }
  yield [...open].map(([key, at]) => neverAnswered({ provider, key, at }));
}

async function* ofSeveralParts(
  path: string,
  options: LastWordsOptions,
): AsyncGenerator<readonly RecordedOutcome[]> {
  const { open, latest } = await readOpen(path, options);
  const given = createFingerprintSet();
  let provider = '';
  for await (const entries of readJournalInPieces(path, { skipIntents: true })) {
    const outcomes: RecordedOutcome[] = [];
    for (const entry of entries) {
      provider = providerIn(entry) ?? provider;
      const found = settledIn(entry);
      if (!found) continue;
      const isLast = isFinal(found.outcome as Outcome)
        ? given.add(found.key)
        : latest.get(found.key) === entry.line;
      if (isLast) outcomes.push(found.outcome);
    }
    yield outcomes;
  }
  yield [...open].map(([key, at]) => neverAnswered({ provider, key, at }));
}

/** A head begins a line, and no text of a journal holds a newline. Of format 1 nothing is known. */
function hasOnePart(path: string): boolean {
  let heads = 0;
  let last = '\n';
  for (const bytes of fileChunks(path)) {
    // The end of the piece before it: a head may begin there.
    const edge = last + bytes.toString('latin1', 0, HEAD_START.length - 1);
    if (last === '\n' && heads === 0 && !bytes.toString('latin1', 0, 64).includes(FORMAT_2))
      return false;
    if (edge.includes(HEAD_START)) heads += 1;
    for (let at = bytes.indexOf(HEAD_START); at !== -1; at = bytes.indexOf(HEAD_START, at + 1))
      heads += 1;
    if (heads > 1) return false;
    last = bytes.toString('latin1', Math.max(0, bytes.length - HEAD_START.length + 1));
  }
  return true;
}

const HEAD_START = '\n{"run":';
const FORMAT_2 = `{"run":{"format":${FORMAT},`;

function providerIn(entry: JournalEntry): string | undefined {
  return entry.kind === 'head' ? entry.head.providers[0]?.provider : undefined;
}

/** The targets without a final outcome: those without any, and the line of the latest of others. */
async function readOpen(path: string, { onEntry, checkHashes = false }: LastWordsOptions) {
  const done = createFingerprintSet();
  const open = new Map<string, string | undefined>();
  const latest = new Map<string, number>();
  for await (const entry of readJournal(path, { checkHashes })) {
    onEntry?.(entry);
    const begun = begunIn(entry);
    for (const key of begun.keys) {
      if (!done.has(key) && !latest.has(key)) open.set(key, begun.at);
    }
    const found = settledIn(entry);
    if (!found) continue;
    const { key, outcome } = found;
    open.delete(key);
    if (isFinal(outcome as Outcome)) {
      done.add(key);
      latest.delete(key);
    } else if (!done.has(key)) latest.set(key, entry.line);
  }
  return { open, latest };
}

function begunIn(entry: JournalEntry): { keys: readonly string[]; at?: string } {
  if (entry.kind === 'intent') return { keys: entry.intent, at: entry.at };
  if (entry.kind !== 'foreign' || entry.format > FORMAT) return { keys: [] };
  const { intent, at } = objectOf(entry.value);
  if (!Array.isArray(intent)) return { keys: [] };
  const keys = intent.filter((key): key is string => typeof key === 'string');
  return { keys, ...(typeof at === 'number' && { at: new Date(at).toISOString() }) };
}

function settledIn(
  entry: JournalEntry,
): { readonly key: string; readonly outcome: RecordedOutcome } | undefined {
  if (entry.kind === 'outcome') {
    return { key: entry.key ?? entry.outcome.target, outcome: entry.outcome };
  }
  // What a later version means by its lines is not known here.
  if (entry.kind !== 'foreign' || entry.format > FORMAT) return undefined;
  const { outcome, key } = objectOf(entry.value);
  const { target, status, provider } = objectOf(outcome);
  if (![target, status, provider].every((each) => typeof each === 'string')) return undefined;
  return {
    key: typeof key === 'string' ? key : String(target),
    outcome: outcome as RecordedOutcome,
  };
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function neverAnswered(begun: {
  readonly provider: string;
  readonly key: string;
  readonly at: string | undefined;
}): RecordedOutcome {
  const { provider, key, at } = begun;
  // Its lane stands before a NUL.
  const target = key.split('\0').at(-1) ?? key;
  return {
    provider,
    target,
    status: 'unknown',
    ...(at !== undefined && { at }),
    error: {
      code: 'not_finished',
      message: 'it may have been sent, and the journal has no outcome of it',
      hint: 'continue the run',
    },
  };
}
