/** What the services of tokens do that misleads: each answer comes to what it means, and no more. */
import { startAwsEmulator } from '../providers/aws/emulator.js';
import { startCratesEmulator } from '../providers/crates/emulator.js';
import { startDigitaloceanEmulator } from '../providers/digitalocean/emulator.js';
import { startDiscordEmulator } from '../providers/discord/emulator.js';
import { startDopplerEmulator } from '../providers/doppler/emulator.js';
import { startGitlabEmulator } from '../providers/gitlab/emulator.js';
import { startGoogleEmulator } from '../providers/google/emulator.js';
import { startJfrogEmulator } from '../providers/jfrog/emulator.js';
import { startNpmEmulator } from '../providers/npm/emulator.js';
import { startVercelEmulator } from '../providers/vercel/emulator.js';
import { revokeTokens } from './support/run-tokens.js';
import { begin, revokeOne, sent } from './support/token-stage.js';

describe('Vercel', () => {
  test('a 403 without invalidToken is an active token that may not delete itself', async () => {
    const vercel = await begin(startVercelEmulator());
    const token = vercel.mint('vercel_personal');
    vercel.forbid(token);
    const { outcome, code } = await revokeOne(vercel, { id: 'vercel', line: token });
    expect(outcome).toMatchObject({
      status: 'failed',
      revocable_by: 'owner',
      error: { code: 'cannot_revoke' },
      verification: { before: 'active' },
    });
    expect([code, vercel.isAlive(token)]).toEqual([1, true]);
  });

  test('a gateway key is reported without a login, unchecked: accepted', async () => {
    const vercel = await begin(startVercelEmulator());
    const key = vercel.mint('vercel_ai_gateway');
    const { outcome } = await revokeOne(vercel, { id: 'vercel', line: key });
    expect(outcome).toMatchObject({ status: 'accepted', not_checked: 'impossible' });
    expect(vercel.isAlive(key)).toBe(false);
    expect(vercel.server.requests.map(({ headers }) => headers.authorization)).toEqual([undefined]);
  });
});

describe('crates.io', () => {
  test('a token with scopes is checked, stays active, and its owner is named', async () => {
    const crates = await begin(startCratesEmulator());
    const token = crates.mintOdd('scoped');
    const { outcome } = await revokeOne(crates, { id: 'crates', line: token });
    expect(outcome).toMatchObject({
      status: 'failed',
      revocable_by: 'owner',
      manual_url: 'https://crates.io/settings/tokens',
      error: { code: 'cannot_revoke' },
      verification: { before: 'active' },
    });
    expect(crates.isAlive(token)).toBe(true);
  });

  test('a 403 of another reason says nothing of the token', async () => {
    const crates = await begin(startCratesEmulator());
    const token = crates.mintOdd('locked');
    const { outcome } = await revokeOne(crates, { id: 'crates', line: token });
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'request_refused' } });
    expect(outcome?.verification?.before ?? 'unknown').toBe('unknown');
    expect(crates.isAlive(token)).toBe(true);
  });

  test('a trusted publishing token is accepted, never more', async () => {
    const crates = await begin(startCratesEmulator());
    const token = crates.mint('crates_trusted_publishing');
    const { outcome } = await revokeOne(crates, { id: 'crates', line: token });
    expect(outcome).toMatchObject({ status: 'accepted', not_checked: 'impossible' });
    expect(crates.isAlive(token)).toBe(false);
  });
});

