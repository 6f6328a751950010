/** What clauses assert, with everything in the message that a provider's author needs to see. */
import assert from 'node:assert/strict';
import type { Issued } from '../contract/emulator.js';
import { SUCCESSFUL, type Outcome, type Status } from '../contract/provider.js';
import type { Ran, Trial } from './trial.js';

/** The run ended with this exit code. */
export function expectExit(ran: Ran, ...codes: readonly number[]): void {
  assert.ok(
    codes.includes(ran.code),
    `exit code ${ran.code}, where ${codes.join(' or ')} was due${told(ran)}`,
  );
}

/** Each target has exactly one outcome, and there is no other. Resolves them in the targets' order. */
export function outcomesOf(ran: Ran, targets: readonly Issued[]): readonly Outcome[] {
  const seen = ran.outcomes.map(({ target }) => target).sort();
  const due = targets.map(({ id }) => id).sort();
  assert.deepEqual(seen, due, `each target has exactly one outcome${told(ran)}`);
  return targets.map(({ id }) => ran.outcomes.find(({ target }) => target === id) as Outcome);
}

/** The run's only outcome is of this target, and it is one of these. */
export function expectOutcome(ran: Ran, target: Issued, ...statuses: readonly Status[]): Outcome {
  const [outcome] = outcomesOf(ran, [target]) as [Outcome];
  assert.ok(
    statuses.includes(outcome.status),
    `${target.id} is said to be ${outcome.status}, where ${statuses.join(' or ')} was due${told(ran)}`,
  );
  return outcome;
}

/** A good word is only said of what is inactive, and `failed` only of what nothing happened to. */
export function expectTruth(trial: Trial, ran: Ran, targets: readonly Issued[]): void {
  for (const outcome of ran.outcomes) {
    const target = targets.find(({ id }) => id === outcome.target);
    if (!target) continue;
    const alive = trial.isAlive(target);
    if (SUCCESSFUL.has(outcome.status)) {
      assert.ok(!alive, `${target.id} is said to be ${outcome.status}, and lives${told(ran)}`);
    }
    // What is told to be inactive already is no failure to revoke it.
    const isSaidInactive = outcome.error?.code === 'not_active';
    if ((outcome.status === 'failed' && !isSaidInactive) || outcome.status === 'alive') {
      assert.ok(alive, `${target.id} is said to be ${outcome.status}, and is dead${told(ran)}`);
    }
  }
}

export function expectDead(trial: Trial, ...targets: readonly Issued[]): void {
  for (const target of targets)
    assert.ok(!trial.isAlive(target), `the data plane refuses ${target.id} from now on`);
}

export function expectAlive(trial: Trial, ...targets: readonly Issued[]): void {
  for (const target of targets) assert.ok(trial.isAlive(target), `${target.id} was not touched`);
}

/** So many requests that revoke have reached the emulator. */
export function expectRevocations(trial: Trial, count: number, why: string): void {
  const seen = trial.revocations().map(({ method, url }) => `${method} ${url}`);
  assert.equal(seen.length, count, `${why}; seen: ${seen.join(', ') || 'none'}`);
}

export function told({ code, stdout, stderr }: Ran): string {
  return `\n--- exit ${code}\n--- stdout\n${stdout}--- stderr\n${stderr}`;
}
