/** `revoke leaked`: tokens of many providers in one run, and what is never sent anywhere. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PassThrough } from 'node:stream';
import { startGithubEmulator } from '../providers/github/emulator.js';
import { startGitlabEmulator } from '../providers/gitlab/emulator.js';
import { registry } from '../providers/index.js';
import { startSlackEmulator } from '../providers/slack/emulator.js';
import { startVaultEmulator } from '../providers/vault/emulator.js';
import { startWorkspaceEmulator } from '../providers/workspace/emulator.js';
import type { Outcome } from '../src/contract/index.js';
import { makeToken } from '../src/emulator/fake-tokens.js';
import type { TokenEmulator } from '../src/emulator/token-emulator.js';
import { main } from '../src/main.js';
import { fakeWorld } from '../src/testing/fake-world.js';

let home: string;
let running: TokenEmulator[] = [];
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'revoke-leaked-'));
});
afterEach(async () => {
  rmSync(home, { recursive: true, force: true });
  await Promise.all(running.splice(0).map((emulator) => emulator.close()));
});

async function services() {
  const github = await startGithubEmulator();
  const gitlab = await startGitlabEmulator();
  const slack = await startSlackEmulator();
  const vault = await startVaultEmulator();
  running = [github, gitlab, slack, vault];
  const env = Object.assign({}, ...running.map(({ environment }) => environment)) as Record<
    string,
    string
  >;
  return { github, gitlab, slack, vault, env };
}

interface Given {
  readonly stdin?: string;
  /** What a person types at the question. */
  readonly answer?: string;
  readonly env: Readonly<Record<string, string>>;
}

async function run(argv: readonly string[], { env, stdin, answer }: Given) {
  const world = fakeWorld({
    argv,
    env,
    home,
    ...(stdin !== undefined && { stdin }),
    // A person at a terminal, who has typed nothing yet.
    ...(answer !== undefined && { typed: '' }),
    onElapse: (ms) => running.forEach((emulator) => emulator.elapse?.(ms)),
  });
  const answering = setInterval(() => {
    if (answer === undefined || !world.written.stderr.includes('Are you sure')) return;
    clearInterval(answering);
    (world.stdin as unknown as PassThrough).write(answer);
  }, 50);
  const code = await main(world, registry);
  clearInterval(answering);
  const { stdout, stderr } = world.written;
  const outcomes = argv.includes('--json')
    ? stdout
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Outcome)
    : [];
  return { code, stdout, stderr, outcomes };
}

const sent = (emulator: TokenEmulator) =>
  emulator.server.requests.filter(({ method, path }) => emulator.revokes.test(`${method} ${path}`));

test('tokens of four providers are revoked in one run, each at its own service, and proven', async () => {
  const { github, gitlab, slack, vault, env } = await services();
  const tokens = [
    github.mint('github_pat_classic'),
    gitlab.mint('gitlab_pat_routable'),
    slack.mint('slack_bot'),
    vault.mint('vault_service'),
  ];
  const ran = await run(['leaked', '-', '--force', '--json'], { env, stdin: tokens.join('\n') });
  expect(ran.outcomes.map(({ provider, status }) => [provider, status]).sort()).toEqual([
    ['github', 'revoked'],
    ['gitlab', 'revoked'],
    ['slack', 'revoked'],
    ['vault', 'revoked'],
  ]);
  expect(running.map((emulator, index) => emulator.isAlive(tokens[index] ?? ''))).toEqual([
    false,
    false,
    false,
    false,
  ]);
  expect(ran.code).toBe(0);
  const journal = /Journal: (\S+)/.exec(ran.stderr)?.[1] ?? '';
  const written = ran.stdout + ran.stderr + readFileSync(journal, 'utf8');
  for (const token of tokens) expect(written).not.toContain(token);
});

test('the log of a run says once for each target how it was proven', async () => {
  const { gitlab, env } = await services();
  await run(['leaked', '-', '--force'], { env, stdin: gitlab.mint('gitlab_pat') });
  const { stdout } = await run(['log', '--json'], { env });
  const { run: id } = JSON.parse(stdout) as { run: string };
  const shown = (await run(['log', id], { env })).stdout.trim().split('\n').at(-1) ?? '';
  expect(shown).toMatch(/ revoked .* gitlab .*\(token: active before, inactive after\)$/);
});