describe('npm', () => {
  test('a registry that asks for a one-time password: its owner alone can revoke', async () => {
    const npm = await begin(startNpmEmulator());
    const token = npm.mint('npm_access');
    npm.askForPassword(token);
    const { outcome, code } = await revokeOne(npm, { id: 'npm', line: token });
    expect(outcome).toMatchObject({
      status: 'failed',
      revocable_by: 'owner',
      error: { code: 'cannot_revoke', provider_code: 'EOTP' },
      verification: { before: 'active' },
    });
    expect([code, npm.isAlive(token)]).toEqual([1, true]);
  });

  test('whoami that answers {} counts only after it named a user', async () => {
    const npm = await begin(startNpmEmulator({ knowsNobody: true }));
    const token = npm.mint('npm_access');
    expect((await revokeOne(npm, { id: 'npm', line: token })).outcome).toMatchObject({
      status: 'revoked',
    });
    const again = (await revokeOne(npm, { id: 'npm', line: token })).outcome;
    expect(again?.status).toBe('failed');
    expect(again?.verification?.before ?? 'unknown').toBe('unknown');
  });

  test('a revocation that takes an hour is active at first, and is waited for where asked', async () => {
    const npm = await begin(startNpmEmulator({ takesEffectAfterMs: 3_000_000 }));
    const [token, other] = [npm.mint('npm_access'), npm.mint('npm_access')];
    expect((await revokeOne(npm, { id: 'npm', line: token })).outcome).toMatchObject({
      status: 'alive',
    });
    const words = ['--no-journal', '--verify-timeout', '3600'];
    expect((await revokeOne(npm, { id: 'npm', line: other }, { words })).outcome?.status).toBe(
      'revoked',
    );
  });

  test('without a registry nothing is sent, and the variable is named', async () => {
    const npm = await begin(startNpmEmulator());
    const env = { NPM_CONFIG_REGISTRY: undefined };
    const { code, stderr } = await revokeOne(
      npm,
      { id: 'npm', line: npm.mint('npm_access') },
      { env },
    );
    expect([code, npm.server.requests]).toEqual([2, []]);
    expect(stderr).toContain('NPM_CONFIG_REGISTRY');
  });

  test('an .npmrc line of another registry is not sent to the one that is configured', async () => {
    const npm = await begin(startNpmEmulator());
    const token = npm.mint('npm_access');
    const line = `//packages.example.com/:_authToken=${token}`;
    const { outcome } = await revokeOne(npm, { id: 'npm', line: line });
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'other_host' } });
    expect(npm.server.requests).toEqual([]);
  });
});

test('JFrog: a token of another instance is refused, and stays active', async () => {
  const jfrog = await begin(startJfrogEmulator());
  const token = jfrog.mintForeign();
  const { outcome } = await revokeOne(jfrog, { id: 'jfrog', line: token });
  expect(outcome).toMatchObject({ status: 'alive', refusal: { code: 'other_instance' } });
  expect(jfrog.isAlive(token)).toBe(true);
});

test('Google: an access token takes its refresh token along, which is not active after it', async () => {
  const google = await begin(startGoogleEmulator());
  const { access, refresh } = google.mintGrant();
  expect((await revokeOne(google, { id: 'google', line: access })).outcome).toMatchObject({
    status: 'revoked',
    owner: 'octavia@example.com',
  });
  expect(google.isAlive(refresh)).toBe(false);
  expect((await revokeOne(google, { id: 'google', line: refresh })).outcome).toMatchObject({
    status: 'failed',
    error: { code: 'not_active' },
  });
});

test('Google: a token stands in no URL', async () => {
  const google = await begin(startGoogleEmulator());
  const token = google.mint('google_access');
  await revokeOne(google, { id: 'google', line: token });
  expect(google.server.requests.filter(({ url }) => url.includes(token))).toEqual([]);
});

test('DigitalOcean: one of its two hosts alone is a usage error, and nothing is sent', async () => {
  const digitalocean = await begin(startDigitaloceanEmulator());
  const token = digitalocean.mint('digitalocean_personal');
  for (const missing of ['REVOKE_DIGITALOCEAN_URL', 'REVOKE_DIGITALOCEAN_OAUTH_URL']) {
    const env = { [missing]: undefined };
    const { code, stderr } = await revokeOne(
      digitalocean,
      { id: 'digitalocean', line: token },
      { env },
    );
    expect([code, digitalocean.server.requests]).toEqual([2, []]);
    expect(stderr).toContain(missing);
  }
});

test('DigitalOcean: the outcome names the host that revoked', async () => {
  const digitalocean = await begin(startDigitaloceanEmulator());
  const token = digitalocean.mint('digitalocean_oauth');
  const { outcome } = await revokeOne(digitalocean, { id: 'digitalocean', line: token });
  expect(outcome).toMatchObject({
    status: 'revoked',
    endpoint: `${digitalocean.server.url}/cloud`,
  });
});

