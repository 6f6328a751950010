/** Services that lie, stumble or mislead: nothing is called revoked that was not seen to be. */
import { startAwsEmulator } from '../providers/aws/emulator.js';
import { startBuildkiteEmulator } from '../providers/buildkite/emulator.js';
import { startCratesEmulator } from '../providers/crates/emulator.js';
import { startDigitaloceanEmulator } from '../providers/digitalocean/emulator.js';
import { startDiscordEmulator } from '../providers/discord/emulator.js';
import { startDopplerEmulator } from '../providers/doppler/emulator.js';
import { startGithubEmulator } from '../providers/github/emulator.js';
import { startGitlabEmulator } from '../providers/gitlab/emulator.js';
import { startGoogleEmulator } from '../providers/google/emulator.js';
import { startHuggingfaceEmulator } from '../providers/huggingface/emulator.js';
import { registry } from '../providers/index.js';
import { startJfrogEmulator } from '../providers/jfrog/emulator.js';
import { startNpmEmulator } from '../providers/npm/emulator.js';
import { startSlackEmulator } from '../providers/slack/emulator.js';
import { startVaultEmulator } from '../providers/vault/emulator.js';
import { startVercelEmulator } from '../providers/vercel/emulator.js';
import type { Fault, Outcome, Reply } from '../src/contract/index.js';
import { startEmulator } from '../src/emulator/emulator.js';
import { makeToken, type FakeTokenType } from '../src/emulator/fake-tokens.js';
import type { TokenEmulator, TokenEmulatorOptions } from '../src/emulator/token-emulator.js';
import { main } from '../src/main.js';
import { fakeWorld } from '../src/testing/fake-world.js';

interface Case {
  readonly id: string;
  readonly start: (options?: TokenEmulatorOptions) => Promise<TokenEmulator>;
  readonly type: FakeTokenType;
  /** The requests that check. */
  readonly checks: RegExp;
  /** The documented success of a revocation, and what an inactive token is told. */
  readonly yes: Reply;
  readonly inactive: Reply;
  /** An answer that revokes nothing, where a success is proof by itself. */
  readonly no?: Reply;
  /** Its check does not say until when a token is active. */
  readonly hidesExpiry?: true;
  /** Its check does not say whose a token is. */
  readonly hidesOwner?: true;
}

