/** What a journal says of each target at last, however often it was tried. */
import { isFinal } from '../contract/final-outcome.js';
import type { Outcome, OutcomeError, Verification } from '../contract/provider.js';
import { createFingerprintSet } from '../engine/fingerprint-set.js';
import { readJournal, type JournalEntry } from '../journal/reader.js';

/** An outcome as it stands in a journal; format 1 has no times. */
export interface RecordedOutcome extends Omit<Outcome, 'at'> {
  readonly provider: string;
  readonly target: string;
  readonly status: Outcome['status'];
  readonly at?: string;
  readonly error?: OutcomeError;
  readonly verification?: Verification;
}

/**
 * One outcome for each target, in the order of their lines; then, as `unknown`, those that may have
 * been sent and have no outcome.
 */
export async function* lastWords(path: string): AsyncGenerator<RecordedOutcome> {
  const { open, latest } = await readOpen(path);
  const given = createFingerprintSet();
  let provider = '';
  for await (const entry of readJournal(path)) {
    if (entry.kind === 'head') provider = entry.head.providers[0]?.provider ?? provider;
    const found = settledIn(entry);
    if (!found) continue;
    const isLast = isFinal(found.outcome as Outcome)
      ? given.add(found.key)
      : latest.get(found.key) === entry.line;
    if (isLast) yield found.outcome;
  }
  for (const [key, at] of open) yield neverAnswered({ provider, key, at });
}

/** The targets without a final outcome: those without any, and the line of the latest of others. */
async function readOpen(path: string) {
  const done = createFingerprintSet();
  const open = new Map<string, string | undefined>();
  const latest = new Map<string, number>();
  for await (const entry of readJournal(path)) {
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
  if (entry.kind !== 'foreign') return { keys: [] };
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
  if (entry.kind !== 'foreign') return undefined;
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
