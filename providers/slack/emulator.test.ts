/** The emulator by itself, asked over plain HTTP as Slack documents it. */
import { startSlackEmulator, type SlackEmulator, type SlackEmulatorOptions } from './emulator.js';

const running: SlackEmulator[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((emulator) => emulator.close()));
});

async function start(options: SlackEmulatorOptions = {}) {
  const emulator = await startSlackEmulator(options);
  running.push(emulator);
  const call = async (method: string, token?: string, body?: URLSearchParams) => {
    const headers: Record<string, string> =
      token === undefined ? {} : { authorization: `Bearer ${token}` };
    const url = `${emulator.environment['REVOKE_SLACK_URL']}/${method}`;
    const answer = await fetch(url, { method: 'POST', headers, body: body ?? null });
    return {
      status: answer.status,
      headers: answer.headers,
      body: (await answer.json()) as Record<string, unknown>,
    };
  };
  return { emulator, call };
}

test.each([
  ['slack_bot', 'account_inactive'],
  ['slack_user', 'token_revoked'],
] as const)('a %s token revokes itself; after it every answer is %s', async (type, error) => {
  const { emulator, call } = await start();
  const token = emulator.mint(type);
  const before = await call('auth.test', token);
  expect(before.body).toMatchObject({ ok: true, user: 'octavia', team: 'Example' });
  expect(before.headers.get('x-oauth-scopes')).toBe('chat:write,channels:read');
  expect((await call('auth.revoke', token)).body).toEqual({ ok: true, revoked: true });
  expect(await call('auth.test', token)).toMatchObject({ status: 200, body: { ok: false, error } });
  expect((await call('auth.revoke', token)).body).toEqual({ ok: false, error });
});

test('the emulator revokes nothing where test=1 is sent', async () => {
  const { emulator, call } = await start();
  const token = emulator.mint('slack_bot');
  const answer = await call('auth.revoke', token, new URLSearchParams({ test: '1' }));
  expect(answer.body).toEqual({ ok: true, revoked: false });
  expect(emulator.isAlive(token)).toBe(true);
});

test('invalid_auth is answered for a wrong token, and for a good one from another address', async () => {
  const { emulator, call } = await start();
  const token = emulator.mint('slack_bot');
  expect((await call('auth.test', 'xoxb-wrong')).body).toEqual({
    ok: false,
    error: 'invalid_auth',
  });
  emulator.blockAddress(true);
  expect((await call('auth.test', token)).body).toEqual({ ok: false, error: 'invalid_auth' });
  expect(emulator.isAlive(token)).toBe(true);
});

test('no token, an expired one, an unknown method: 200 with a word for each', async () => {
  const { emulator, call } = await start();
  const token = emulator.mint('slack_user', { lifetimeMs: 1 });
  emulator.elapse?.(1);
  expect((await call('auth.test')).body['error']).toBe('not_authed');
  expect((await call('auth.test', token)).body['error']).toBe('token_expired');
  expect((await call('auth.nothing', token)).body['error']).toBe('unknown_method');
});

test('too many requests to a method in a minute get 429 and the seconds to wait', async () => {
  const { emulator, call } = await start({ requestsPerMinute: 1 });
  const token = emulator.mint('slack_bot');
  await call('auth.test', token);
  const answer = await call('auth.test', token);
  expect(answer.status).toBe(429);
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  emulator.elapse?.(60_000);
  expect((await call('auth.test', token)).status).toBe(200);
});
