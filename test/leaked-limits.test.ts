/** Lies and limits that one service alone has: what each comes to, and how much is sent. */
import { startGithubEmulator } from '../providers/github/emulator.js';
import { startGitlabEmulator } from '../providers/gitlab/emulator.js';
import { startSlackEmulator } from '../providers/slack/emulator.js';
import { startVaultEmulator, type VaultEmulatorOptions } from '../providers/vault/emulator.js';
import { makeToken } from '../src/emulator/fake-tokens.js';
import { revokeTokens } from './support/run-tokens.js';
import { begin, revokeOne, sent } from './support/token-stage.js';

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
    const { outcome, code } = await revokeOne(slack, { id: 'slack', line: token });
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
    const { outcome } = await revokeOne(slack, { id: 'slack', line: token });
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
    const { outcome } = await revokeOne(slack, { id: 'slack', line: token });
    expect(outcome).toMatchObject({ status: 'failed', verification: { before: 'unknown' } });
    slack.blockAddress(false);
    expect(slack.isAlive(token)).toBe(true);
  });
});

describe('Slack: what is answered with 200', () => {
  test.each([
    ['revoked:false', { ok: true, revoked: false }, 'not_revoked'],
    ['ok:false', { ok: false, error: 'fatal_error' }, 'request_refused'],
    ['no word at all', {}, 'unexpected_answer'],
  ])('%s revokes nothing, and the token is active', async (_what, body, code) => {
    const slack = await begin(startSlackEmulator());
    const token = slack.mint('slack_bot');
    const reply = { status: 200, body };
    slack.server.addFault({ kind: 'reply', reply, match: slack.revokes, times: Infinity });
    const { outcome } = await revokeOne(slack, { id: 'slack', line: token });
    expect(outcome).toMatchObject({ status: 'alive', error: { code: 'still_active' } });
    const words = ['--no-verify', '--no-journal'];
    const unchecked = await revokeOne(slack, { id: 'slack', line: token }, { words });
    expect(unchecked.outcome).toMatchObject({ error: { code } });
    expect(['failed', 'unknown']).toContain(unchecked.outcome?.status);
    expect(slack.isAlive(token)).toBe(true);
  });

  test('a hundred tokens keep the pace of a method, and the waits are said', async () => {
    const slack = await begin(startSlackEmulator());
    const lines = Array.from({ length: 101 }, () => slack.mint('slack_bot'));
    const words = ['--no-verify', '--no-journal'];
    const { outcomes, stderr } = await revokeTokens(
      'slack',
      { emulators: [slack], lines },
      { words },
    );
    expect(outcomes.filter(({ status }) => status === 'revoked')).toHaveLength(101);
    expect(stderr.match(/waiting [56]\d s: the service takes 50 requests in 60 s/g)).toHaveLength(
      2,
    );
    // One that arrives a moment before its minute is over is sent again.
    expect(sent(slack).length).toBeLessThan(110);
  });
});

describe('GitLab', () => {
  test.each(['impersonation_disabled', 'dpop'] as const)(
    'a 401 that says nothing of the end of a token (%s) leaves it open, and it is not called revoked',
    async (oddity) => {
      const gitlab = await begin(startGitlabEmulator());
      const token = gitlab.mintOdd(oddity);
      const { outcome } = await revokeOne(gitlab, { id: 'gitlab', line: token });
      expect(outcome).toMatchObject({ status: 'failed', verification: { before: 'unknown' } });
      expect(outcome?.error?.code).not.toBe('not_active');
      expect(gitlab.isAlive(token)).toBe(true);
    },
  );

  test('a token of another kind is refused with 400, and stays active', async () => {
    const gitlab = await begin(startGitlabEmulator());
    const token = gitlab.mintOdd('oauth');
    const { outcome } = await revokeOne(gitlab, { id: 'gitlab', line: token });
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'request_refused' } });
    expect(gitlab.isAlive(token)).toBe(true);
  });

  test('the words for revoked and expired are told apart, at a base URL with a path', async () => {
    const gitlab = await begin(startGitlabEmulator({ basePath: '/gitlab' }));
    const [revoked, expired] = [
      gitlab.mint('gitlab_pat'),
      gitlab.mint('gitlab_pat', { lifetimeMs: 1 }),
    ];
    gitlab.elapse?.(1000);
    await revokeOne(gitlab, { id: 'gitlab', line: revoked });
    const lists = { emulators: [gitlab], lines: [revoked, expired] };
    const { outcomes } = await revokeTokens('gitlab', lists);
    expect(outcomes.map(({ status, error }) => error?.code ?? status).sort()).toEqual([
      'already_revoked',
      'not_active',
    ]);
    expect(sent(gitlab)).toHaveLength(1);
  });
});

