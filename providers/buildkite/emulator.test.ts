/** The emulator by itself, asked over plain HTTP as Buildkite documents it. */
import type { TokenEmulator } from '../../src/emulator/token-emulator.js';
import { startBuildkiteEmulator } from './emulator.js';

let emulator: TokenEmulator;
beforeEach(async () => {
  emulator = await startBuildkiteEmulator();
});
afterEach(() => emulator.close());

const ask = (token: string, method = 'GET') =>
  fetch(`${emulator.server.url}/v2/access-token`, {
    method,
    headers: { authorization: `Bearer ${token}` },
  });

test('a token shows its user and scopes, revokes itself, and is 401 after it', async () => {
  const token = emulator.mint('buildkite_user');
  const before = await ask(token);
  expect([before.status, await before.json()]).toMatchObject([
    200,
    { scopes: ['read_builds'], user: { email: 'octavia@example.com' } },
  ]);
  expect((await ask(token, 'DELETE')).status).toBe(204);
  expect([(await ask(token)).status, (await ask(token, 'DELETE')).status]).toEqual([401, 401]);
});

test('the expiry of a token is shown, and kept', async () => {
  const token = emulator.mint('buildkite_user', { lifetimeMs: 1000 });
  expect(await (await ask(token)).json()).toMatchObject({ expires_at: expect.any(String) });
  emulator.elapse?.(1000);
  expect((await ask(token)).status).toBe(401);
});
