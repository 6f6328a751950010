/** The emulator by itself, asked over plain HTTP as Hugging Face documents it. */
import type { TokenEmulator } from '../../src/emulator/token-emulator.js';
import { startHuggingfaceEmulator } from './emulator.js';

let emulator: TokenEmulator;
beforeEach(async () => {
  emulator = await startHuggingfaceEmulator();
});
afterEach(() => emulator.close());

const revoke = (credentials: unknown) =>
  fetch(`${emulator.server.url}/api/credentials/revoke`, {
    method: 'POST',
    body: JSON.stringify({ credentials }),
  });
const whoami = (token: string) =>
  fetch(`${emulator.server.url}/api/whoami-v2`, { headers: { authorization: `Bearer ${token}` } });

test('a batch of tokens is revoked at once, and a second call mails nobody again', async () => {
  const tokens = [emulator.mint('huggingface_user'), emulator.mint('huggingface_organization')];
  const [first = ''] = tokens;
  const before = await whoami(first);
  expect([before.status, await before.json()]).toMatchObject([200, { name: 'octavia' }]);
  expect((await revoke(tokens)).status).toBe(202);
  expect((await revoke(tokens)).status).toBe(202);
  expect(emulator.mails).toHaveLength(2);
  expect((await whoami(first)).status).toBe(401);
});

test.each([[['garbage']], ['garbage'], [undefined]])(
  '202 is answered for %p',
  async (credentials) => {
    expect((await revoke(credentials)).status).toBe(202);
  },
);

test('an expired token is told as that', async () => {
  const token = emulator.mint('huggingface_user', { lifetimeMs: 1000 });
  emulator.elapse?.(1000);
  const answer = await whoami(token);
  expect([answer.status, await answer.text()]).toEqual([401, expect.stringContaining('expired')]);
});