test('Doppler: a SCIM token is sent unchecked', async () => {
  const doppler = await begin(startDopplerEmulator());
  const token = `dp.scim.${'a1B2'.repeat(10)}`;
  const { outcome } = await revokeOne(doppler, { id: 'doppler', line: token });
  expect(outcome).toMatchObject({ status: 'failed', error: { code: 'not_active' } });
  expect([sent(doppler).length, doppler.server.requests.length]).toEqual([1, 1]);
});

describe('Discord', () => {
  test('a 404 that is not of Discord says nothing of the webhook', async () => {
    const discord = await begin(startDiscordEmulator());
    const url = discord.mint('discord_webhook');
    const reply = { status: 404, body: { message: 'not here' } };
    discord.server.addFault({ kind: 'reply', reply, times: Infinity });
    const { outcome } = await revokeOne(discord, { id: 'discord', line: url });
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'route_missing' } });
    expect(discord.isAlive(url)).toBe(true);
  });

  test('the id of a webhook with a wrong token is not active, and the webhook stays', async () => {
    const discord = await begin(startDiscordEmulator());
    const url = discord.mint('discord_webhook');
    const wrong = `${url.slice(0, -4)}wxyz`;
    const { outcome } = await revokeOne(discord, { id: 'discord', line: wrong });
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'not_active' } });
    expect([discord.isAlive(url), sent(discord)]).toEqual([true, []]);
  });

  test('the secret in the URL of a request never shows, nor where the service repeats it', async () => {
    const discord = await begin(startDiscordEmulator());
    const url = discord.mint('discord_webhook');
    const secret = url.split('/').at(-1) ?? '';
    const body = { message: `no such path: /api/webhooks/1/${secret}`, code: 1 };
    discord.server.addFault({
      kind: 'reply',
      reply: { status: 400, body },
      match: discord.revokes,
    });
    const words = ['--verbose', '--no-journal'];
    const { stdout, stderr } = await revokeOne(discord, { id: 'discord', line: url }, { words });
    expect(stderr).toMatch(/DELETE .*webhooks/);
    expect(stdout + stderr).not.toContain(secret);
  });
});

describe('the page that says what a token was used for', () => {
  test('is in the outcome, of the instance where there is one', async () => {
    const gitlab = await begin(startGitlabEmulator());
    const { outcome } = await revokeOne(gitlab, { id: 'gitlab', line: gitlab.mint('gitlab_pat') });
    const path = '/-/user_settings/personal_access_tokens';
    expect(outcome).toMatchObject({ status: 'revoked', audit_url: gitlab.server.url + path });
  });

  test('is not in the outcome of another host than the default', async () => {
    const vercel = await begin(startVercelEmulator());
    const { outcome } = await revokeOne(vercel, {
      id: 'vercel',
      line: vercel.mint('vercel_personal'),
    });
    expect(outcome).toMatchObject({ status: 'revoked' });
    expect(outcome).not.toHaveProperty('audit_url');
  });
});

