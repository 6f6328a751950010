/** The emulator by itself, asked over plain HTTP as crates.io answers. */
import { startCratesEmulator, type CratesEmulator } from './emulator.js';

let emulator: CratesEmulator;
beforeEach(async () => {
  emulator = await startCratesEmulator();
});
afterEach(() => emulator.close());

async function ask(path: string, authorization: string, method = 'GET') {
  const headers = { authorization, 'user-agent': 'test' };
  const answer = await fetch(`${emulator.server.url}/api/v1/${path}`, { method, headers });
  const text = await answer.text();
  return [answer.status, text === '' ? '' : JSON.parse(text).errors[0].detail];
}

test('an active token and one that was revoked both get 403, with other words', async () => {
  const token = emulator.mint('crates_api');
  const website = 'this action can only be performed on the crates.io website';
  expect(await ask('me', token)).toEqual([403, website]);
  expect(await ask('tokens/current', token, 'DELETE')).toEqual([204, '']);
  expect(await ask('me', token)).toEqual([403, 'authentication failed']);
  expect(await ask('tokens/current', token, 'DELETE')).toEqual([403, 'authentication failed']);
});

test.each([
  ['scoped', 'this token does not have the required permissions to perform this action'],
  ['locked', 'This account is indefinitely locked. Reason: abuse'],
] as const)('a %s token cannot revoke itself, and stays active', async (oddity, words) => {
  const token = emulator.mintOdd(oddity);
  expect(await ask('tokens/current', token, 'DELETE')).toEqual([403, words]);
  expect(emulator.isAlive(token)).toBe(true);
});

test('a token with a scheme before it is none', async () => {
  const token = emulator.mint('crates_api');
  expect(await ask('me', `Bearer ${token}`)).toEqual([403, 'authentication failed']);
});

test('trusted publishing answers 204 for unknown tokens too, and 401 for what is none', async () => {
  const token = emulator.mint('crates_trusted_publishing');
  const path = 'trusted_publishing/tokens';
  expect((await ask(path, `Bearer ${token}`, 'DELETE'))[0]).toBe(204);
  expect(emulator.isAlive(token)).toBe(false);
  expect((await ask(path, `Bearer cio_tp_${'x'.repeat(32)}`, 'DELETE'))[0]).toBe(204);
  expect((await ask(path, 'Bearer x', 'DELETE'))[0]).toBe(401);
});
