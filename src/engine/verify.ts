/**
 * --verify: look at targets before, revoke, and look until they are seen dead or time is up. Absence
 * is no proof: only what the same caller saw active before counts as dead when it is gone after.
 */
import { runEngine } from './engine.js';
import type { RevokeError } from '../contract/errors.js';
import type { Pacer } from '../network/pacer.js';
import type {
  Attempt,
  Clock,
  ObservedState,
  Observer,
  Revoker,
  Target,
  Verdict,
} from '../contract/provider.js';

/** Targets that one look before and a few looks after answer for. */
export const VERIFY_WINDOW = 5000;

export interface VerifyOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Milliseconds after the last answer until a target that is still active counts as alive. */
  readonly timeoutMs: number;
  /** The provider's own batch size. */
  readonly batch: number;
  readonly pacer: Pacer;
}

/** The same revoker, whose verdicts were checked. Its batch is a window of targets. */
export function verified(revoker: Revoker, observer: Observer, options: VerifyOptions): Revoker {
  let stop: RevokeError | undefined;
  return {
    ...revoker,
    async revoke(targets, attempt) {
      if (stop) throw stop;
      const before = await observer.look(targets, attempt);
      const { verdicts, stopped } = await revokeAll(revoker, targets, attempt, options);
      stop = stopped;
      const inForce = inForceAt(verdicts);
      const after = await lookUntilDead(observer, targets, before, attempt, inForce, options);
      const checkedAt = new Date(options.clock.now()).toISOString();
      return verdicts.map((verdict, index) =>
        judge(verdict, {
          method: observer.method,
          before: before[index] ?? 'unknown',
          after: after[index] ?? 'unknown',
          checked_at: checkedAt,
        }),
      );
    },
  };
}

/** What a provider's verdict comes to in the light of two looks. */
export function judge(verdict: Verdict, seen: NonNullable<Verdict['verification']>): Verdict {
  const { error, ...rest } = verdict;
  const said = verdict.status;
  const gone = seen.after === 'dead' || seen.after === 'absent';
  // "Revoked already" is a claim like any other: what is still seen alive is alive.
  const wasDead = said === 'already_revoked' && seen.before !== 'active' && seen.after !== 'active';
  if (said === 'failed' || said === 'skipped' || wasDead) return { ...verdict, verification: seen };
  if (seen.before === 'active' && gone) return { ...rest, status: 'revoked', verification: seen };
  const claimsDeath = seen.before === 'active' || said === 'already_revoked';
  if (claimsDeath && seen.after === 'active' && said !== 'unknown') {
    const message = 'the provider said yes, and it was still active when checked';
    return {
      ...rest,
      status: 'alive',
      error: {
        code: 'still_active',
        message,
        hint: 'check again later, then take it up with the provider',
      },
      verification: seen,
    };
  }
  if (said === 'unknown') return { ...verdict, verification: seen };
  return {
    ...rest,
    status: 'unknown',
    error: {
      code: 'not_verified',
      message: `it could not be verified: ${seen.before} before, ${seen.after} after`,
      hint: 'only what was seen active before and dead after is proven',
    },
    verification: seen,
    ...(error && { refusal: error }),
  };
}

/** One window through the engine, so that splitting, pacing and stopping are what they always are. */
async function revokeAll(
  revoker: Revoker,
  targets: readonly Target[],
  attempt: Attempt,
  options: VerifyOptions,
): Promise<{ readonly verdicts: readonly Verdict[]; readonly stopped: RevokeError | undefined }> {
  const verdicts = new Map<string, Verdict>();
  let given = false;
  const stopped = await runEngine({
    ...options,
    provider: '',
    revoker: { ...revoker, routes: [], scope: {}, revoke: (some) => revoker.revoke(some, attempt) },
    source: { next: async () => (given ? undefined : ((given = true), targets)) },
    serialize: () => '',
    onOutcomes: (outcomes) => {
      for (const { provider: _none, ...verdict } of outcomes) verdicts.set(verdict.target, verdict);
      return undefined;
    },
  });
  return { verdicts: targets.map(({ id }) => verdicts.get(id) as Verdict), stopped };
}

/** When the last of these verdicts is in force (`applies_at`), ms since the epoch; 0: they are. */
function inForceAt(verdicts: readonly Verdict[]): number {
  const times = verdicts.map(({ applies_at: at }) => (typeof at === 'string' ? Date.parse(at) : 0));
  return Math.max(0, ...times.filter((time) => !Number.isNaN(time)));
}

const FIRST_PAUSE_MS = 100;

async function lookUntilDead(
  observer: Observer,
  targets: readonly Target[],
  before: readonly ObservedState[],
  attempt: Attempt,
  inForce: number,
  { clock, signal, timeoutMs }: VerifyOptions,
): Promise<readonly ObservedState[]> {
  const end = Math.max(clock.now(), inForce) + timeoutMs;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, 2000)) {
    const after = await observer.look(targets, attempt);
    const waiting = after.some((state, index) => state === 'active' && before[index] === 'active');
    if (!waiting || signal.aborted || clock.now() + pause > end) return after;
    await clock.sleep(pause, signal);
  }
}