describe('AWS', () => {
  const asVariables = (pair: string) => {
    const [id, secret] = pair.split(':');
    return [`export AWS_ACCESS_KEY_ID=${id}`, `export AWS_SECRET_ACCESS_KEY="${secret}"`];
  };
  const asObject = (pair: string) => {
    const [AccessKeyId, SecretAccessKey] = pair.split(':');
    return [JSON.stringify({ AccessKey: { UserName: 'x', AccessKeyId, SecretAccessKey } })];
  };

  test.each([
    ['a colon between its halves', (pair: string) => [pair]],
    ['a blank between its halves', (pair: string) => [pair.replace(':', ' ')]],
    ['its halves in two variables', asVariables],
    ['the secret first', (pair: string) => asVariables(pair).reverse()],
    ['its halves in an object', asObject],
  ])('a key with %s is made inactive, with its account', async (_form, linesOf) => {
    const aws = await begin(startAwsEmulator());
    const [pair, other] = [aws.mint('aws_access_key'), aws.mint('aws_access_key')];
    const lines = linesOf(pair);
    const { outcomes, stdout, stderr } = await revokeTokens('leaked', { emulators: [aws], lines });
    expect(outcomes).toMatchObject([
      {
        provider: 'aws',
        status: 'revoked',
        account: '123456789012',
        owner: expect.stringContaining('user/octavia'),
      },
    ]);
    expect([aws.isAlive(pair), aws.isAlive(other)]).toEqual([false, true]);
    expect(stdout + stderr).not.toContain(pair.split(':')[1]);
    aws.reactivate(pair);
    expect(aws.isAlive(pair)).toBe(true);
  });

  test('a secret with two slashes in it names no host', async () => {
    const aws = await begin(startAwsEmulator());
    const secret = 'kT9//xQ2mVb+7LrZc4WdN8sYpE1uHgJ5aF6oR3iK';
    const { outcome } = await revokeOne(aws, { id: 'aws', line: `AKIAYVP4CIPPEQQQQQQQ ${secret}` });
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'not_active' } });
  });

  test('two pairs in four lines are two keys, and a line between is its own', async () => {
    const aws = await begin(startAwsEmulator());
    const [one, two] = [aws.mint('aws_access_key'), aws.mint('aws_access_key')];
    const lines = [...asVariables(one), 'nothing known', ...asVariables(two)];
    const { outcomes } = await revokeTokens('leaked', { emulators: [aws], lines });
    const statuses = outcomes.map(({ status }) => status).sort();
    expect(statuses).toEqual(['failed', 'revoked', 'revoked']);
  });

  test('an ID alone is half of a pair, and nothing is sent', async () => {
    const aws = await begin(startAwsEmulator());
    const [id = ''] = aws.mint('aws_access_key').split(':');
    const { outcome, stdout } = await revokeOne(aws, { id: 'aws', line: id });
    expect([outcome?.status, aws.server.requests]).toEqual(['failed', []]);
    expect(stdout).toContain('half of a pair');
  });

  test('--delete deletes it for good', async () => {
    const aws = await begin(startAwsEmulator());
    const pair = aws.mint('aws_access_key');
    const words = ['--no-journal', '--delete'];
    expect((await revokeOne(aws, { id: 'aws', line: pair }, { words })).outcome?.status).toBe(
      'revoked',
    );
    aws.reactivate(pair);
    expect(aws.isAlive(pair)).toBe(false);
  });

  test('a key whose policies forbid it: an administrator can, and the console is named', async () => {
    const aws = await begin(startAwsEmulator());
    const pair = aws.mint('aws_access_key');
    aws.deny(pair);
    const { outcome } = await revokeOne(aws, { id: 'aws', line: pair });
    expect(outcome).toMatchObject({
      status: 'failed',
      revocable_by: 'admin',
      manual_url: expect.stringContaining('console.aws.amazon.com'),
      error: { code: 'cannot_revoke', provider_code: 'AccessDenied' },
      verification: { before: 'active' },
    });
    expect(aws.isAlive(pair)).toBe(true);
  });

  test('a wrong secret leaves it open, and is said', async () => {
    const aws = await begin(startAwsEmulator());
    const pair = aws.mint('aws_access_key');
    const wrong = pair.slice(0, -1) + (pair.endsWith('A') ? 'B' : 'A');
    const { outcome } = await revokeOne(aws, { id: 'aws', line: wrong });
    expect(outcome?.error?.message).toContain('the secret is not the one of this key');
    expect([outcome?.status, aws.isAlive(pair)]).toEqual(['failed', true]);
  });

  test('a key of a canary account is named, and used only with --force', async () => {
    const aws = await begin(startAwsEmulator());
    // Of account 595918472158.
    const canary = `AKIAYVP4CIPPERUVIFXG:${'kT9/xQ2mVb+7LrZc4WdN8sYpE1uHgJ5aF6oR3iKM'}`;
    const given = { emulators: [aws], lines: [canary] };
    const dry = await revokeTokens('aws', given, {
      words: ['--no-journal', '--dry-run'],
      force: false,
    });
    expect(dry.outcomes).toMatchObject([
      {
        status: 'failed',
        error: { code: 'canary', message: expect.stringContaining('canary') },
      },
    ]);
    expect(aws.server.requests).toEqual([]);
    await revokeTokens('aws', given);
    expect(aws.server.requests.length).toBeGreaterThan(0);
  });
});
