/** The emulator by itself, asked over plain HTTP as Doppler's clients do. */
import type { TokenEmulator } from '../../src/emulator/token-emulator.js';
import { startDopplerEmulator } from './emulator.js';

let emulator: TokenEmulator;
beforeEach(async () => {
  emulator = await startDopplerEmulator();
});
afterEach(() => emulator.close());

const me = (token: string) =>
  fetch(`${emulator.server.url}/v3/me`, { headers: { authorization: `Bearer ${token}` } });
const revoke = (token: unknown) =>
  fetch(`${emulator.server.url}/v3/auth/revoke`, {
    method: 'POST',
    body: JSON.stringify({ token }),
  });

test('a token shows its workplace, is revoked by its value without a login, and is 401 after it', async () => {
  const token = emulator.mint('doppler_service');
  const before = await me(token);
  expect([before.status, await before.json()]).toMatchObject([
    200,
    { workplace: { name: 'Example' } },
  ]);
  expect((await revoke(token)).status).toBe(200);
  expect([(await me(token)).status, emulator.isAlive(token)]).toEqual([401, false]);
});

test.each([['dp.pt.unknown'], [undefined], [7]])('nothing is revoked for %p', async (token) => {
  const other = emulator.mint('doppler_cli');
  expect((await revoke(token)).status).toBe(401);
  expect(emulator.isAlive(other)).toBe(true);
});
