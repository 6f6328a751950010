/** What became of a target: as a provider says it, and as it is printed, journalled and counted. */

/** One model for every provider. `revoked` is only ever what was confirmed. */
export type Status =
  | 'revoked'
  | 'already_revoked'
  | 'accepted'
  | 'alive'
  | 'failed'
  | 'unknown'
  | 'skipped'
  | 'planned';

/** The statuses that end in exit code 0. */
export const SUCCESSFUL: ReadonlySet<string> = new Set<Status>([
  'revoked',
  'already_revoked',
  'accepted',
]);

export interface OutcomeError {
  /** Ours, stable, snake_case. */
  readonly code: string;
  readonly provider_code?: string | number;
  readonly message: string;
  readonly hint?: string;
}

export interface Verification {
  /** How it was checked: `list`, `introspection`, `probe` … */
  readonly method: string;
  readonly before: SeenState;
  /** Absent where nothing was sent. */
  readonly after?: SeenState;
  /** The provider's word for what was inactive before, where nothing was sent. */
  readonly said?: 'revoked' | 'expired';
  /** Why it is not known what it was, where nothing was sent. */
  readonly reason?: string;
  /** RFC 3339, UTC. */
  readonly checked_at: string;
}

/** `dead`: inactive, and shown as that. `absent`: not shown at all. */
export type SeenState = 'active' | 'dead' | 'absent' | 'unknown';

/** What a provider says happened to one target; facts of its own stand beside these, snake_case. */
export interface Verdict {
  /** The target's id. */
  readonly target: string;
  readonly status: Status;
  readonly error?: OutcomeError;
  readonly verification?: Verification;
  /** RFC 3339: it is in force only from then on. */
  readonly applies_at?: string;
  /** `failed`, and counts as done all the same: see --ignore-not-found. */
  readonly ignored?: boolean;
  readonly [fact: string]: unknown;
}

/** One result: what is printed, journalled and counted. */
export interface Outcome extends Verdict {
  readonly provider: string;
  /** RFC 3339, UTC: when this became known. */
  readonly at: string;
}
