/** The emulator by itself, asked over plain HTTP as Google documents it. */
import { startGoogleEmulator, type GoogleEmulator } from './emulator.js';

let emulator: GoogleEmulator;
beforeEach(async () => {
  emulator = await startGoogleEmulator();
});
afterEach(() => emulator.close());

const info = (token: string) => fetch(`${emulator.server.url}/tokeninfo?access_token=${token}`);
const post = (path: string, form: Record<string, string>) =>
  fetch(emulator.server.url + path, { method: 'POST', body: new URLSearchParams(form) });

test('an access token shows whose it is, in the query and in the form, and takes its refresh token along', async () => {
  const { access, refresh } = emulator.mintGrant();
  expect(await (await info(access)).json()).toMatchObject({ email: 'octavia@example.com' });
  expect((await post('/tokeninfo', { access_token: access })).status).toBe(200);
  const revoked = await post('/revoke', { token: access });
  expect([revoked.status, await revoked.json()]).toEqual([200, {}]);
  expect([emulator.isAlive(access), emulator.isAlive(refresh)]).toEqual([false, false]);
  const after = await post('/revoke', { token: refresh });
  expect([after.status, await after.json()]).toMatchObject([400, { error: 'invalid_token' }]);
});

test('a refresh token shows nothing, active or not', async () => {
  const token = emulator.mint('google_refresh');
  expect((await info(token)).status).toBe(400);
  expect(emulator.isAlive(token)).toBe(true);
});
