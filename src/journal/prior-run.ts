/** What a journal says to a later run: what is done, what may have been sent, and what was seen. */
import { usageError } from '../contract/errors.js';
import type { Outcome } from '../contract/provider.js';
import { createFingerprintSet } from '../engine/fingerprint-set.js';
import { isFinal } from '../contract/final-outcome.js';
import { FORMAT, type JournalHead, type SeenBefore } from './format.js';
import { joinHeads } from './join-heads.js';
import { readJournal } from './reader.js';

/** What an earlier run left behind, or several whose journals were joined. */
export interface PriorRun {
  /** Of the first run, with the sources and the parts of all of them. */
  readonly head: JournalHead;
  /** How many lines could not be read, but for those that a crash tore. */
  readonly damaged: number;
  /** Outcomes that are final, each target's first, in the order of their lines. */
  outcomes(): AsyncIterable<Outcome>;
  /** Done with it, or when it may first have been sent, ms since the epoch. */
  priorState(key: string): 'done' | number | undefined;
  /** What the latest look before a request saw of it. */
  priorSeen(key: string): SeenBefore | undefined;
  /** Targets that were begun and have no final outcome: by key, with their last status. */
  open(): Iterable<readonly [key: string, last: OpenTarget]>;
}

export interface OpenTarget {
  /** As it was shown; undefined where no outcome was written. */
  readonly target: string | undefined;
  readonly status: string;
}

interface Try {
  at: number;
  seen?: SeenBefore;
  last?: OpenTarget;
}

/** Reads a journal, or several joined by `cat`. Throws a usage error where it cannot be continued. */
export async function readPriorRun(path: string): Promise<PriorRun> {
  const done = createFingerprintSet();
  const tries = new Map<string, Try>();
  let head: JournalHead | undefined;
  let damaged = 0;
  for await (const entry of readJournal(path)) {
    if (entry.kind === 'head') head = head ? joinHeads(head, entry.head, path) : entry.head;
    else if (entry.kind === 'foreign') throw otherFormat(path, entry.format);
    else if (entry.kind === 'intent') addIntent(entry, tries, done.has);
    else if (entry.kind === 'outcome') addOutcome(entry, tries, done);
    else if (entry.kind === 'unreadable' && entry.reason === 'damaged') damaged += 1;
  }
  if (!head) throw noJournal(path, damaged);
  if (head.action !== undefined) throw notARevocation(path, head.action);
  // A damaged line may have said that any target was tried, at any moment of the run.
  const earliest = damaged > 0 ? Date.parse(head.started_at) : undefined;
  return {
    head,
    damaged,
    priorState(key) {
      if (done.has(key)) return 'done';
      const at = tries.get(key)?.at;
      return at === undefined || earliest === undefined ? (at ?? earliest) : Math.min(at, earliest);
    },
    priorSeen: (key) => tries.get(key)?.seen,
    async *outcomes() {
      const given = createFingerprintSet();
      for await (const entry of readJournal(path)) {
        if (entry.kind !== 'outcome' || !isFinal(entry.outcome)) continue;
        if (given.add(entry.key ?? entry.outcome.target)) yield entry.outcome;
      }
    },
    *open() {
      for (const [key, { last }] of tries) yield [key, last ?? NEVER_ANSWERED];
    },
  };
}

const NEVER_ANSWERED: OpenTarget = { target: undefined, status: 'unknown' };

type IntentEntry = Extract<Entry, { kind: 'intent' }>;
type OutcomeEntry = Extract<Entry, { kind: 'outcome' }>;
type Entry = ReturnType<typeof readJournal> extends AsyncGenerator<infer T> ? T : never;

/** Joined journals come in any order: what counts is the earliest try. */
function addIntent(
  { intent, at, seen }: IntentEntry,
  tries: Map<string, Try>,
  isDone: (key: string) => boolean,
): void {
  const when = Date.parse(at);
  for (const [index, key] of intent.entries()) {
    if (isDone(key)) continue;
    const before = tries.get(key);
    const now = seen?.[index] ?? undefined;
    const later = latest(before?.seen, now);
    tries.set(key, {
      at: Math.min(when, before?.at ?? when),
      ...(later && { seen: later }),
      ...(before?.last && { last: before.last }),
    });
  }
}

function latest(a: SeenBefore | undefined, b: SeenBefore | undefined): SeenBefore | undefined {
  if (!a || !b) return a ?? b;
  return Date.parse(b.checked_at) >= Date.parse(a.checked_at) ? b : a;
}

function addOutcome(
  { outcome, key = outcome.target }: OutcomeEntry,
  tries: Map<string, Try>,
  done: { add(key: string): boolean; has(key: string): boolean },
): void {
  if (isFinal(outcome)) {
    done.add(key);
    tries.delete(key);
    return;
  }
  const before = tries.get(key);
  if (!before || done.has(key)) return;
  before.last = { target: outcome.target, status: outcome.status };
}

function otherFormat(path: string, format: number) {
  return usageError(
    `the journal ${path} has format ${format}, and this version continues only format ${FORMAT}`,
    format < FORMAT
      ? 'continue it with the version that wrote it, or start a new run: what was revoked before is reported as such'
      : 'continue it with the version that wrote it, or a later one',
    'other_journal',
  );
}

function notARevocation(path: string, action: string) {
  return usageError(
    `${path} is the record of ${action}, which cannot be continued`,
    'show it: revoke log',
    'other_journal',
  );
}

function noJournal(path: string, damaged: number) {
  const what =
    damaged > 0
      ? 'is not a journal of revoke, or its first line is damaged'
      : 'is not a journal of revoke';
  return usageError(`${path} ${what}`, 'give the file that a run named at its end');
}
