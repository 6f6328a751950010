/** Waits: what the server asked for is said and kept in full, and no clock that is set moves them. */
import { join } from 'node:path';
import type { Fault } from '../../src/contract/emulator.js';
import { onStage } from '../support/stage.js';

const JTI = 'jti_old789xyz012';
const LIVE = 'jti_live345mno678';
const BACK = { NODE_OPTIONS: `--require ${join(__dirname, '../support/clock-back.cjs')}` };

const limited = (retryAfter: string | readonly string[]): Fault => ({
  kind: 'reply',
  match: /^DELETE/,
  reply: { status: 429, headers: { 'retry-after': retryAfter as string }, body: {} },
});

test.concurrent('a pause that the server asks for is said with its end', () =>
  onStage(async (stage) => {
    stage.workspace.server.addFault(limited('3'));
    const started = Date.now();
    const ran = await stage.revoke(['workspace', JTI, '--force', '--json']);
    expect(ran.code).toBe(0);
    const [, seconds, end] = /asked for a pause of (\d+) s: waiting until (\S+Z)/.exec(
      ran.stderr,
    ) ?? ['', '', ''];
    expect(seconds).toBe('3');
    const away = Date.parse(end ?? '') - started;
    expect(away).toBeGreaterThan(1500);
    expect(away).toBeLessThan(10_000);
  }),
);

test.concurrent('of repeated Retry-After headers the longest counts', () =>
  onStage(async (stage) => {
    stage.workspace.server.addFault(limited(['0', '2', '1']));
    const ran = await stage.revoke(['workspace', JTI, '--force']);
    expect(ran.code).toBe(0);
    const [first, second] = stage.workspace.server.requests.filter(
      ({ method }) => method === 'DELETE',
    );
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThan(1900);
  }),
);

test.concurrent('any header that is repeated is a list, and ends no run', () =>
  onStage(async (stage) => {
    const reply = {
      status: 403,
      headers: { 'www-authenticate': ['a', 'b'] as unknown as string, 'content-type': 'text/html' },
      body: 'no',
    };
    stage.workspace.server.addFault({ kind: 'reply', match: /^DELETE/, reply, times: Infinity });
    const ran = await stage.revoke(['workspace', JTI, '--force']);
    expect(ran.stdout + ran.stderr).not.toContain('internal error');
    expect([1, 3]).toContain(ran.code);
  }),
);

test.concurrent('a Retry-After of more digits than a wait has is not waited for', () =>
  onStage(async (stage) => {
    stage.workspace.server.addFault(limited('99999999999'));
    const ran = await stage.revoke(['workspace', JTI, '--force'], { timeoutMs: 15_000 });
    expect(ran.code).toBe(1);
    expect(ran.stdout + ran.stderr).not.toContain('Infinity');
    expect(stage.workspace.isAlive(JTI)).toBe(true);
  }),
);

test.concurrent.each<[string, readonly string[], Fault | undefined]>([
  ['Retry-After', [JTI], limited('2')],
  ['--rate', [JTI, LIVE, 'jti_a', 'jti_b', '--rate', '1', '--retries', '0'], undefined],
  [
    '--verify-timeout',
    [JTI, '--verify', '--verify-timeout', '2'],
    {
      kind: 'reply',
      match: /^DELETE/,
      reply: { status: 200, body: { jti: JTI, revoked_at: new Date().toISOString() } },
    },
  ],
])('a clock that is set back by an hour holds no run: %s', (_name, words, fault) =>
  onStage(async (stage) => {
    if (fault) stage.workspace.server.addFault(fault);
    const ran = await stage.revoke(['workspace', ...words, '--force', '--json'], {
      env: BACK,
      timeoutMs: 25_000,
    });
    expect(ran.signal).toBeNull();
    expect([0, 1, 4]).toContain(ran.code);
  }),
);

test.concurrent('many requests in flight draw no warning of Node', () =>
  onStage(async (stage) => {
    stage.workspace.server.addFault({ ...limited('1'), times: 40 });
    const jtis = Array.from({ length: 40 }, (_, index) => `jti_none${index}`);
    const ran = await stage.revoke(['workspace', '-', '--force', '--concurrency', '40'], {
      input: jtis.join('\n'),
    });
    expect(ran.code).toBe(1);
    expect(ran.stderr).not.toContain('Warning');
  }),
);
