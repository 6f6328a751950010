/** What the parts of one revoking command share. */
import type { OpenCommand } from '../open-command.js';
import type { RevokeArguments } from '../../command-line/command-tree.js';
import { amount, count } from '../../context/option-values.js';
import type { Options } from '../../contract/provider.js';
import type { World } from '../../runtime/world.js';

/** Everything that one revoking command works with. */
export interface Invocation extends OpenCommand {
  readonly world: World;
  readonly args: RevokeArguments;
  readonly limits: Limits;
}

export interface Limits {
  /** The most targets. */
  readonly max: number | undefined;
  readonly maxFailures: number | undefined;
  /** How long a proof is waited for. */
  readonly verifyTimeoutMs: number;
}

/** Throws a usage error, before anything else is done. */
export function readLimits(options: Options): Limits {
  const maxFailures = count(options, 'maxFailures', 1);
  return {
    max: count(options, 'max', 0),
    maxFailures: options.flag('failFast') ? 1 : maxFailures,
    verifyTimeoutMs: (amount(options, 'verifyTimeout') ?? 30) * 1000,
  };
}
