/** Lies and limits that one service alone has: what each comes to, and how much is sent. */
import { startGithubEmulator } from '../providers/github/emulator.js';
import { startSlackEmulator } from '../providers/slack/emulator.js';
import { startVaultEmulator, type VaultEmulatorOptions } from '../providers/vault/emulator.js';
import { makeToken } from '../src/emulator/fake-tokens.js';
import type { TokenEmulator } from '../src/emulator/token-emulator.js';
import { revokeTokens, type TokenRunOptions } from './support/run-tokens.js';

const running: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.close()));
});

async function begin<T extends TokenEmulator>(starting: Promise<T>): Promise<T> {
  const emulator = await starting;
  running.push(emulator);
  return emulator;
}

async function revoke(
  id: string,
  emulator: TokenEmulator,
  token: string,
  options: TokenRunOptions = {},
) {
  const ran = await revokeTokens(id, { emulators: [emulator], lines: [token] }, options);
  return { ...ran, outcome: ran.outcomes[0] };
}

const sent = (emulator: TokenEmulator) =>
  emulator.server.requests.filter(({ method, path }) => emulator.revokes.test(`${method} ${path}`));

describe('Slack: invalid_auth', () => {
  test('is inactive after Slack answered revoked:true to this run', async () => {
    const slack = await begin(startSlackEmulator());
    const token = slack.mint('slack_bot');
    slack.server.addFault({
      kind: 'alter',
      match: slack.revokes,
      alter: (reply) => {
        slack.blockAddress(true);
        return reply;
      },
    });
    const { outcome, code } = await revoke('slack', slack, token);
    expect(outcome).toMatchObject({ status: 'revoked', verification: { after: 'dead' } });
    expect([code, slack.isAlive(token)]).toEqual([0, false]);
  });

  test('is unclear where an address list was switched on between the check and the revocation', async () => {
    const slack = await begin(startSlackEmulator());
    const token = slack.mint('slack_bot');
    slack.server.addFault({
      kind: 'alter',
      match: /auth\.test/,
      alter: (reply) => {
        slack.blockAddress(true);
        return reply;
      },
    });
    const { outcome } = await revoke('slack', slack, token);
    expect(outcome).toMatchObject({
      status: 'failed',
      error: { code: 'request_refused', provider_code: 'invalid_auth' },
      verification: { before: 'active', after: 'unknown' },
    });
    slack.blockAddress(false);
    expect(slack.isAlive(token)).toBe(true);
  });

  test('is unclear where nothing was answered yet', async () => {
    const slack = await begin(startSlackEmulator());
    const token = slack.mint('slack_bot');
    slack.blockAddress(true);
    const { outcome } = await revoke('slack', slack, token);
    expect(outcome).toMatchObject({ status: 'failed', verification: { before: 'unknown' } });
    slack.blockAddress(false);
    expect(slack.isAlive(token)).toBe(true);
  });
});

describe('Vault', () => {
  const start = (options?: VaultEmulatorOptions) => begin(startVaultEmulator(options));

  test.each([1, 2, 3])(
    'a token of %i uses is revoked, and what is left of them is said',
    async (uses) => {
      const vault = await start();
      const token = vault.mintToken({ uses });
      const { outcome } = await revoke('vault', vault, token);
      expect(outcome).toMatchObject({
        status: 'revoked',
        ...(uses > 1 && { uses_left: uses - 1 }),
      });
      expect(vault.isAlive(token)).toBe(false);
    },
  );

  test('a token of one use is sent without a check where none is wanted', async () => {
    const vault = await start();
    const token = vault.mintToken({ uses: 1 });
    const { outcome } = await revoke('vault', vault, token, {
      words: ['--no-verify', '--no-journal'],
    });
    expect(outcome).toMatchObject({ status: 'accepted', not_checked: 'off' });
    expect([vault.isAlive(token), vault.server.requests.length]).toEqual([false, 1]);
  });

  test('a 403 of its policies is an active token that an administrator can revoke', async () => {
    const vault = await start();
    const token = vault.mintToken({ hasNoDefaultPolicy: true });
    const { outcome } = await revoke('vault', vault, token);
    expect(outcome).toMatchObject({
      status: 'failed',
      revocable_by: 'admin',
      error: { code: 'cannot_revoke' },
      verification: { before: 'active' },
    });
    expect(vault.isAlive(token)).toBe(true);
  });

  test('a 403 of one body for all, as OpenBao has it, is inactive only after an active check', async () => {
    const vault = await start({ flavor: 'openbao' });
    const token = vault.mint('vault_legacy_service');
    expect((await revoke('vault', vault, token)).outcome?.status).toBe('revoked');
    const again = (await revoke('vault', vault, token)).outcome;
    expect(again?.status).not.toMatch(/revoked|accepted/);
    expect(again?.verification?.before).toBe('unknown');
    const locked = vault.mintToken({ type: 'vault_legacy_service', hasNoDefaultPolicy: true });
    expect((await revoke('vault', vault, locked)).outcome?.status).not.toMatch(/revoked|accepted/);
    expect(vault.isAlive(locked)).toBe(true);
  });
});

describe('GitHub', () => {
  test('60,000 tokens that are not checked are 60 requests at once, and the next wait is said', async () => {
    const github = await begin(startGithubEmulator());
    const lines = Array.from({ length: 60_001 }, (_, nth) =>
      makeToken('github_pat_classic', `token ${nth}`),
    );
    let before = 0;
    const watching = {
      ...github,
      elapse: (ms: number) => {
        if (ms > 60_000 && before === 0) before = sent(github).length;
        github.elapse?.(ms);
      },
    };
    const words = ['--no-verify', '--no-journal'];
    const { outcomes, stderr } = await revokeTokens(
      'github',
      { emulators: [watching], lines },
      { words },
    );
    expect(before).toBe(60);
    expect(stderr).toMatch(/waiting 3\d{3} s: the service takes 60 requests in 3600 s/);
    expect(outcomes).toHaveLength(lines.length);
    expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set(['accepted']));
    expect(github.server.requests.filter(({ path }) => path === '/user')).toEqual([]);
  });

  test('checks end after ten tokens in a row that it calls inactive, and the rest is sent', async () => {
    const github = await begin(startGithubEmulator());
    const lines = Array.from({ length: 14 }, (_, nth) => makeToken('github_oauth', `gone ${nth}`));
    lines.push(github.mint('github_oauth'));
    const { outcomes } = await revokeTokens('github', { emulators: [github], lines });
    const statuses = outcomes.map(({ status }) => status);
    expect(statuses.filter((status) => status === 'failed')).toHaveLength(10);
    expect(statuses.filter((status) => status === 'accepted')).toHaveLength(5);
    expect(github.server.requests.filter(({ path }) => path === '/user')).toHaveLength(10);
    expect(github.isAlive(lines[14] ?? '')).toBe(false);
  });
});