describe('Vault', () => {
  const start = (options?: VaultEmulatorOptions) => begin(startVaultEmulator(options));

  test.each([1, 2, 3])(
    'a token of %i uses is revoked, and what is left of them is said',
    async (uses) => {
      const vault = await start();
      const token = vault.mintToken({ uses });
      const { outcome } = await revokeOne(vault, { id: 'vault', line: token });
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
    const { outcome } = await revokeOne(
      vault,
      { id: 'vault', line: token },
      {
        words: ['--no-verify', '--no-journal'],
      },
    );
    expect(outcome).toMatchObject({ status: 'accepted', not_checked: 'off' });
    expect([vault.isAlive(token), vault.server.requests.length]).toEqual([false, 1]);
  });

  test('a 403 of its policies is an active token that an administrator can revoke', async () => {
    const vault = await start();
    const token = vault.mintToken({ hasNoDefaultPolicy: true });
    const { outcome } = await revokeOne(vault, { id: 'vault', line: token });
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
    expect((await revokeOne(vault, { id: 'vault', line: token })).outcome?.status).toBe('revoked');
    const again = (await revokeOne(vault, { id: 'vault', line: token })).outcome;
    expect(again?.status).not.toMatch(/revoked|accepted/);
    expect(again?.verification?.before).toBe('unknown');
    const locked = vault.mintToken({ type: 'vault_legacy_service', hasNoDefaultPolicy: true });
    expect((await revokeOne(vault, { id: 'vault', line: locked })).outcome?.status).not.toMatch(
      /revoked|accepted/,
    );
    expect(vault.isAlive(locked)).toBe(true);
  });
});

