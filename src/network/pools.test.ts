import { readFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTls } from 'node:https';
import { createServer as createTcp, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import type { Dispatcher } from 'undici';
import { createDeadlines } from './deadlines.js';
import { createExchange } from './exchange.js';
import { createPools, type PoolOptions } from './pools.js';

const pem = (name: string) => readFileSync(join(__dirname, '../../test/support/tls', name), 'utf8');
const OPTIONS: PoolOptions = { connections: 2, timeoutMs: 2000 };

const closing: (() => unknown)[] = [];
afterEach(async () => void (await Promise.all(closing.splice(0).map((close) => close()))));

async function listen(server: Server): Promise<number> {
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
  closing.push(() => new Promise((done) => server.close(done)));
  return (server.address() as AddressInfo).port;
}

/** Sends requests by pools of these options, as the program does. */
function sender(options: PoolOptions) {
  const pools = createPools(options);
  const deadlines = createDeadlines();
  closing.push(pools.destroy, deadlines.stop);
  const exchange = createExchange({ carrierFor: pools.for, timeoutMs: 3000, deadlines });
  return (origin: string) =>
    exchange({ method: 'GET', origin, path: '/', idempotent: true }, origin);
}

/** A dispatcher that only counts how often it is dropped. */
function counted() {
  const dropped: number[] = [];
  const destroy = async () => void dropped.push(1);
  return { dropped, dispatcher: { destroy } as unknown as Dispatcher };
}

const respond =
  (headers: Record<string, string> = {}): RequestListener =>
  (_request, response) =>
    void response.writeHead(200, headers).end();

test('each origin has one pool, which is made once', async () => {
  const pools = createPools(OPTIONS);
  const first = pools.for('https://a.example');
  expect(pools.for('https://a.example')).toBe(first);
  expect(pools.for('https://b.example')).not.toBe(first);
  await pools.destroy();
});

test('what the proxy serves goes to the proxy, and nothing else does', async () => {
  const { dispatcher } = counted();
  const serves = ({ hostname }: URL) => hostname === 'far.example';
  const pools = createPools({ ...OPTIONS, proxy: { dispatcher, serves } });
  expect(pools.for('https://far.example')).toBe(dispatcher);
  expect(pools.for('https://near.example')).not.toBe(dispatcher);
  await pools.destroy();
});

test.each([[[]], [['https://a.example', 'https://b.example']]])(
  'a proxy that served %j is dropped once, with every pool',
  async (origins) => {
    const { dropped, dispatcher } = counted();
    const near = { dispatcher, serves: ({ hostname }: URL) => hostname !== 'near.example' };
    const pools = createPools({ ...OPTIONS, proxy: near });
    const own = pools.for('https://near.example') as Dispatcher & { destroyed: boolean };
    for (const origin of origins) pools.for(origin);
    await pools.destroy();
    expect([dropped.length, own.destroyed]).toEqual([1, true]);
  },
);

test('pools that were never asked for are dropped without a proxy too', async () => {
  await expect(createPools(OPTIONS).destroy()).resolves.toBeUndefined();
});

test('an answer with 60 KB of headers is read, and one with 70 KB is not', async () => {
  const long = async (kilobytes: number) => {
    const server = createTcp((socket) => {
      socket.on('error', () => socket.destroy());
      const padding = 'x'.repeat(kilobytes * 1024);
      socket.once('data', () =>
        socket.end(`HTTP/1.1 200 OK\r\ncontent-length: 0\r\nx-long: ${padding}\r\n\r\n`),
      );
    });
    return sender(OPTIONS)(`http://127.0.0.1:${await listen(server)}`);
  };
  expect(await long(60)).toMatchObject({ status: 200 });
  expect(await long(70)).toMatchObject({ reason: expect.stringContaining('UND_ERR_HEADERS') });
});

test('so many requests to an origin are in flight at once as there may be connections', async () => {
  let [now, most, all] = [0, 0, 0];
  const server = createServer((_request, response) => {
    most = Math.max(most, (now += 1));
    setTimeout(() => {
      all += 1;
      now -= 1;
      response.end();
    }, 20);
  });
  const sent = sender({ ...OPTIONS, connections: 2 });
  const origin = `http://127.0.0.1:${await listen(server)}`;
  await Promise.all([1, 2, 3, 4, 5].map(() => sent(origin)));
  expect([most, all]).toEqual([2, 5]);
});

describe('a server whose certificate an authority of its own signed', () => {
  const pair = { key: pem('server.key'), cert: pem('server.pem') };
  const start = async () => `https://localhost:${await listen(createTls(pair, respond()))}`;

  test('is trusted where that authority was named', async () => {
    expect(await sender({ ...OPTIONS, ca: pem('ca.pem') })(await start())).toMatchObject({
      status: 200,
    });
  });

  test.each([
    ['no authority', undefined],
    ['another authority', pem('other-ca.pem')],
  ])('is sent nothing where %s was named, whatever the environment says', async (_which, ca) => {
    const before = process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    try {
      const result = await sender({ ...OPTIONS, ca })(await start());
      expect(result).toMatchObject({ reason: expect.stringMatching(/^TLS:/), inDoubt: false });
    } finally {
      if (before === undefined) delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
      else process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = before;
    }
  });
});
