/** The emulator by itself, asked over plain HTTP as Vercel documents it. */
import { startVercelEmulator, type VercelEmulator } from './emulator.js';

let emulator: VercelEmulator;
beforeEach(async () => {
  emulator = await startVercelEmulator();
});
afterEach(() => emulator.close());

async function ask(path: string, token: string, method = 'GET') {
  const answer = await fetch(emulator.server.url + path, {
    method,
    headers: { authorization: `Bearer ${token}` },
  });
  return { status: answer.status, body: (await answer.json()) as unknown };
}

test('a token shows its user, deletes itself, and is 403 with invalidToken after it', async () => {
  const token = emulator.mint('vercel_personal');
  expect(await ask('/v2/user', token)).toMatchObject({ body: { user: { username: 'octavia' } } });
  const path = '/v3/user/tokens/current';
  expect(await ask(path, token, 'DELETE')).toMatchObject({
    status: 200,
    body: { tokenId: expect.any(String) },
  });
  expect(await ask('/v2/user', token)).toMatchObject({
    status: 403,
    body: { error: { invalidToken: true } },
  });
  expect((await ask(path, token, 'DELETE')).status).toBe(401);
});

test('an active token without a right is 403 too, without invalidToken', async () => {
  const token = emulator.mint('vercel_integration');
  emulator.forbid(token);
  const { status, body } = await ask('/v2/user', token);
  expect([status, JSON.stringify(body)]).toEqual([
    403,
    expect.not.stringContaining('invalidToken'),
  ]);
  expect(emulator.isAlive(token)).toBe(true);
});

test('a gateway key is reported without a login, is no login itself, and anything is taken', async () => {
  const key = emulator.mint('vercel_ai_gateway');
  expect((await ask('/v2/user', key)).status).toBe(403);
  for (const api_key of [key, 'vck_unknown']) {
    const answer = await fetch(`${emulator.server.url}/external/compromised_secret`, {
      method: 'POST',
      body: JSON.stringify({ secret: { api_key } }),
    });
    expect(answer.status).toBe(200);
  }
  expect(emulator.isAlive(key)).toBe(false);
});
