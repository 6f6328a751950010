/** The emulator by itself, asked over plain HTTP as the npm program does. */
import { startNpmEmulator, type NpmEmulator, type NpmEmulatorOptions } from './emulator.js';

let emulator: NpmEmulator;
afterEach(() => emulator.close());

async function start(options: NpmEmulatorOptions = {}) {
  emulator = await startNpmEmulator(options);
  return async (path: string, token: string, method = 'GET') => {
    const headers = { authorization: `Bearer ${token}` };
    const answer = await fetch(`${emulator.server.url}/-/${path}`, { method, headers });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, body: text && JSON.parse(text) };
  };
}

test('a token says who it is, revokes itself by its value, and is 401 after it', async () => {
  const ask = await start();
  const token = emulator.mint('npm_access');
  expect((await ask('whoami', token)).body).toEqual({ username: 'octavia' });
  expect((await ask(`user/token/${token}`, token, 'DELETE')).status).toBe(204);
  expect((await ask('whoami', token)).status).toBe(401);
});

test('a value that is no token here is 404 for a token that is one', async () => {
  const ask = await start();
  const token = emulator.mint('npm_access');
  expect((await ask('user/token/npm_x', token, 'DELETE')).status).toBe(404);
  expect(emulator.isAlive(token)).toBe(true);
});

test('the list shows masked tokens, two a page, and a row revokes by its key', async () => {
  const ask = await start();
  const token = emulator.mint('npm_access');
  emulator.mint('npm_access');
  const first = (await ask('npm/v1/tokens', token)).body;
  expect(first.urls.next).toMatch(/page=1$/);
  const second = (await ask('npm/v1/tokens?page=1', token)).body;
  const rows: { token: string; key: string }[] = [...first.objects, ...second.objects];
  expect([rows.length, second.urls]).toEqual([3, {}]);
  const masked = `${token.slice(0, 8)}...${token.slice(-4)}`;
  const key = rows.find((row) => row.token === masked)?.key ?? '';
  expect((await ask(`npm/v1/tokens/token/${key}`, token, 'DELETE')).status).toBe(204);
  expect(emulator.isAlive(token)).toBe(false);
});

test('where a second factor is on, revoking is 401 with OTP and nothing is revoked', async () => {
  const ask = await start();
  const token = emulator.mint('npm_access');
  emulator.askForPassword(token);
  const { status, headers } = await ask(`user/token/${token}`, token, 'DELETE');
  expect([status, headers.get('www-authenticate')]).toEqual([401, 'OTP']);
  expect(emulator.isAlive(token)).toBe(true);
});

test('a registry that knows nobody answers whoami with {}', async () => {
  const ask = await start({ knowsNobody: true });
  expect(await ask('whoami', 'npm_x')).toMatchObject({ status: 200, body: {} });
});
