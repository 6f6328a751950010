/** Nothing is revoked that nobody asked for, and nothing at all without a login. */
import assert from 'node:assert/strict';
import { outcomesOf, expectAlive, expectDead, expectExit, expectRevocations } from './expect.js';
import { secretVariables } from './secrets.js';
import { isLoginRequired, type Clause, type Trial } from './trial.js';

export const CONSENT: readonly Clause[] = [
  {
    name: 'nothing is sent without --force where nobody can be asked',
    async check(trial) {
      const target = await trial.issueOne();
      const before = seen(trial);
      expectExit(await trial.run([target], []), 2);
      expectExit(await trial.run([target], ['--json']), 2);
      expectNothing(trial, before);
      expectAlive(trial, target);
    },
  },
  {
    name: 'a person who says no has revoked nothing',
    async check(trial) {
      const target = await trial.issueOne();
      expectExit(await trial.run([target], [], { typed: 'n\r' }), 5);
      expectRevocations(trial, 0, 'no request that revokes after a no');
      expectAlive(trial, target);
    },
  },
  {
    name: 'a person who says yes has revoked it',
    async check(trial) {
      const target = await trial.issueOne();
      expectExit(await trial.run([target], [], { typed: 'y\r' }), 0);
      expectDead(trial, target);
    },
  },
  {
    name: 'a dry run plans every target and revokes none',
    async check(trial) {
      const targets = await trial.issue(2);
      const ran = await trial.run(targets, ['--dry-run', '--json']);
      expectExit(ran, 0);
      const statuses = outcomesOf(ran, targets).map(({ status }) => status);
      assert.deepEqual(statuses, ['planned', 'planned'], 'each target is planned');
      expectRevocations(trial, 0, 'no request that revokes on a dry run');
      expectAlive(trial, ...targets);
    },
  },
  {
    name: 'in an empty environment nothing is sent: exit 2 or 3',
    applies: isLoginRequired,
    async check(trial) {
      const target = await trial.issueOne();
      const before = seen(trial);
      expectExit(await trial.run([target], ['--force', '--json'], { env: {} }), 2, 3);
      expectNothing(trial, before);
    },
  },
  {
    name: 'without credentials nothing is sent: exit 3',
    applies: isLoginRequired,
    async check(trial) {
      const target = await trial.issueOne();
      const before = seen(trial);
      const secret = secretVariables(trial);
      const env = Object.fromEntries(
        Object.entries(trial.emulator.environment).filter(([name]) => !secret.has(name)),
      );
      expectExit(await trial.run([target], ['--force', '--json'], { env }), 3);
      if (!trial.options.anonymous) expectNothing(trial, before);
      expectAlive(trial, target);
    },
  },
];

function seen({ emulator }: Trial): number {
  return emulator.server.requests.length;
}

function expectNothing(trial: Trial, before: number): void {
  const lines = trial.emulator.server.requests
    .slice(before)
    .map(({ method, url }) => `${method} ${url}`);
  assert.deepEqual(lines, [], 'no request of any kind');
}
