/** One thing to revoke. */
export interface Target {
  /** Printed, journalled, compared. Never a secret: a fingerprint where the target is one. */
  readonly id: string;
  /** The value to send where it is a secret. It is masked wherever it might show. */
  readonly secret?: string;
  /**
   * What makes two targets the same, where `id` shows too little of it to tell: for a secret,
   * `fingerprintOf` it. It is journalled; there is no way back from it.
   */
  readonly dedupKey?: string;
  /** What the provider wants to remember about it (a token type hint). */
  readonly typeHint?: string;
  /** What it is, for people: `GitHub personal access token (classic)`. */
  readonly label?: string;
  /** Explicit targets are sent in ascending rank; 0 without it. */
  readonly sendOrder?: number;
  /** The key that whoever presents it must prove to hold, in words: it cannot be tried as it is. */
  readonly boundTo?: string;
  /** Targets of one group end together: all are checked before the first of them is sent. */
  readonly group?: string;
  /** The provider that it belongs to, where a run has several. */
  readonly provider?: string;
}
