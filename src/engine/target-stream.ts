/** Targets as the engine takes them. */
import type { Target } from '../contract/provider.js';

/** A line of the input that is not a target. It gets an outcome like any other. */
export interface BadLine {
  /** Where it stands: `stdin:12`. */
  readonly at: string;
  readonly reason: string;
  /** What to do instead; the line is to be mended without it. */
  readonly hint?: string | undefined;
}

export type TargetOrBadLine = Target | BadLine;

/** A stream of targets: some at a time, undefined at the end. */
export interface TargetStream {
  next(): Promise<readonly TargetOrBadLine[] | undefined>;
}
