/** What the command and the library share: a provider that is logged in, ready to be handed targets. */
import { runEngine, type EngineInput } from './engine.js';
import { usageError, type RevokeError } from '../contract/errors.js';
import type { Pacer } from '../network/pacer.js';
import type { Clock, Provider, Revoker } from '../contract/provider.js';

export interface RunnerOptions {
  readonly provider: Provider;
  readonly revoker: Revoker;
  readonly pacer: Pacer;
  readonly clock: Clock;
  /** Once aborted nothing new is started. */
  readonly signal: AbortSignal;
  /** Milliseconds in which a death must be seen; without it, nothing is looked at. */
  readonly proofMs?: number | undefined;
  /** How many targets there are, where that is known. */
  readonly count?: number | undefined;
}

export type RunInput = Omit<
  EngineInput,
  'provider' | 'revoker' | 'batch' | 'pacer' | 'signal' | 'concurrency'
>;

export interface Runner {
  /** See `run` of the engine. */
  run(input: RunInput): Promise<RevokeError | undefined>;
}

/** Throws a usage fault where proof was asked for and cannot be had. */
export async function prepare(options: RunnerOptions): Promise<Runner> {
  const { provider, revoker, pacer, signal, proofMs } = options;
  const means =
    proofMs === undefined
      ? { revoker, batch: provider.limits.batch, pacer }
      : await withProof(options, proofMs);
  return { run: (input) => runEngine({ ...input, ...means, provider: provider.id, signal }) };
}

async function withProof(
  { provider, revoker, pacer, clock, signal, count }: RunnerOptions,
  timeoutMs: number,
) {
  const { observer } = revoker;
  if (!observer) {
    throw usageError(
      `revoke ${provider.id} has no way to verify this`,
      provider.verifyHelp,
      'cannot_verify',
    );
  }
  if (observer.most !== undefined && (count ?? Infinity) > observer.most) {
    throw usageError(
      `--verify by ${observer.method} proves ${observer.most} target a run`,
      'give one target',
      'cannot_verify',
    );
  }
  const { verified, VERIFY_WINDOW } = await import('./verify.js');
  const { batch } = provider.limits;
  return {
    revoker: verified(revoker, observer, { clock, signal, timeoutMs, batch, pacer }),
    batch: VERIFY_WINDOW,
    // The windows run one by one: each takes the whole width for itself.
    pacer: { ...pacer, width: () => 1 },
  };
}
