/** The emulator by itself, asked over plain HTTP as GitHub documents it. */
import { makeToken } from '../../src/emulator/fake-tokens.js';
import type { TokenEmulator } from '../../src/emulator/token-emulator.js';
import { startGithubEmulator, type GithubEmulatorOptions } from './emulator.js';

const running: TokenEmulator[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((emulator) => emulator.close()));
});

async function start(options: GithubEmulatorOptions = {}): Promise<TokenEmulator> {
  const emulator = await startGithubEmulator(options);
  running.push(emulator);
  return emulator;
}

const revoke = ({ server }: TokenEmulator, credentials: unknown, headers = {}) =>
  fetch(`${server.url}/credentials/revoke`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ credentials }),
  });
const ask = ({ server }: TokenEmulator, path: string, token: string, method = 'GET') =>
  fetch(server.url + path, { method, headers: { authorization: `Bearer ${token}` } });

test('anybody can revoke tokens by value; their owner is mailed once', async () => {
  const emulator = await start();
  const tokens = (
    ['github_pat_classic', 'github_pat_fine_grained', 'github_oauth', 'github_refresh'] as const
  ).map((type) => emulator.mint(type));
  const before = await ask(emulator, '/user', tokens[0] as string);
  expect(before.status).toBe(200);
  expect(before.headers.get('x-oauth-scopes')).toBe('repo, read:org');
  const answer = await revoke(emulator, tokens);
  expect([answer.status, await answer.json()]).toEqual([202, {}]);
  expect(tokens.map((token) => emulator.isAlive(token))).toEqual([false, false, false, false]);
  expect((await revoke(emulator, tokens)).status).toBe(202);
  expect(emulator.mails).toHaveLength(4);
  const after = await ask(emulator, '/user', tokens[0] as string);
  expect([after.status, await after.json()]).toMatchObject([401, { message: 'Bad credentials' }]);
});

test('202 is answered for garbage and for installation tokens, which stay active', async () => {
  const emulator = await start();
  const installation = emulator.mint('github_app_installation');
  expect((await revoke(emulator, ['garbage', installation])).status).toBe(202);
  expect(emulator.isAlive(installation)).toBe(true);
});

test('any Authorization is refused with 403, and nothing is revoked', async () => {
  const emulator = await start();
  const token = emulator.mint('github_pat_classic');
  const answer = await revoke(emulator, [token], { authorization: 'Bearer x' });
  expect([answer.status, emulator.isAlive(token)]).toEqual([403, true]);
});

test.each([
  ['no strings', [1]],
  ['none at all', []],
  ['more than 1000', Array.from({ length: 1001 }, (_, n) => makeToken('github_oauth', n))],
  ['no list', 'ghp_x'],
])('a batch of %s is refused with 422', async (_what, credentials) => {
  expect((await revoke(await start(), credentials)).status).toBe(422);
});

test('where the service is strict one wrong string refuses its whole batch', async () => {
  const emulator = await start({ isStrict: true });
  const token = emulator.mint('github_pat_classic');
  expect((await revoke(emulator, [token, 'garbage'])).status).toBe(422);
  expect(emulator.isAlive(token)).toBe(true);
});

test('sixty requests without a login pass in an hour, failed logins counted', async () => {
  const emulator = await start({ lockAfter: 1000 });
  await ask(emulator, '/user', 'ghp_wrong');
  for (let sent = 1; sent < 60; sent++) await revoke(emulator, ['x']);
  const answer = await revoke(emulator, ['x']);
  expect(answer.status).toBe(403);
  expect(answer.headers.get('x-ratelimit-remaining')).toBe('0');
  expect(Number(answer.headers.get('x-ratelimit-reset')) * 1000).toBeGreaterThan(Date.now());
  expect(await answer.json()).toMatchObject({
    message: 'API rate limit exceeded for 127.0.0.1.',
  });
  emulator.elapse?.(3_600_000);
  expect((await revoke(emulator, ['x'])).status).toBe(202);
});

test('after too many failed logins even a good one gets 403, for a while', async () => {
  const emulator = await start({ lockAfter: 3 });
  const token = emulator.mint('github_pat_classic');
  for (let tries = 0; tries < 3; tries++) await ask(emulator, '/user', 'ghp_wrong');
  expect((await ask(emulator, '/user', token)).status).toBe(403);
  emulator.elapse?.(300_000);
  expect((await ask(emulator, '/user', token)).status).toBe(200);
});

test('a revocation may take its time to be in force', async () => {
  const emulator = await start({ takesEffectAfterMs: 20_000 });
  const token = emulator.mint('github_pat_classic');
  await revoke(emulator, [token]);
  expect((await ask(emulator, '/user', token)).status).toBe(200);
  emulator.elapse?.(20_000);
  expect((await ask(emulator, '/user', token)).status).toBe(401);
});

test('a refresh token is no login, active or not', async () => {
  const emulator = await start();
  const token = emulator.mint('github_refresh');
  expect([(await ask(emulator, '/user', token)).status, emulator.isAlive(token)]).toEqual([
    401,
    true,
  ]);
});

test('an installation token shows its repositories, ends itself, and never shows a user', async () => {
  const emulator = await start();
  const token = emulator.mint('github_app_installation_stateless');
  const repositories = '/installation/repositories?per_page=1';
  expect((await ask(emulator, '/user', token)).status).toBe(403);
  expect((await ask(emulator, repositories, token)).status).toBe(200);
  expect((await ask(emulator, '/installation/token', token, 'DELETE')).status).toBe(204);
  expect((await ask(emulator, '/installation/token', token, 'DELETE')).status).toBe(401);
  expect((await ask(emulator, repositories, token)).status).toBe(401);
});

test('an expiry stands in the header, and is kept', async () => {
  const emulator = await start({ now: () => Date.UTC(2026, 11, 1) });
  const token = emulator.mint('github_pat_fine_grained', { lifetimeMs: 60_000 });
  const header = 'github-authentication-token-expiration';
  const answer = await ask(emulator, '/user', token);
  expect(answer.headers.get(header)).toBe('2026-12-01 00:01:00 UTC');
  expect(answer.headers.get('x-oauth-scopes')).toBeNull();
  emulator.elapse?.(60_000);
  expect((await ask(emulator, '/user', token)).status).toBe(401);
});

test('GitHub Enterprise Server asks for a login', async () => {
  const answer = await revoke(await start({ needsLogin: true, basePath: '/api/v3' }), ['x']);
  expect(answer.status).toBe(404);
  const emulator = await start({ needsLogin: true });
  expect((await revoke(emulator, ['x'])).status).toBe(401);
});
