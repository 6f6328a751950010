/** The emulator by itself, asked over plain HTTP as doctl does. */
import type { TokenEmulator } from '../../src/emulator/token-emulator.js';
import { startDigitaloceanEmulator } from './emulator.js';

let emulator: TokenEmulator;
beforeEach(async () => {
  emulator = await startDigitaloceanEmulator();
});
afterEach(() => emulator.close());

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const account = (token: string) =>
  fetch(`${emulator.server.url}/api/v2/account`, { headers: bearer(token) });
const revoke = (header: string, form: string) =>
  fetch(`${emulator.server.url}/cloud/v1/oauth/revoke`, {
    method: 'POST',
    headers: bearer(header),
    body: new URLSearchParams({ token: form }),
  });

test('a token shows its account at one host, and is revoked at the other', async () => {
  const token = emulator.mint('digitalocean_personal');
  const before = await account(token);
  expect(await before.json()).toMatchObject({ account: { email: 'octavia@example.com' } });
  expect((await revoke(token, token)).status).toBe(200);
  const after = await account(token);
  expect([after.status, await after.json()]).toMatchObject([401, { id: 'Unauthorized' }]);
  expect((await revoke(token, token)).status).toBe(401);
});

test('the token has to stand in the header and in the form', async () => {
  const [token, other] = [emulator.mint('digitalocean_oauth'), emulator.mint('digitalocean_oauth')];
  expect((await revoke(other, token)).status).toBe(401);
  expect([emulator.isAlive(token), emulator.isAlive(other)]).toEqual([true, true]);
});
