/** --verify: only what was seen active before and inactive after is proven. */
import assert from 'node:assert/strict';
import type { Issued } from '../contract/emulator.js';
import { renamed, textOf } from './clauses-answers.js';
import { expectAlive, expectDead, expectExit, expectOutcome, told } from './expect.js';
import type { Clause, Trial } from './trial.js';

const CLAUSES: readonly Clause[] = [
  {
    name: '--verify proves the revocation of what was active',
    async check(trial) {
      const target = await trial.issueOne();
      const ran = await verify(trial, target);
      const { verification } = expectOutcome(ran, target, 'revoked');
      expectExit(ran, 0);
      expectDead(trial, target);
      assert.equal(verification?.before, 'active', `seen before${told(ran)}`);
      assert.ok(['dead', 'absent'].includes(verification?.after ?? ''), `seen after${told(ran)}`);
    },
  },
  {
    name: '--verify never claims the revocation of what was inactive before',
    async check(trial) {
      const target = await trial.issueOne();
      expectExit(await trial.force([target]), 0);
      const ran = await verify(trial, target);
      // Where a token is its own login, it is not sent at all: what it was is not known.
      const { verification } = expectOutcome(ran, target, 'already_revoked', 'unknown', 'failed');
      assert.notEqual(verification?.before, 'active', `seen before${told(ran)}`);
    },
  },
  {
    name: '--verify sees through a yes that changed nothing: still active, exit 1',
    async check(trial) {
      const [first, target] = await trial.issue(2);
      assert.ok(first && target);
      const yes = { status: 0, body: '' };
      trial.spoil({
        kind: 'alter',
        alter(reply) {
          Object.assign(yes, { status: reply.status, body: textOf(reply) });
          return reply;
        },
      });
      expectExit(await trial.force([first]), 0);
      const reply = { status: yes.status, body: renamed(yes.body, first, target) };
      trial.spoil({ kind: 'reply', reply }, Infinity);
      const ran = await verify(trial, target);
      expectOutcome(ran, target, 'alive');
      expectExit(ran, 1);
      expectAlive(trial, target);
    },
  },
];

export const PROOF: readonly Clause[] = CLAUSES.map((clause) => ({
  ...clause,
  applies: (provider, { proof }) => provider.verifyHelp !== undefined && proof !== false,
}));

async function verify(trial: Trial, target: Issued) {
  const { proof } = trial.options;
  const words = proof ? await proof(target, trial.folder) : [];
  return trial.force([target], '--verify', ...words);
}