test('one provider that is down keeps no other one waiting', async () => {
  const { github, gitlab, slack, env } = await services();
  await gitlab.server.close();
  const stdin = [
    gitlab.mint('gitlab_pat'),
    slack.mint('slack_user'),
    github.mint('github_oauth'),
  ].join('\n');
  const ran = await run(['leaked', '-', '--force', '--json', '--retries', '0'], { env, stdin });
  const statuses = Object.fromEntries(
    ran.outcomes.map(({ provider, status }) => [provider, status]),
  );
  expect(statuses).toEqual({ github: 'revoked', slack: 'revoked', gitlab: 'failed' });
  expect(ran.code).toBe(1);
});

test('a line that is no token is told by its number and not shown, and the rest goes on', async () => {
  const { github, env } = await services();
  const good = github.mint('github_pat_classic');
  const mistyped = `${good.slice(0, -1)}${good.endsWith('0') ? '1' : '0'}`;
  const stdin = ['nothing-known-hunter2', mistyped, 'AKIAIOSFODNN7EXAMPLE', 'ghp_****', good].join(
    '\n',
  );
  const ran = await run(['leaked', '-', '--force', '--json'], { env, stdin });
  expect(ran.outcomes.map(({ status }) => status).sort()).toEqual([
    'failed',
    'failed',
    'failed',
    'failed',
    'revoked',
  ]);
  expect(ran.stdout).toContain('mistyped or cut off');
  expect(ran.stdout).toContain('no provider here knows this token');
  expect(ran.stdout + ran.stderr).not.toContain('hunter2');
  expect(github.isAlive(good)).toBe(false);
});

test('--no-checksum takes a token whose checksum does not match', async () => {
  const { github, env } = await services();
  const good = github.mint('github_pat_classic');
  const mistyped = `${good.slice(0, -1)}${good.endsWith('0') ? '1' : '0'}`;
  const ran = await run(['leaked', '-', '--force', '--json', '--no-checksum'], {
    env,
    stdin: mistyped,
  });
  expect(ran.outcomes).toMatchObject([{ status: 'failed', error: { code: 'not_active' } }]);
});

test('a kind that its holder cannot revoke is named, with who can and where', async () => {
  const { gitlab, vault, env } = await services();
  const batch = vault.mint('vault_batch');
  const stdin = `gldt-${'a'.repeat(18)}b1\n${batch}\nglrt-${'a'.repeat(18)}c2`;
  const words = ['leaked', '-', '--force', '--json'];
  const { outcomes, code } = await run(words, { env, stdin });
  const by = (who: string) => outcomes.find((outcome) => outcome['revocable_by'] === who);
  expect(by('admin')).toMatchObject({ status: 'failed', error: { code: 'cannot_revoke' } });
  expect(by('expiry')).toMatchObject({
    status: 'failed',
    error: { code: 'cannot_revoke' },
    verification: { before: 'active' },
  });
  expect(by('holder')).toMatchObject({ status: 'failed', error: { code: 'no_provider' } });
  expect([code, sent(gitlab), sent(vault)]).toEqual([1, [], []]);
  const dry = await run([...words, '--dry-run'], { env, stdin });
  expect(dry.outcomes.map(({ status }) => status)).toEqual(['failed', 'failed', 'failed']);
});

test('a token beside another host is sent nowhere', async () => {
  const { gitlab, env } = await services();
  const token = gitlab.mint('gitlab_pat');
  const stdin = `https://oauth2:${token}@gitlab.example.com/group/project.git`;
  const { outcomes } = await run(['leaked', '-', '--force', '--json'], { env, stdin });
  expect(outcomes).toMatchObject([
    {
      status: 'failed',
      error: { code: 'other_host', message: expect.stringContaining('gitlab.example.com') },
    },
  ]);
  expect(gitlab.server.requests).toEqual([]);
});

