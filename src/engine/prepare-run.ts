/** What the command and the library share: providers that are logged in, ready to be given targets. */
import { usageError, type RevokeError } from '../contract/errors.js';
import type { Lane } from '../contract/lane.js';
import type { Clock, Provider, Revoker } from '../contract/provider.js';
import type { LaneNetwork } from '../network/lane-network.js';
import { runEngine, type EngineInput } from './engine.js';
import type { LaneCheckFactory } from './lane-checks.js';
import type { RunLane } from './run-lane.js';

/** A provider that is logged in, and its way to send. */
export interface OpenProvider {
  readonly provider: Provider;
  readonly revoker: Revoker;
  readonly network: LaneNetwork;
}

export interface RunTerms {
  readonly clock: Clock;
  /** Once aborted nothing new is started. */
  readonly signal: AbortSignal;
  /** Which targets are checked: all of them (--verify), those of lanes that do it anyway, none. */
  readonly verify: 'always' | 'default' | 'never';
  /** Milliseconds until a target that is still active counts as that. */
  readonly verifyMs: number;
  readonly dryRun: boolean;
  /** How many targets there are, where that is known. */
  readonly count?: number | undefined;
}

export type RunInput = Omit<EngineInput, 'lanes' | 'checks' | keyof RunTerms>;

export interface PreparedRun {
  readonly lanes: readonly RunLane[];
  /** See `runEngine`. */
  run(input: RunInput): Promise<RevokeError | undefined>;
}

/** Throws a usage error where proof was asked for and cannot be had. */
export async function prepareRun(
  opened: readonly OpenProvider[],
  terms: RunTerms,
): Promise<PreparedRun> {
  if (terms.verify === 'always') assertVerifiable(opened, terms.count);
  const lanes = opened.flatMap((one) => lanesOf(one, terms));
  const checks = await loadChecks(lanes, terms);
  const { clock, signal, dryRun } = terms;
  return { lanes, run: (input) => runEngine({ ...input, lanes, checks, clock, signal, dryRun }) };
}

/** The lanes of one provider, each with its own way to send. */
function lanesOf({ provider, revoker, network }: OpenProvider, { verify }: RunTerms) {
  const shared = { busy: 0, limit: network.concurrency };
  const isOnly = revoker.lanes.length === 1;
  return revoker.lanes.map((lane): RunLane => {
    const { concurrency, pace, check } = lane;
    const isCommon = isOnly && !pace && concurrency === undefined;
    const own = isCommon ? network.common : network.paced({ concurrency, pace });
    const rate = check?.perSecond;
    const checks = rate !== undefined || pace ? network.paced({ concurrency, rate }) : own;
    return {
      ...own,
      provider: provider.id,
      revoker,
      lane: verify === 'never' ? unchecked(lane) : lane,
      batch: batchOf(lane, provider, verify),
      checks,
      shared,
    };
  });
}

/** What was checked first must still be fresh when its batch leaves. */
const SECONDS_OF_CHECKS = 25;

function batchOf(lane: Lane, { limits }: Provider, verify: RunTerms['verify']): number {
  const batch = lane.batch ?? limits.batch;
  const perSecond = verify === 'never' ? undefined : lane.check?.perSecond;
  if (perSecond === undefined) return batch;
  return Math.max(1, Math.min(batch, Math.floor(perSecond * SECONDS_OF_CHECKS)));
}

function unchecked(lane: Lane): Lane {
  return lane.check?.byDefault ? { ...lane, facts: { ...lane.facts, not_checked: 'off' } } : lane;
}

async function loadChecks(
  lanes: readonly RunLane[],
  { clock, signal, verify, verifyMs, dryRun }: RunTerms,
): Promise<LaneCheckFactory | undefined> {
  const asked = verify === 'always';
  const isNeeded = asked || lanes.some(({ lane }) => lane.check?.byDefault);
  if (verify === 'never' || !isNeeded) return undefined;
  const { createLaneChecks } = await import('./lane-checks.js');
  return createLaneChecks({ clock, signal, timeoutMs: verifyMs, asked, dryRun });
}

function assertVerifiable(opened: readonly OpenProvider[], count = Infinity): void {
  const verifiers = opened.flatMap(({ revoker }) =>
    revoker.lanes.flatMap(({ check }) => check ?? []),
  );
  const [one] = opened;
  if (verifiers.length === 0 && one) {
    throw usageError(
      `revoke ${one.provider.id} has no way to verify this`,
      one.provider.verifyHelp,
      'cannot_verify',
    );
  }
  const limited = verifiers.find(({ maxTargets = Infinity }) => count > maxTargets);
  if (!limited) return;
  throw usageError(
    `--verify by ${limited.method} can check ${limited.maxTargets} target in a run`,
    'give one target',
    'cannot_verify',
  );
}
