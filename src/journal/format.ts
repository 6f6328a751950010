/** The lines of a journal. */
import type { Outcome } from '../contract/provider.js';
import type { SourceNote } from '../input/source-note.js';

export interface JournalHeader {
  readonly version: 1;
  readonly provider: string;
  readonly endpoint: string;
  readonly scope: Readonly<Record<string, string | readonly string[]>>;
  readonly sources: readonly SourceNote[];
  /** How bare lines were read (`--as`). */
  readonly as?: string;
  /** `1/4`; several, where journals were joined, with a comma between them. */
  readonly shard?: string;
  /** RFC 3339. */
  readonly started_at: string;
}

export interface Entry {
  readonly run?: JournalHeader;
  readonly intent?: readonly string[];
  readonly at?: number;
  readonly outcome?: Outcome;
  readonly key?: string;
}
