/** The emulator by itself, asked over plain HTTP as JFrog documents it. */
import { startJfrogEmulator, type JfrogEmulator } from './emulator.js';

let emulator: JfrogEmulator;
beforeEach(async () => {
  emulator = await startJfrogEmulator();
});
afterEach(() => emulator.close());

const ask = (token: string, method = 'GET') =>
  fetch(`${emulator.server.url}/access/api/v1/tokens/me`, {
    method,
    headers: { authorization: `Bearer ${token}` },
  });

test('a token shows itself and revokes itself with 200, and with 204 where it was revoked before', async () => {
  const token = emulator.mint('jfrog_reference');
  const before = await ask(token);
  expect([before.status, await before.json()]).toMatchObject([
    200,
    { subject: expect.stringContaining('/users/octavia'), scope: 'applied-permissions/user' },
  ]);
  expect((await ask(token, 'DELETE')).status).toBe(200);
  expect((await ask(token)).status).toBe(401);
  expect((await ask(token, 'DELETE')).status).toBe(204);
});

test('a token of another instance is refused with 400 and stays active', async () => {
  const token = emulator.mintForeign();
  expect((await ask(token, 'DELETE')).status).toBe(400);
  expect([(await ask(token)).status, emulator.isAlive(token)]).toEqual([200, true]);
});

test('a token that was never issued is 401', async () => {
  expect([(await ask('x')).status, (await ask('x', 'DELETE')).status]).toEqual([401, 401]);
});
