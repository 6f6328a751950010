/** What the parts of one revoking command share. */
import type { OpenCommand } from '../open-command.js';
import type { Asked } from './collect-targets.js';
import { amount, count } from '../../command-line/options.js';
import type { Options } from '../../contract/provider.js';
import type { World } from '../../runtime/world.js';

/** Everything that one revoking command works with. */
export interface Job extends OpenCommand {
  readonly world: World;
  readonly asked: Asked;
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
