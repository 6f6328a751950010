/**
 * A lane: one way in which targets are revoked, with its own place, request size, pace and check.
 * An API key is one, a family of tokens is one. A run may have lanes of several providers; each
 * starts, waits and stops by itself.
 */
import type { Http } from './http.js';
import type { Target } from './target.js';
import type { Verdict } from './verdict.js';

export type Facts = Readonly<Record<string, unknown>>;

/** What a lane acts on, as data: an app, a key, a workspace. */
export type Scope = Readonly<Record<string, string | readonly string[]>>;

/** What a lane is given for one call beside the targets. */
export interface Attempt {
  /** Sends at the pace of this lane. The context's own `http` is for what `open` reads. */
  readonly http: Http;
  /** When a request for these targets may first have left, ms since the epoch: set on a resume. */
  readonly firstTriedAt?: number;
}

export interface Lane {
  /** Unique among the lanes of its revoker, journalled; '' for an only one. */
  readonly name: string;
  /** The base URL that requests go to. */
  readonly endpoint: string;
  /** What a journal is bound to, and every outcome carries. */
  readonly scope: Scope;
  /** More that every outcome of this lane carries. */
  readonly facts?: Facts;
  /** Targets in one request; the provider's `limits.batch` without it. */
  readonly batch?: number;
  /** Requests in flight; the provider's `limits.concurrency` without it, and never more. */
  readonly concurrency?: number;
  /** So many requests may leave at once in any span of so many seconds. */
  readonly pace?: { readonly requests: number; readonly seconds: number };
  /**
   * How often in a run a refused batch may be halved to find the target that spoils it; what is
   * left then is `unknown`. As often as it takes without it.
   */
  readonly maxSplits?: number;
  /** The service has other instances, and this is merely its default: see `--ignore-not-found`. */
  readonly isDefaultInstance?: boolean;
  /** How targets are checked before and after; absent: they cannot be. */
  readonly check?: Verifier;
  /** `revoke` sends nothing that changes anything: it says why, in a dry run too. */
  readonly sendsNothing?: boolean;
  /**
   * Sends one request for one batch. Answers one verdict for each target, in their order, each
   * naming its target; what does not is `unknown`. A thrown error speaks for the whole batch (see
   * `Affects`). It never calls an answer `revoked` that does not name the target.
   */
  revoke(targets: readonly Target[], attempt: Attempt): Promise<readonly Verdict[]>;
}

/** How targets are checked: by the same caller, before and after. */
export interface Verifier {
  /** `list`, `introspection`, `probe`: it stands in outcomes. */
  readonly method: string;
  /** How many targets one call answers for; 1 without it, Infinity for a list of everything. */
  readonly batch?: number;
  /** Calls a second; no limit without it. */
  readonly perSecond?: number;
  /** It can prove no more targets than this in a run; asked for more, the run does not start. */
  readonly maxTargets?: number;
  /** Targets that are checked unless --verify asks for all: the first ones of a run. */
  readonly usualTargets?: number;
  /** Targets are checked without --verify too, unless --no-verify is given. */
  readonly byDefault?: boolean;
  /** Nothing is sent for a target that is inactive before. */
  readonly skipsInactive?: boolean;
  /** The outcome of a target that is not to be sent after what a check said of it: another owner's. */
  refuses?(target: Target, result: CheckResult): Verdict | undefined;
  /** An inactive answer right after an active one is asked for once more: the service has replicas. */
  readonly confirms?: boolean;
  /**
   * One result for each target, in their order. It changes nothing. An error that it throws makes
   * all of them unclear, with the error's message as the reason.
   */
  check(targets: readonly Target[], attempt: Attempt): Promise<readonly CheckResult[]>;
}

/** What is known of a credential that is active. */
export interface ActiveFacts {
  /** Whose it is, for people: `octocat`. */
  readonly owner?: string | undefined;
  readonly scopes?: readonly string[] | undefined;
  /** Ms since the epoch. */
  readonly expiresAt?: number | undefined;
  /** More that its outcome carries, in snake_case. */
  readonly facts?: Facts | undefined;
}

/** What one check says of one target. The functions below make these. */
export type CheckResult = Answered &
  (
    | ({ readonly state: 'active' } & ActiveFacts)
    | { readonly state: 'inactive'; readonly said?: SaidInactive; readonly isAbsent?: true }
    | { readonly state: 'unclear'; readonly reason: string }
  );

/** The word with which a provider says that a credential is inactive, where it says one. */
export type SaidInactive = 'revoked' | 'expired' | undefined;

interface Answered {
  /** The server's own clock at its answer (`Date`), ms since the epoch. */
  readonly serverTime?: number | undefined;
  /** Nothing more is checked in this run, of this lane. */
  readonly endsChecks?: true;
  /** How it was checked, where the lane has several ways; its verifier's `method` without it. */
  readonly method?: string;
  /** What to do where the outcome is unknown because of this result. */
  readonly hint?: string;
}

export function active(facts: ActiveFacts = {}): CheckResult {
  return { state: 'active', ...facts };
}

/** @param said `revoked` or `expired` only where the provider says that, in documented words */
export function inactive(said?: SaidInactive): CheckResult {
  return said === undefined ? { state: 'inactive' } : { state: 'inactive', said };
}

/** Not in the list: inactive, as far as this caller can see. */
export function absent(): CheckResult {
  return { state: 'inactive', isAbsent: true };
}

/** @param hint what would make it clear */
export function unclear(reason: string, hint?: string): CheckResult {
  return { state: 'unclear', reason, ...(hint !== undefined && { hint }) };
}