const CASES: readonly Case[] = [
  {
    id: 'github',
    start: startGithubEmulator,
    type: 'github_pat_classic',
    checks: /GET \/user$/,
    yes: { status: 202, body: {} },
    inactive: { status: 401, body: { message: 'Bad credentials', status: '401' } },
  },
  {
    id: 'gitlab',
    start: startGitlabEmulator,
    type: 'gitlab_pat_routable',
    checks: /GET .*\/self$/,
    yes: { status: 204 },
    inactive: { status: 401, body: { message: '401 Unauthorized' } },
  },
  {
    id: 'huggingface',
    start: startHuggingfaceEmulator,
    type: 'huggingface_user',
    checks: /GET .*whoami-v2$/,
    yes: { status: 202 },
    inactive: { status: 401, body: { error: 'Invalid username or password.' } },
  },
  {
    id: 'slack',
    start: startSlackEmulator,
    type: 'slack_bot',
    checks: /auth\.test$/,
    yes: { status: 200, body: { ok: true, revoked: true } },
    no: { status: 200, body: { ok: true, revoked: false } },
    inactive: { status: 200, body: { ok: false, error: 'account_inactive' } },
  },
  {
    id: 'vault',
    start: startVaultEmulator,
    type: 'vault_service',
    checks: /lookup-self$/,
    yes: { status: 204 },
    inactive: {
      status: 403,
      body: { errors: ['2 errors occurred:\n\t* permission denied\n\t* invalid token\n\n'] },
    },
  },
  {
    id: 'discord',
    start: startDiscordEmulator,
    type: 'discord_webhook',
    checks: /GET .*webhooks/,
    yes: { status: 204 },
    inactive: { status: 404, body: { message: 'Unknown Webhook', code: 10015 } },
    hidesExpiry: true,
  },
  {
    id: 'vercel',
    start: startVercelEmulator,
    type: 'vercel_personal',
    checks: /GET .*\/v2\/user$/,
    yes: { status: 200, body: { tokenId: 'tok_1' } },
    no: { status: 400, body: { error: { code: 'bad_request', message: 'Invalid request' } } },
    inactive: {
      status: 403,
      body: { error: { code: 'forbidden', message: 'Not authorized', invalidToken: true } },
    },
  },
  {
    id: 'digitalocean',
    start: startDigitaloceanEmulator,
    type: 'digitalocean_personal',
    checks: /GET .*\/v2\/account$/,
    yes: { status: 200, body: {} },
    inactive: { status: 401, body: { id: 'Unauthorized', message: 'Unable to authenticate you' } },
    hidesExpiry: true,
  },
  {
    id: 'doppler',
    start: startDopplerEmulator,
    type: 'doppler_personal',
    checks: /GET .*\/v3\/me$/,
    yes: { status: 200, body: { success: true } },
    inactive: { status: 401, body: { messages: ['Invalid Auth token'], success: false } },
    hidesExpiry: true,
  },
  {
    id: 'buildkite',
    start: startBuildkiteEmulator,
    type: 'buildkite_user',
    checks: /GET .*access-token$/,
    yes: { status: 204 },
    inactive: { status: 401, body: { message: 'Authentication required.' } },
  },
  {
    id: 'jfrog',
    start: startJfrogEmulator,
    type: 'jfrog_reference',
    checks: /GET .*tokens\/me$/,
    yes: { status: 200 },
    inactive: { status: 401, body: { errors: [{ code: 'UNAUTHORIZED' }] } },
  },
  {
    id: 'crates',
    start: startCratesEmulator,
    type: 'crates_api',
    checks: /GET .*\/api\/v1\/me$/,
    yes: { status: 204 },
    inactive: { status: 403, body: { errors: [{ detail: 'authentication failed' }] } },
    hidesExpiry: true,
    hidesOwner: true,
  },
  {
    id: 'google',
    start: startGoogleEmulator,
    type: 'google_access',
    checks: /POST .*tokeninfo$/,
    yes: { status: 200, body: {} },
    inactive: { status: 400, body: { error: 'invalid_token' } },
  },
  {
    id: 'npm',
    start: startNpmEmulator,
    type: 'npm_access',
    checks: /GET .*whoami$/,
    yes: { status: 204 },
    inactive: { status: 401, body: { error: 'Unauthorized' } },
    hidesExpiry: true,
  },
  {
    id: 'aws',
    start: startAwsEmulator,
    type: 'aws_access_key',
    checks: /POST .*\/sts\/$/,
    yes: {
      status: 200,
      body: '<UpdateAccessKeyResponse></UpdateAccessKeyResponse>',
    },
    inactive: {
      status: 403,
      body: '<ErrorResponse><Error><Code>InvalidClientTokenId</Code></Error></ErrorResponse>',
    },
    hidesExpiry: true,
  },
];

const running: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.close()));
});

interface Ran {
  readonly code: number;
  readonly outcome: Outcome;
  readonly stdout: string;
  readonly stderr: string;
}

async function revoke(
  id: string,
  emulator: Pick<TokenEmulator, 'environment' | 'elapse'>,
  token: string,
  words: readonly string[] = [],
): Promise<Ran> {
  const world = fakeWorld({
    argv: [id, '-', '--force', '--json', '--no-journal', ...words],
    stdin: `${token}\n`,
    env: emulator.environment,
    onElapse: emulator.elapse,
  });
  const code = await main(world, registry);
  const { stdout, stderr } = world.written;
  return { code, outcome: JSON.parse(stdout.split('\n')[0] ?? '') as Outcome, stdout, stderr };
}

async function begin({ start, type }: Case, options: TokenEmulatorOptions = {}) {
  const emulator = await start(options);
  running.push(emulator);
  return { emulator, token: emulator.mint(type) };
}

/** Nothing is sent that changes anything, whatever else is lied about. */
const deny = (emulator: TokenEmulator, reply: Reply): void =>
  emulator.server.addFault({ kind: 'reply', reply, match: emulator.revokes, times: Infinity });

/** Changes the answers to checks, which are counted from 1. */
function alterChecks(
  emulator: TokenEmulator,
  { checks }: Case,
  alter: (reply: Reply, nth: number) => Reply,
) {
  let nth = 0;
  const fault: Fault = {
    kind: 'alter',
    match: checks,
    times: Infinity,
    alter: (reply) => alter(reply, (nth += 1)),
  };
  emulator.server.addFault(fault);
}

