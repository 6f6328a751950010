/**
 * What an answer says of each target. Success is read target by target, never from the HTTP status:
 * a 2xx may hold failures, and a 400 successes.
 */
import {
  dateOf,
  deniesItself,
  inDoubtAfter,
  json,
  type OutcomeError,
  rememberLast,
  type Response,
  type RevokeError,
  type Target,
  type Verdict,
} from '../../src/contract/index.js';
import { errorOfCode, errorOfResponse } from './error-codes.js';
import {
  bareBatch,
  batchResult,
  errorInfo,
  legacyBatch,
  terms,
  type BatchEntry,
  type ErrorInfo,
} from './schema.js';

/** What was asked for. Times in ms since the epoch. */
export interface Asked {
  readonly targets: readonly Target[];
  /** The cut-off that was sent, if one was. */
  readonly issuedBefore: number | undefined;
  readonly allowReauthMargin: boolean;
  /** When the first try left, by this machine's clock. */
  readonly firstTriedAt: number;
}

/** How far `appliesAt` may lie ahead of a clock and still be now, in ms. */
const SKEW_MS = 2000;
/** The margin is about 30 s: what applies so much later than now is nothing that is documented. */
const FARTHEST_MS = 10 * 60_000;
/** A cut-off that the server chose so long before the first try spares tokens that were meant. */
const CLEARLY_MS = 10_000;

/** One verdict for each target. Throws the error of a request that failed as a whole. */
export function judge(response: Response, asked: Asked, now: number): readonly Verdict[] {
  const entries = entriesOf(response);
  if (!entries) throw errorOfResponse(response, now);
  const byTarget = new Map<string, BatchEntry[]>();
  for (const entry of entries) {
    const same = byTarget.get(entry.target);
    if (same) same.push(entry);
    else byTarget.set(entry.target, [entry]);
  }
  const shared = sharedError(entries, asked);
  if (shared) throw inDoubtAfter(response, shared);
  const judged = { asked, now, serverNow: serverClock(response, now), write: timeWriter() };
  return asked.targets.map(({ id }) => {
    const [entry, ...others] = byTarget.get(id) ?? [];
    if (!entry) return unclear(id, 'no_result', NO_RESULT);
    if (others.some((other) => !isSame(entry, other)) || isContradiction(entry))
      return unclear(id, 'unexpected_answer', CONTRADICTION);
    const verdict = judgeEntry(entry, judged);
    return verdict.status === 'failed' && response.inDoubt ? inDoubt(verdict) : verdict;
  });
}

const NO_RESULT = 'the answer does not mention this target';
const CONTRADICTION = 'the answer contradicts itself about this target';

function isSame(one: BatchEntry, other: BatchEntry): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Terms, and a no beside them. */
function isContradiction(entry: BatchEntry): boolean {
  const hasTerms = entry.issuedBefore !== undefined || entry.appliesAt !== undefined;
  return hasTerms && (hasError(entry) || deniesItself(entry));
}

/** This try was refused, but an earlier one got no answer: it may have taken effect. */
function inDoubt(verdict: Verdict): Verdict {
  const error = verdict.error as OutcomeError;
  const message = `${error.message}; an earlier try got no answer`;
  return { ...verdict, status: 'unknown', error: { ...error, message } };
}

/** The results of all three shapes that are documented; undefined: the answer has none. */
function entriesOf(response: Response): readonly BatchEntry[] | undefined {
  const value = json(response);
  if (response.status === 400) return legacyBatch.safeParse(value)?.batchResponse;
  if (response.status !== 200 && response.status !== 201) return undefined;
  const bare = bareBatch.safeParse(value);
  if (bare) return bare;
  const batch = batchResult.safeParse(value);
  if (!batch || deniesItself(batch)) return undefined;
  // Counts that do not fit the results leave open which of the two is true.
  const failures = batch.results.filter(hasError).length;
  const { successCount, failureCount } = batch;
  const fits =
    (failureCount ?? failures) === failures &&
    (successCount ?? batch.results.length - failures) === batch.results.length - failures;
  return fits ? batch.results : batch.results.filter(hasError);
}

function hasError({ error }: BatchEntry): boolean {
  return error !== undefined && error !== null;
}

/** The error that every result holds, where every other target would meet it too. */
function sharedError(entries: readonly BatchEntry[], asked: Asked): RevokeError | undefined {
  if (!entries.every((entry) => hasError(entry) && !isContradiction(entry))) return undefined;
  const errors = entries.map((entry) => {
    const info = errorInfo.safeParse(entry.error);
    return info && errorOfCode(info, entry.target);
  });
  const [first] = errors;
  const isShared = errors.every((error) => error?.code === first?.code);
  const isWhole = entries.length >= asked.targets.length;
  return isWhole && isShared && first?.affects === 'run' ? first : undefined;
}

interface Judged {
  readonly asked: Asked;
  /** By this machine's clock, and by the server's. */
  readonly now: number;
  readonly serverNow: number;
  readonly write: (ms: number) => string;
}

function judgeEntry(entry: BatchEntry, { asked, now, serverNow, write }: Judged): Verdict {
  const { target } = entry;
  if (hasError(entry)) return failed(target, errorInfo.safeParse(entry.error));
  const said = terms.safeParse(entry);
  if (!said) {
    return unclear(target, 'unexpected_answer', 'the answer names this target without its terms');
  }
  const triedAt = serverNow - Math.max(0, now - asked.firstTriedAt);
  const earliest = asked.issuedBefore ?? triedAt - CLEARLY_MS;
  if (said.issuedBefore < earliest) {
    return unclear(target, 'cutoff_mismatch', 'Ably used an earlier time than was asked for');
  }
  if (said.appliesAt > serverNow + FARTHEST_MS) {
    const when = write(said.appliesAt);
    return unclear(target, 'unexpected_answer', `the revocation applies only from ${when}`);
  }
  return {
    target,
    status: said.appliesAt <= serverNow + SKEW_MS ? 'revoked' : 'accepted',
    issued_before: write(said.issuedBefore),
    applies_at: write(said.appliesAt),
    allow_reauth_margin: asked.allowReauthMargin,
  };
}

function failed(target: string, info: ErrorInfo | undefined): Verdict {
  if (!info)
    return unclear(target, 'unexpected_answer', 'the answer names an error without a code');
  const known = errorOfCode(info, target);
  const own = info.message ? `: ${info.message}` : '';
  if (info.code >= 50000) {
    const error = { provider_code: info.code, ...again('server_error', `Ably failed${own}`) };
    return { target, status: 'unknown', error };
  }
  const error: OutcomeError = {
    code: known?.code ?? 'refused',
    provider_code: info.code,
    message: known?.message ?? `Ably refused this target${own}`,
    ...(known?.hint === undefined ? {} : { hint: known.hint }),
  };
  return { target, status: 'failed', error };
}

function unclear(target: string, code: string, message: string): Verdict {
  return { target, status: 'unknown', error: again(code, message) };
}

function again(code: string, message: string): OutcomeError {
  return { code, message, hint: 'it may have taken effect: run this again' };
}

/** The server's clock as its Date header has it, to the end of that second; else ours. */
function serverClock(response: Response, now: number): number {
  const date = dateOf(response);
  return date === undefined ? now : date + 999;
}

/** RFC 3339, UTC, to the millisecond. */
export function timeText(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? String(ms) : date.toISOString();
}

/** timeText for the results of one answer, whose times are nearly always the same. */
function timeWriter(): (ms: number) => string {
  return rememberLast(timeText);
}