describe('GitHub', () => {
  test('the hour is used up: what the last answer said is believed, and nothing is sent before it is over', async () => {
    const github = await begin(startGithubEmulator({ requestsPerHour: 2 }));
    const lines = Array.from({ length: 2500 }, (_, nth) => makeToken('github_oauth', `t ${nth}`));
    const words = ['--no-verify', '--no-journal'];
    const { outcomes, stderr } = await revokeTokens(
      'github',
      { emulators: [github], lines },
      { words },
    );
    expect(stderr.match(/hourly limit is used up: waiting until 20/g)).toHaveLength(1);
    expect(sent(github)).toHaveLength(3);
    expect(outcomes.filter(({ status }) => status === 'accepted')).toHaveLength(2500);
  });

  test('the hour was used up by others: the refusal is waited out until x-ratelimit-reset', async () => {
    const github = await begin(startGithubEmulator({ requestsPerHour: 1 }));
    const words = ['--no-verify', '--no-journal'];
    await revokeOne(github, { id: 'github', line: github.mint('github_oauth') }, { words });
    const waits: number[] = [];
    const watching = {
      ...github,
      elapse: (ms: number) => {
        waits.push(ms);
        github.elapse?.(ms);
      },
    };
    const token = github.mint('github_oauth');
    await revokeTokens('github', { emulators: [watching], lines: [token] }, { words });
    expect(waits.filter((ms) => ms > 3_590_000 && ms < 3_610_000)).toHaveLength(1);
    expect([sent(github).length, github.isAlive(token)]).toEqual([3, false]);
  });

  test('at most 50 tokens are checked, one a second, sent 25 at a time; --verify checks them all', async () => {
    const roomy = { requestsPerHour: 6000, lockAfter: 6000 };
    const github = await begin(startGithubEmulator(roomy));
    const mint = () => Array.from({ length: 60 }, () => github.mint('github_oauth'));
    const checked = () =>
      new Set(
        github.server.requests
          .filter(({ path }) => path === '/user')
          .map(({ headers }) => headers.authorization),
      ).size;
    const { outcomes } = await revokeTokens('github', { emulators: [github], lines: mint() });
    expect(checked()).toBe(50);
    expect(outcomes.filter(({ status }) => status === 'revoked')).toHaveLength(50);
    expect(outcomes.filter(({ not_checked: why }) => why === 'limit')).toHaveLength(10);
    const sizes = sent(github).map(
      ({ body }) => (JSON.parse(body.toString()) as { credentials: string[] }).credentials.length,
    );
    expect(Math.max(...sizes)).toBeLessThanOrEqual(25);
    const words = ['--verify', '--no-journal'];
    await revokeTokens('github', { emulators: [github], lines: mint() }, { words });
    expect(checked()).toBeGreaterThan(100);
  });

  test('checks end while tokens that were seen wait for their turn: all are sent, and unknown where proof was asked for', async () => {
    const github = await begin(startGithubEmulator());
    const lines = Array.from({ length: 60 }, () => github.mint('github_oauth'));
    const words = ['--verify', '--no-journal'];
    const { code, outcomes } = await revokeTokens(
      'github',
      { emulators: [github], lines },
      { words },
    );
    const statuses = outcomes.map(({ status }) => status);
    expect([code, statuses.length, new Set(statuses)]).toEqual([
      ...[4, 60, new Set(['revoked', 'unknown'])],
    ]);
    expect(lines.some((token) => github.isAlive(token))).toBe(false);
  });

  test('checks end when ten requests of the hour are left, and the revocations have them', async () => {
    const github = await begin(startGithubEmulator({ requestsPerHour: 20 }));
    // An active token between them: ten inactive ones in a row would end the checks, too.
    const lines = Array.from({ length: 16 }, (_, nth) =>
      nth % 4 === 3 ? github.mint('github_oauth') : makeToken('github_oauth', `gone ${nth}`),
    );
    const { outcomes, stderr } = await revokeTokens('github', { emulators: [github], lines });
    const failed = github.server.requests.filter(({ path }) => path === '/user').length;
    expect(failed).toBeLessThan(20);
    expect(stderr).not.toContain('waiting until');
    expect(outcomes.filter(({ status }) => status === 'accepted').length).toBeGreaterThan(0);
    expect(lines.filter((_, nth) => nth % 4 === 3).some((one) => github.isAlive(one))).toBe(false);
  });

  test('a batch that is refused is halved ten times a run, and what is left is unknown', async () => {
    const github = await begin(startGithubEmulator());
    const reply = { status: 422, body: {} };
    github.server.addFault({ kind: 'reply', reply, match: github.revokes, times: Infinity });
    const lines = Array.from({ length: 200 }, (_, nth) => makeToken('github_refresh', `r ${nth}`));
    const { outcomes } = await revokeTokens('github', { emulators: [github], lines });
    expect(sent(github)).toHaveLength(21);
    expect(outcomes.filter(({ status }) => status === 'unknown').length).toBeGreaterThan(100);
    expect(outcomes.filter(({ status }) => status === 'accepted')).toEqual([]);
  });

  test('the lock after failed logins ends the checks of a run, and every token is sent', async () => {
    const github = await begin(startGithubEmulator({ lockAfter: 2 }));
    const gone = Array.from({ length: 2 }, (_, nth) => makeToken('github_oauth', `gone ${nth}`));
    const lines = [...gone, ...Array.from({ length: 4 }, () => github.mint('github_oauth'))];
    const { outcomes } = await revokeTokens('github', { emulators: [github], lines });
    expect(outcomes.map(({ status }) => status).sort()).toEqual([
      ...['accepted', 'accepted', 'accepted', 'accepted', 'failed', 'failed'],
    ]);
    expect(github.server.requests.filter(({ path }) => path === '/user')).toHaveLength(3);
    expect(lines.some((token) => github.isAlive(token))).toBe(false);
  });

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
