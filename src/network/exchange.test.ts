import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool } from 'undici';
import { createDeadlines } from './deadlines.js';
import { createExchange, type Result } from './exchange.js';

/** What comes of an answer whose body arrives in these pieces. */
async function answerOf(
  pieces: readonly Buffer[],
  type: string,
  maxBytes?: number,
): Promise<Result> {
  const server: Server = createServer(async (_request, response) => {
    response.setHeader('content-type', type);
    response.socket?.setNoDelay();
    for (const piece of pieces) {
      response.write(piece);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    response.end();
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const pool = new Pool(origin, { connections: 1 });
  const deadlines = createDeadlines();
  try {
    const request = {
      method: 'GET',
      origin,
      path: '/',
      idempotent: true,
      ...(maxBytes !== undefined && { maxBytes }),
    } as const;
    const exchange = createExchange({
      dispatcherFor: () => pool,
      timeoutMs: 20_000,
      deadlines,
    });
    return await exchange(request, origin);
  } finally {
    deadlines.stop();
    await pool.destroy();
    server.close();
  }
}

const TEXT = '{"message":"Gerät von Zoë: 鍵 🔑"}';

test.each(['application/json', 'application/json; charset=ISO-8859-1'])(
  'an answer of type %s is read as UTF-8, wherever its bytes are cut',
  async (type) => {
    const bytes = Buffer.from(TEXT);
    const whole = await answerOf([bytes], type);
    const cut = await answerOf(
      Array.from(bytes, (byte) => Buffer.of(byte)),
      type,
    );
    expect(whole).toMatchObject({ status: 200, body: TEXT });
    expect(cut).toMatchObject({ status: 200, body: TEXT });
  },
);

test('bytes of an answer that are not UTF-8 become U+FFFD, and no other text', async () => {
  const answer = await answerOf([Buffer.from('{"m":"a\xe9"}', 'latin1')], 'application/json');
  expect(answer).toMatchObject({ body: '{"m":"a\ufffd"}' });
});

test('an answer of more than its bound ends there, and one of a byte less is read', async () => {
  const piece = Buffer.alloc(1024, 'x');
  const within = await answerOf([piece, piece], 'text/plain', 2048);
  expect(within).toMatchObject({ status: 200, body: 'x'.repeat(2048) });
  const beyond = await answerOf([piece, piece], 'text/plain', 2047);
  expect(beyond).toMatchObject({ reason: 'an answer of more than 2047 bytes', final: true });
  const usual = await answerOf([Buffer.alloc(1024 * 1024 + 1)], 'text/plain');
  expect(usual).toMatchObject({ reason: 'an answer of more than 1048576 bytes', inDoubt: true });
});