test('a family without a base URL names the variable, and the rest goes on', async () => {
  const { github, vault, env } = await services();
  const { VAULT_ADDR: _unset, ...rest } = env;
  const stdin = `${vault.mint('vault_service')}\n${github.mint('github_pat_classic')}`;
  const { outcomes } = await run(['leaked', '-', '--force', '--json'], { env: rest, stdin });
  expect(outcomes.find(({ provider }) => provider === 'vault')).toMatchObject({
    status: 'failed',
    error: { code: 'no_endpoint', hint: expect.stringContaining('VAULT_ADDR') },
  });
  expect(outcomes.find(({ provider }) => provider === 'github')?.status).toBe('revoked');
  expect(vault.server.requests).toEqual([]);
});

test('--only and --owner revoke no others, which fail nothing', async () => {
  const { github, gitlab, env } = await services();
  const mine = github.mint('github_pat_classic', { owner: 'mona', scopes: [] });
  const other = github.mint('github_pat_classic', { owner: 'hubot', scopes: [] });
  const lab = gitlab.mint('gitlab_pat');
  const stdin = [mine, other, lab].join('\n');
  const words = ['leaked', '-', '--force', '--json', '--only', 'github', '--owner', 'mona'];
  const dry = await run([...words, '--dry-run'], { env, stdin });
  expect(dry.outcomes.map(({ status }) => status).sort()).toEqual([
    'planned',
    'skipped',
    'skipped',
  ]);
  const { outcomes, code } = await run(words, { env, stdin });
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['revoked', 'skipped', 'skipped']);
  expect([github.isAlive(mine), github.isAlive(other), gitlab.isAlive(lab)]).toEqual([
    false,
    true,
    true,
  ]);
  expect(code).toBe(0);
});

test('a refresh token cannot be checked: accepted, and unknown where proof was asked for', async () => {
  const { github, env } = await services();
  const words = ['leaked', '-', '--force', '--json'];
  const one = await run(words, { env, stdin: github.mint('github_refresh') });
  expect(one.outcomes).toMatchObject([{ status: 'accepted', not_checked: 'impossible' }]);
  const two = await run([...words, '--verify'], { env, stdin: github.mint('github_refresh') });
  expect(two.outcomes).toMatchObject([{ status: 'unknown' }]);
});

test('a token that cannot be checked before the question is asked about all the same', async () => {
  const { github, env } = await services();
  const token = github.mint('github_pat_classic');
  const file = join(home, 'unchecked');
  writeFileSync(file, token, { mode: 0o600 });
  github.server.addFault({ kind: 'reset', match: /user/, times: 99 });
  const { code, stderr } = await run(['leaked', '--from', file], { env, answer: 'n\r' });
  expect(code).toBe(5);
  expect(stderr.replace(/\s+/g, ' ')).toMatch(
    /unknown whether it is active \(no complete response/,
  );
  expect(stderr).not.toContain('may have taken effect');
  expect(github.isAlive(token)).toBe(true);
});

test('a person is told whose tokens they are before the question, and of their own among them', async () => {
  const { github, env } = await services();
  const token = github.mint('github_pat_classic');
  const file = join(home, 'tokens');
  writeFileSync(file, token, { mode: 0o600 });
  const given = { env: { ...env, GITHUB_TOKEN: token }, answer: 'n\r' };
  const { code, stderr } = await run(['leaked', '--from', file], given);
  expect(code).toBe(5);
  expect(stderr.replace(/\s+/g, ' ')).toContain('active, owner octavia, scopes repo, read:org');
  expect(stderr).toContain('GitHub sends a mail to the owner');
  expect(stderr).toContain('GITHUB_TOKEN');
  expect(stderr).not.toContain(token);
  expect([github.isAlive(token), sent(github)]).toEqual([true, []]);
});

test('GitHub locks this address out: checks end, and the others are sent and accepted', async () => {
  const { github, env } = await services();
  const tokens = Array.from({ length: 5 }, () => github.mint('github_pat_classic'));
  github.server.addFault({
    kind: 'reply',
    reply: { status: 403, body: { message: 'locked' } },
    match: /GET \/user/,
    times: Infinity,
  });
  const { outcomes } = await run(['github', '-', '--force', '--json'], {
    env,
    stdin: tokens.join('\n'),
  });
  expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set(['accepted']));
  expect(github.server.requests.filter(({ path }) => path === '/user')).toHaveLength(1);
  expect(tokens.some((token) => github.isAlive(token))).toBe(false);
});

