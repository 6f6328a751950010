/** `workspace refresh` killed at each step and at random moments: a usable token stays stored. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Fault } from '../../src/contract/emulator.js';
import { BIN } from '../support/cli.js';
import { onStage, type Stage } from '../support/stage.js';

const state = (home: string) => join(home, '.local/state/revoke/workspace-tokens.json');

/** The one token that the state file holds: its value and its JTI. */
function stored(home: string): { token: string; jti: string } {
  const { tokens } = JSON.parse(readFileSync(state(home), 'utf8')) as {
    tokens: Record<string, { token: string; jti: string }>;
  };
  const [only] = Object.values(tokens);
  if (!only) throw new Error('nothing is stored');
  return only;
}

async function begin(stage: Stage): Promise<string> {
  const ran = await stage.revoke(['workspace', 'create', '--save', '--json']);
  expect(ran.code).toBe(0);
  return stored(stage.home).jti;
}

/** Starts a refresh and ends it with SIGKILL when `when` resolves. */
async function killed(stage: Stage, when: () => Promise<unknown>): Promise<void> {
  const child = spawn(process.execPath, [BIN, 'workspace', 'refresh', '--json'], {
    env: stage.env,
    stdio: 'ignore',
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  await Promise.race([when(), ended]);
  child.kill('SIGKILL');
  await ended;
}

async function asked(stage: Stage, from: number, pattern: RegExp): Promise<void> {
  for (let waits = 0; waits < 400; waits++) {
    if (
      stage
        .asked()
        .slice(from)
        .some((line) => pattern.test(line))
    )
      return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`never asked: ${String(pattern)}`);
}

/** The tokens that are alive although no list of before knows them, and that are not the stored one. */
function strays(stage: Stage, known: ReadonlySet<string>): string[] {
  return stage.workspace
    .snapshot()
    .tokens.filter(({ jti, status }) => status === 'active' && !known.has(jti))
    .map(({ jti }) => jti)
    .filter((jti) => jti !== stored(stage.home).jti);
}

const aliveNow = (stage: Stage) =>
  new Set(
    stage.workspace
      .snapshot()
      .tokens.filter(({ status }) => status === 'active')
      .map(({ jti }) => jti),
  );

describe('killed while a request is held', () => {
  test.each<[string, RegExp, Fault, 'old' | 'new']>([
    ['the list before', /^GET .*tokens/, { kind: 'idle', match: /^GET .*tokens$/ }, 'old'],
    ['the creation, unseen', /^POST /, { kind: 'delay', ms: 3000, match: /^POST / }, 'old'],
    ['the creation, done', /^POST /, { kind: 'idle', match: /^POST / }, 'old'],
    ['the revocation', /^DELETE /, { kind: 'idle', match: /^DELETE / }, 'new'],
  ])('%s', async (_step, pattern, fault, kept) => {
    await onStage(async (stage) => {
      const old = await begin(stage);
      const known = aliveNow(stage);
      const from = stage.asked().length;
      stage.workspace.server.addFault(fault);
      await killed(stage, () => asked(stage, from, pattern));
      stage.workspace.server.clearFaults();
      const now = stored(stage.home);
      expect(now.jti === old ? 'old' : 'new').toBe(kept);
      expect(stage.workspace.isAlive(now.token)).toBe(true);
      // What is alive and not stored is named by the next run, with the command that ends it.
      const left = strays(stage, known);
      const next = await stage.revoke(['workspace', 'list', '--json']);
      expect(next.code).toBe(0);
      for (const jti of left) expect(next.stderr).toContain(`revoke workspace ${jti}`);
      // Recovery is one more refresh.
      const again = await stage.revoke(['workspace', 'refresh', '--json']);
      expect(again.code).toBe(0);
      expect(stage.workspace.isAlive(stored(stage.home).token)).toBe(true);
      expect(stored(stage.home).jti).not.toBe(now.jti);
      expect(stage.workspace.isAlive(now.jti)).toBe(false);
    });
  });
});

test('killed at random moments, many times over', async () => {
  const seed = Number(process.env['REVOKE_TEST_SEED'] ?? Date.now() % 100_000);

  console.info(`seed of the moments: REVOKE_TEST_SEED=${seed}`);
  let random = seed;
  const next = () => (random = (random * 1103515245 + 12345) % 2 ** 31) / 2 ** 31;
  await onStage(async (stage) => {
    await begin(stage);
    const known = aliveNow(stage);
    // Every answer takes a little, so that the moments fall between the steps as well.
    stage.workspace.server.addFault({ kind: 'delay', ms: 15, times: Infinity });
    for (let round = 0; round < 20; round++) {
      const moment = 40 + next() * 160;
      await killed(stage, () => new Promise((resolve) => setTimeout(resolve, moment)));
      expect(stage.workspace.isAlive(stored(stage.home).token)).toBe(true);
    }
    stage.workspace.server.clearFaults();
    const told = await stage.revoke(['workspace', 'list', '--json']);
    for (const jti of strays(stage, known)) expect(told.stderr).toContain(jti);
    const last = await stage.revoke(['workspace', 'refresh', '--json']);
    expect(last.code).toBe(0);
    expect(stage.workspace.isAlive(stored(stage.home).token)).toBe(true);
  });
});
