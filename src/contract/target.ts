/** Where a target was found. What is not known is absent. */
export interface Location {
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly commit?: string;
  readonly link?: string;
  readonly detector?: string;
}

/** A token of a known shape in a text. */
export interface FoundToken {
  readonly token: string;
  /** Where it starts in the text. */
  readonly index: number;
  /** The shape has a checksum, and it matches. */
  readonly isWhole?: boolean;
  /** It has the shape and is no token: masked, mistyped, an example. */
  readonly isBad?: boolean;
  /** The hosts that stand beside it. */
  readonly hosts?: readonly string[];
}

/** The tokens of known shapes in a text, each once for each place, none inside another. */
export type FindTokens = (text: string) => readonly FoundToken[];

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
  /** Where it was given, for people: a file, a variable. */
  readonly from?: string;
  /** Explicit targets are sent in ascending rank; 0 without it. */
  readonly sendOrder?: number;
  /** The key that whoever presents it must prove to hold, in words: it cannot be tried as it is. */
  readonly boundTo?: string;
  /** Targets of one group end together: all are checked before the first of them is sent. */
  readonly group?: string;
  /** The hosts that stand beside it where it was found: it is sent to none but these. */
  readonly hosts?: readonly string[];
  /** Where it was found: the first places, and how many there are. */
  readonly locations?: readonly Location[];
  readonly locationsTotal?: number;
  /** The provider that it belongs to, where a run has several. */
  readonly provider?: string;
}