test('GitHub refuses a batch with 422: halves are sent, and the good tokens are revoked', async () => {
  const github = await startGithubEmulator();
  running = [github];
  const tokens = Array.from({ length: 8 }, () => github.mint('github_refresh'));
  github.server.addFault({
    kind: 'reply',
    reply: { status: 422, body: {} },
    match: github.revokes,
    times: 1,
  });
  const { outcomes } = await run(['github', '-', '--force', '--json'], {
    env: github.environment,
    stdin: tokens.join('\n'),
  });
  expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set(['accepted']));
  expect(sent(github)).toHaveLength(3);
});

test('an hour that is used up is waited for, and the reason is said', async () => {
  const github = await startGithubEmulator({ requestsPerHour: 1 });
  running = [github];
  const env = github.environment;
  await run(['github', '-', '--force', '--no-verify'], { env, stdin: github.mint('github_oauth') });
  const token = github.mint('github_oauth');
  const { outcomes, stderr } = await run(['github', '-', '--force', '--json', '--no-verify'], {
    env,
    stdin: token,
  });
  expect(outcomes).toMatchObject([{ status: 'accepted' }]);
  expect(stderr).toContain('hourly limit');
  expect(github.isAlive(token)).toBe(false);
});

describe('tokens of other vendors', () => {
  test.each([
    ['workspace', ['workspace', '-', '--force', '--json']],
    ['ably', ['ably', '-', '--as', 'clientId', '--force', '--json']],
    ['oauth', ['oauth', '-', '--force', '--json']],
    ['gitlab', ['gitlab', '-', '--force', '--json']],
  ])(
    'revoke %s refuses a token of another vendor before anything is sent, unechoed',
    async (_id, words) => {
      const { env, gitlab } = await services();
      const workspace = await startWorkspaceEmulator({});
      const token = makeToken('github_pat_classic', 'leaked');
      const all = {
        ...env,
        ...workspace.environment,
        ABLY_API_KEY: 'app.key:secret-of-the-key',
        ABLY_ENDPOINT: gitlab.server.url,
        OAUTH_CLIENT_ID: 'x',
      };
      const more =
        words[0] === 'oauth' ? ['--revocation-endpoint', `${gitlab.server.url}/revoke`] : [];
      const ran = await run([...words, ...more], { env: all, stdin: token });
      const [requests] = [[...workspace.server.requests, ...gitlab.server.requests]];
      await workspace.close();
      expect(ran.outcomes).toMatchObject([
        { target: 'stdin:1', status: 'failed', error: { code: 'bad_input' } },
      ]);
      expect(requests.filter(({ method }) => method !== 'GET')).toEqual([]);
      expect(ran.stdout + ran.stderr).not.toContain(token);
      expect(ran.stdout).toContain('another provider');
      expect(ran.outcomes[0]?.error?.hint).toContain('revoke leaked');
    },
  );

  test('a token on the command line is refused, unechoed, and its place in the history is told', async () => {
    const workspace = await startWorkspaceEmulator({});
    const token = makeToken('gitlab_pat', 'leaked');
    const ran = await run(['workspace', token, '--force'], { env: workspace.environment });
    const { requests } = workspace.server;
    await workspace.close();
    expect([ran.code, requests]).toEqual([2, []]);
    expect(ran.stderr).toContain("shell's history");
    expect(ran.stderr).toContain('revoke leaked');
    expect(ran.stdout + ran.stderr).not.toContain(token);
  });

  test('--allow-shape lets a target through that merely looks like a token', async () => {
    const workspace = await startWorkspaceEmulator({});
    const name = makeToken('gitlab_pat', 'a JTI by chance');
    const words = ['workspace', name, '--force', '--json', '--allow-shape', 'gitlab_pat'];
    const { outcomes } = await run(words, { env: workspace.environment });
    await workspace.close();
    expect(outcomes).toMatchObject([{ status: 'failed', error: { code: 'not_found' } }]);
  });
});
