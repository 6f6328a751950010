/**
 * What an answer says of each target. Success is read target by target, never from the HTTP status:
 * a 2xx may hold failures, and a 400 successes.
 */
import {
  json,
  type OutcomeError,
  rememberLast,
  type Response,
  type RevokeError,
  type Target,
  type Verdict,
} from '../../src/contract/index.js';
import { faultOfCode, faultOfResponse } from './error-codes.js';
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
}

/** How far `appliesAt` may lie ahead of a clock and still be now, in ms. */
const SKEW_MS = 2000;

/** One verdict for each target. Throws the fault of a request that failed as a whole. */
export function judge(response: Response, asked: Asked, now: number): readonly Verdict[] {
  const entries = entriesOf(response);
  if (!entries) throw faultOfResponse(response, now);
  const byTarget = new Map<string, BatchEntry[]>();
  for (const entry of entries) {
    const same = byTarget.get(entry.target);
    if (same) same.push(entry);
    else byTarget.set(entry.target, [entry]);
  }
  const shared = sharedFault(entries, asked);
  if (shared) throw shared;
  const serverNow = serverClock(response, now);
  const write = timeWriter();
  return asked.targets.map(({ id }) => {
    const mine = byTarget.get(id) ?? [];
    const entry = mine.find(hasError) ?? mine[0];
    return entry ? judgeEntry(entry, asked, serverNow, write) : unclear(id, 'no_result', NO_RESULT);
  });
}

const NO_RESULT = 'the answer says nothing of this target';

/** The results of all three shapes that are documented; undefined: the answer has none. */
function entriesOf(response: Response): readonly BatchEntry[] | undefined {
  const value = json(response);
  if (response.status === 400) return legacyBatch.safeParse(value)?.batchResponse;
  if (response.status < 200 || response.status >= 300) return undefined;
  const bare = bareBatch.safeParse(value);
  if (bare) return bare;
  const batch = batchResult.safeParse(value);
  if (!batch) return undefined;
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

/** The fault that every result holds, where every other target would meet it too. */
function sharedFault(entries: readonly BatchEntry[], asked: Asked): RevokeError | undefined {
  if (!entries.every(hasError)) return undefined;
  const faults = entries.map((entry) => {
    const info = errorInfo.safeParse(entry.error);
    return info && faultOfCode(info, entry.target);
  });
  const [first] = faults;
  const isShared = faults.every((fault) => fault?.code === first?.code);
  const isWhole = entries.length >= asked.targets.length;
  return isWhole && isShared && first?.affects === 'run' ? first : undefined;
}

function judgeEntry(
  entry: BatchEntry,
  asked: Asked,
  serverNow: number,
  write: (ms: number) => string,
): Verdict {
  const { target } = entry;
  if (hasError(entry)) return failed(target, errorInfo.safeParse(entry.error));
  const said = terms.safeParse(entry);
  if (!said) {
    return unclear(target, 'unexpected_answer', 'the answer names this target without its terms');
  }
  if (asked.issuedBefore !== undefined && said.issuedBefore < asked.issuedBefore) {
    return unclear(target, 'cutoff_mismatch', 'Ably took an earlier cut-off than was asked for');
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
  const fault = faultOfCode(info, target);
  const own = info.message ? `: ${info.message}` : '';
  if (info.code >= 50000) {
    const error = { provider_code: info.code, ...again('server_error', `Ably failed${own}`) };
    return { target, status: 'unknown', error };
  }
  const error: OutcomeError = {
    code: fault?.code ?? 'refused',
    provider_code: info.code,
    message: fault?.message ?? `Ably refused this target${own}`,
    ...(fault?.hint === undefined ? {} : { hint: fault.hint }),
  };
  return { target, status: 'failed', error };
}

function unclear(target: string, code: string, message: string): Verdict {
  return { target, status: 'unknown', error: again(code, message) };
}

function again(code: string, message: string): OutcomeError {
  return { code, message, hint: 'it may or may not have landed: run it again' };
}

/** The server's clock as its Date header has it, to the end of that second; else ours. */
function serverClock({ headers }: Response, now: number): number {
  const date = Date.parse(headers['date'] ?? '');
  return Number.isNaN(date) ? now : date + 999;
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
