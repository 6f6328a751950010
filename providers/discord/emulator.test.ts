/** The emulator by itself, asked over plain HTTP as Discord documents it. */
import type { TokenEmulator } from '../../src/emulator/token-emulator.js';
import { startDiscordEmulator, type DiscordEmulatorOptions } from './emulator.js';

let emulator: TokenEmulator;
afterEach(() => emulator.close());

async function start(options: DiscordEmulatorOptions = {}) {
  emulator = await startDiscordEmulator(options);
  const url = emulator.mint('discord_webhook').replace('https://discord.com', emulator.server.url);
  const ask = async (at: string, method = 'GET') => {
    const answer = await fetch(at, { method });
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? undefined : JSON.parse(text), answer };
  };
  return { url, ask };
}

test('a webhook shows itself, deletes itself without a login, and is unknown after it', async () => {
  const { url, ask } = await start();
  expect(await ask(url)).toMatchObject({ status: 200, body: { name: 'octavia', type: 1 } });
  expect(await ask(url, 'DELETE')).toMatchObject({ status: 204, body: undefined });
  expect(await ask(url)).toMatchObject({ status: 404, body: { code: 10015 } });
  expect(await ask(url.replace('/api/', '/api/v10/'), 'DELETE')).toMatchObject({ status: 404 });
});

test('the id of a webhook with another token is 401, with its code', async () => {
  const { url, ask } = await start();
  expect(await ask(`${url.slice(0, -1)}~`, 'DELETE')).toMatchObject({
    status: 401,
    body: { code: 50027 },
  });
  expect(await ask(url)).toMatchObject({ status: 200 });
});

test('too many requests get 429 and the seconds to wait, in the header and the body', async () => {
  const { url, ask } = await start({ requestsPerMinute: 1 });
  await ask(url);
  const { status, body, answer } = await ask(url);
  expect([status, body.retry_after > 0]).toEqual([429, true]);
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
});