describe.each(CASES.map((one) => ({ ...one, one })))('$id', ({ id, one }) => {
  test('a token that was active before and is inactive after is revoked, with its owner', async () => {
    const { emulator, token } = await begin(one);
    const { outcome, code, stdout, stderr } = await revoke(id, emulator, token);
    expect(outcome).toMatchObject({
      provider: id,
      status: 'revoked',
      token_type: one.type,
      ...(!one.hidesOwner && { owner: expect.stringContaining('octavia') }),
      verification: { before: 'active', after: 'dead' },
    });
    expect([code, emulator.isAlive(token)]).toEqual([0, false]);
    expect(stdout + stderr).not.toContain(token);
  });

  test('success is answered and the token stays active: alive', async () => {
    const { emulator, token } = await begin(one);
    deny(emulator, one.yes);
    const { outcome, code } = await revoke(id, emulator, token);
    expect([outcome.status, code, emulator.isAlive(token)]).toEqual(['alive', 1, true]);
  });

  test.each([
    ['204 to everything', { status: 204 }],
    ['an empty 401 to everything', { status: 401 }],
    ['an empty 403 to everything', { status: 403 }],
    ['an empty 200 to everything', { status: 200 }],
    ['a web page to everything', { status: 200, body: '<!DOCTYPE html><title>Log in</title>' }],
    ['503 to everything', { status: 503 }],
  ])('a base URL that answers %s proves nothing', async (_what, reply: Reply) => {
    const { emulator, token } = await begin(one);
    const liar = await startEmulator({ routes: {}, notFound: () => reply });
    running.push(liar);
    const environment = Object.fromEntries(
      Object.entries(emulator.environment).map(([name, url]) => [
        name,
        url.replace(emulator.server.url, liar.url),
      ]),
    );
    const { outcome } = await revoke(id, { environment }, token, ['--verify', '--retries', '0']);
    expect(['failed', 'unknown']).toContain(outcome.status);
    expect(emulator.isAlive(token)).toBe(true);
  });

  test('a base URL that tells every token that it is inactive proves nothing, and nothing is sent there', async () => {
    const { emulator, token } = await begin(one);
    const reply = one.inactive;
    emulator.server.addFault({ kind: 'reply', reply, times: Infinity });
    const { outcome } = await revoke(id, emulator, token);
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'not_active' } });
    const methods = emulator.server.requests.map(({ method, path }) => `${method} ${path}`);
    expect(methods.filter((request) => emulator.revokes.test(request))).toEqual([]);
    expect(emulator.isAlive(token)).toBe(true);
  });

  test('a value that the service never issued is not active, and nothing is sent', async () => {
    const { emulator } = await begin(one);
    const { outcome } = await revoke(id, emulator, makeToken(one.type, 'never issued'));
    // Slack says the same to an address that is not allowed.
    const said = id === 'slack' ? 'request_refused' : 'not_active';
    expect(outcome).toMatchObject({ status: 'failed', error: { code: said } });
    const sent = emulator.server.requests.filter(({ method, path }) =>
      emulator.revokes.test(`${method} ${path}`),
    );
    expect(sent).toHaveLength(id === 'slack' ? 1 : 0);
  });

  test('a value that the service never issued and that is not checked is never called revoked', async () => {
    const { emulator } = await begin(one);
    const { outcome } = await revoke(id, emulator, makeToken(one.type, 'garbage'), ['--no-verify']);
    expect(['accepted', 'failed', 'unknown']).toContain(outcome.status);
    expect(outcome.verification).toBeUndefined();
  });

  test('replicas that disagree: one inactive answer right after an active one is asked again', async () => {
    const { emulator, token } = await begin(one);
    deny(emulator, one.yes);
    alterChecks(emulator, one, (reply, nth) => (nth % 2 === 0 ? one.inactive : reply));
    const { outcome } = await revoke(id, emulator, token);
    expect([outcome.status, emulator.isAlive(token)]).toEqual(['alive', true]);
  });

  test('a revocation that takes 20 s to be in force is waited for', async () => {
    const { emulator, token } = await begin(one, { takesEffectAfterMs: 20_000 });
    const { outcome } = await revoke(id, emulator, token);
    expect([outcome.status, emulator.isAlive(token)]).toEqual(['revoked', false]);
  });

  if (!one.hidesExpiry)
    test('a token that expires between two checks is not called revoked', async () => {
      const { emulator } = await begin(one);
      const token = emulator.mint(one.type, {
        owner: 'octavia',
        scopes: ['api'],
        lifetimeMs: 20_000,
      });
      deny(emulator, one.no ?? one.yes);
      const { outcome } = await revoke(id, emulator, token);
      expect(['unknown', 'alive']).toContain(outcome.status);
      if (outcome.status === 'unknown') expect(outcome.error?.code).toBe('expired_meanwhile');
    });

  test('the answer is lost and the second try is refused: what the checks saw counts', async () => {
    const { emulator, token } = await begin(one);
    emulator.server.addFault({ kind: 'reset', after: true, match: emulator.revokes });
    const { outcome } = await revoke(id, emulator, token);
    expect([outcome.status, emulator.isAlive(token)]).toEqual(['revoked', false]);
  });

  test('the answer is lost and nothing is checked: never a failure', async () => {
    const { emulator, token } = await begin(one);
    emulator.server.addFault({ kind: 'reset', after: true, match: emulator.revokes });
    const { outcome } = await revoke(id, emulator, token, ['--no-verify']);
    expect(['unknown', 'accepted', 'already_revoked']).toContain(outcome.status);
  });

  test('an owner of a megabyte is cut short', async () => {
    const { emulator } = await begin(one);
    const token = emulator.mint(one.type, { owner: 'x'.repeat(1_000_000), scopes: ['api'] });
    const { outcome, stdout } = await revoke(id, emulator, token);
    expect(outcome.status).not.toBe('failed');
    expect(stdout.length).toBeLessThan(2000);
  });

  test.each([
    ['a web page', '<html><body>blocked</body></html>'],
    ['nothing', ''],
  ])('a check that is answered with %s leaves it open', async (_what, body) => {
    const { emulator, token } = await begin(one);
    alterChecks(emulator, one, (reply, nth) => (nth > 1 ? { status: 200, body } : reply));
    const { outcome, code } = await revoke(id, emulator, token);
    expect(outcome).toMatchObject({ status: 'unknown', error: { code: 'cannot_verify' } });
    expect(code).toBe(4);
  });

  test('a redirect takes the token nowhere', async () => {
    const { emulator, token } = await begin(one);
    const elsewhere = await startEmulator({ routes: {}, notFound: () => ({ status: 200 }) });
    running.push(elsewhere);
    const headers = { location: `${elsewhere.url}/` };
    emulator.server.addFault({ kind: 'reply', reply: { status: 307, headers }, times: Infinity });
    const { outcome } = await revoke(id, emulator, token);
    expect(elsewhere.requests).toEqual([]);
    expect(outcome.status).toBe('unknown');
    expect(emulator.isAlive(token)).toBe(true);
  });

  test.each([
    ['of seconds', () => '3'],
    ['with a date', () => new Date(Date.now() + 4000).toUTCString()],
  ])('a limit %s is waited for, and the token is revoked once', async (_what, wait) => {
    const { emulator, token } = await begin(one);
    const reply = { status: 429, headers: { 'retry-after': wait() } };
    emulator.server.addFault({ kind: 'reply', reply, match: emulator.revokes, times: 1 });
    const { outcome } = await revoke(id, emulator, token);
    expect([outcome.status, emulator.isAlive(token)]).toEqual(['revoked', false]);
  });

  test('a limit of a day is not waited for', async () => {
    const { emulator, token } = await begin(one);
    deny(emulator, { status: 429, headers: { 'retry-after': '86400' } });
    const { outcome } = await revoke(id, emulator, token);
    expect([outcome.status, emulator.isAlive(token)]).toEqual(['alive', true]);
  });

  test('a dry run looks and revokes nothing', async () => {
    const { emulator, token } = await begin(one);
    const { outcome, code } = await revoke(id, emulator, token, ['--dry-run']);
    expect(outcome).toMatchObject({ status: 'planned', verification: { before: 'active' } });
    expect([code, emulator.isAlive(token)]).toEqual([0, true]);
  });
});
