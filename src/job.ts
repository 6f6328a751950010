/** What the parts of one revoking command share. */
import type { Session } from './context.js';
import type { Asked } from './gather.js';
import { amount, count } from './options.js';
import type { Output } from './output.js';
import type { Options } from './provider.js';
import type { World } from './world.js';

/** Everything that one revoking command works with. */
export interface Job {
  readonly world: World;
  readonly asked: Asked;
  readonly options: Options;
  readonly output: Output;
  readonly session: Session;
  /** Aborted: nothing new is started. */
  readonly stop: AbortController;
  readonly isJson: boolean;
  readonly bounds: Bounds;
}

export interface Bounds {
  /** The most targets. */
  readonly max: number | undefined;
  readonly maxFailures: number | undefined;
  /** How long a proof is waited for. */
  readonly proofMs: number;
}

/** Throws a usage fault, before anything else is done. */
export function boundsOf(options: Options): Bounds {
  const maxFailures = count(options, 'maxFailures', '--max-failures', 1);
  return {
    max: count(options, 'max', '--max', 0),
    maxFailures: options.flag('failFast') ? 1 : maxFailures,
    proofMs: (amount(options, 'verifyTimeout', '--verify-timeout') ?? 30) * 1000,
  };
}
