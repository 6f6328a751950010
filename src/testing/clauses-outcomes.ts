/** What is said of targets is what happened to them, however many there are. */
import assert from 'node:assert/strict';
import {
  expectAlive,
  expectDead,
  expectExit,
  expectOutcome,
  expectRevocations,
  expectTruth,
  outcomesOf,
} from './expect.js';
import type { Clause } from './trial.js';

export const OUTCOMES: readonly Clause[] = [
  {
    name: 'an active target is revoked, and nothing else is',
    async check(trial) {
      const [target, bystander] = await trial.issue(2);
      assert.ok(target && bystander);
      const ran = await trial.force([target]);
      expectExit(ran, 0);
      expectOutcome(ran, target, trial.options.first ?? 'revoked');
      expectDead(trial, target);
      expectAlive(trial, bystander);
    },
  },
  {
    name: 'a second run says what the provider says of a revoked target',
    async check(trial) {
      const target = await trial.issueOne();
      expectExit(await trial.force([target]), 0);
      const again = await trial.force([target]);
      expectOutcome(again, target, trial.options.again ?? 'already_revoked');
      expectTruth(trial, again, [target]);
      expectDead(trial, target);
    },
  },
  {
    name: 'several targets: one outcome each, and no request for a duplicate',
    async check(trial) {
      const targets = await trial.issue(7);
      const ran = await trial.force([...targets, ...targets.slice(0, 2)], '--concurrency', '2');
      expectExit(ran, 0);
      const first = trial.options.first ?? 'revoked';
      for (const { status } of outcomesOf(ran, targets)) assert.equal(status, first);
      expectDead(trial, ...targets);
      const batches = Math.ceil(targets.length / Math.max(1, trial.provider.limits.batch));
      expectRevocations(trial, batches, `${batches} requests for ${targets.length} targets`);
    },
  },
  {
    name: 'what is refused for one target hides no other',
    async check(trial) {
      const targets = await trial.issue(3);
      trial.spoil({ kind: 'reply', reply: { status: 422 } });
      const ran = await trial.force(targets, '--concurrency', '1');
      const statuses = outcomesOf(ran, targets).map(({ status }) => status);
      expectTruth(trial, ran, targets);
      const failed = statuses.filter((status) => status === 'failed').length;
      const refused = trial.provider.limits.batch > 1 ? failed : 1;
      assert.equal(failed, refused, `${refused} of ${targets.length} failed: ${statuses.join()}`);
      expectExit(ran, failed > 0 ? 1 : 0);
      for (const status of statuses.filter((each) => each !== 'failed'))
        assert.equal(status, trial.options.first ?? 'revoked');
    },
  },
  {
    name: 'an interrupt waits for what is in flight and starts nothing new',
    async check(trial) {
      const targets = await trial.issue(3);
      const words = ['--force', '--json', '--concurrency', '1', '--retries', '0'];
      const ran = await trial.run(targets, words, {
        onStart: (world) =>
          trial.spoil({
            kind: 'alter',
            alter(reply) {
              world.raise('SIGINT');
              return reply;
            },
          }),
      });
      expectExit(ran, 130);
      const outcomes = outcomesOf(ran, targets);
      expectTruth(trial, ran, targets);
      expectRevocations(trial, 1, 'one request was in flight');
      for (const { target, status } of outcomes) {
        const dead = targets.some((each) => each.id === target && !trial.isAlive(each));
        assert.equal(status, dead ? (trial.options.first ?? 'revoked') : 'skipped');
      }
    },
  },
];
