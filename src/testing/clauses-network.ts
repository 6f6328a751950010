/** No answer is no refusal: what may have taken effect is `unknown`, what cannot have is not. */
import assert from 'node:assert/strict';
import type { FaultKind } from '../contract/emulator.js';
import { expectAlive, expectDead, expectExit, expectOutcome, expectTruth, told } from './expect.js';
import type { Clause, Trial } from './trial.js';

export const NETWORK: readonly Clause[] = [
  {
    name: 'a connection cut before any answer leaves it open',
    async check(trial) {
      expectAlive(trial, await open(trial, { kind: 'reset' }));
    },
  },
  {
    name: 'a connection cut after the deed leaves it open',
    async check(trial) {
      expectDead(trial, await open(trial, { kind: 'reset', after: true }));
    },
  },
  {
    name: 'an answer cut in half leaves it open',
    async check(trial) {
      expectDead(trial, await open(trial, { kind: 'truncate' }));
    },
  },
  {
    name: 'an answer that never comes leaves it open',
    async check(trial) {
      expectDead(trial, await open(trial, { kind: 'idle' }, '--timeout', '0.5'));
    },
  },
  {
    name: 'a try after an answer was lost never calls the deed a failure',
    async check(trial) {
      const target = await trial.issueOne();
      trial.spoil({ kind: 'reset', after: true });
      const ran = await trial.run([target], ['--force', '--json', '--retries', '2']);
      expectOutcome(ran, target, 'revoked', 'already_revoked', 'accepted', 'unknown');
      expectExit(ran, 0, 4);
      expectTruth(trial, ran, [target]);
    },
  },
  {
    name: 'a host that is not there: nothing happened, exit 1',
    async check(trial) {
      const target = await trial.issueOne();
      await trial.emulator.server.close();
      const ran = await trial.force([target]);
      expectExit(ran, 1);
      // A provider that has to read first never gets to its targets.
      for (const { status } of ran.outcomes)
        assert.ok(status === 'failed' || status === 'skipped', `${status} said${told(ran)}`);
      assert.notEqual(ran.stderr + ran.stdout, '', 'it says why');
    },
  },
];

async function open(trial: Trial, fault: FaultKind, ...words: readonly string[]) {
  const target = await trial.issueOne();
  trial.spoil(fault, Infinity);
  const ran = await trial.force([target], ...words);
  expectOutcome(ran, target, 'unknown');
  expectExit(ran, 4);
  return target;
}
