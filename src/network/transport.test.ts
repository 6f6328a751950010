/** Both clients, by what they do on the wire: a server that writes its bytes by hand answers them. */
import { readFileSync } from 'node:fs';
import { createServer as createHttp, type Server } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import type { Request } from '../contract/http.js';
import { createDeadlines } from './deadlines.js';
import { createExchange } from './exchange.js';
import { createNodeClient } from './node-client.js';
import { createPools } from './pools.js';

interface Given {
  readonly timeoutMs?: number;
  readonly connections?: number;
  readonly ca?: string | undefined;
}

type Answering = (socket: Socket, heard: string, place: number) => void;

const closing: (() => unknown)[] = [];
afterEach(() => void closing.splice(0).map((close) => close()));

/** Calls `answer` with all that a connection has sent, each time that there is more. */
async function listen(answer: Answering) {
  const sockets = new Set<Socket>();
  let heard = '';
  let count = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    const place = ++count;
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      heard += bytes.toString('latin1');
      answer(socket, heard, place);
    });
  });
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
  closing.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { port, heard: () => heard, connections: () => count };
}

async function portOf(server: Server): Promise<number> {
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
  closing.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

const pem = (name: string) => readFileSync(join(__dirname, '../../test/support/tls', name), 'utf8');

const whole =
  (bytes: string): Answering =>
  (socket) =>
    void socket.write(bytes, 'latin1');
const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}';

describe.each([
  ['undici', createPools],
  ['Node', createNodeClient],
])('the client of %s', (_name, createTransport) => {
  function client({ timeoutMs = 5000, connections = 1, ca }: Given = {}) {
    const transport = createTransport({ connections, timeoutMs, ca });
    const deadlines = createDeadlines();
    closing.push(async () => {
      deadlines.stop();
      await transport.destroy();
    });
    const exchange = createExchange({ carrierFor: transport.for, timeoutMs, deadlines });
    const send = (port: number, more: Partial<Request> = {}, body?: string) => {
      const origin = more.origin ?? `http://127.0.0.1:${port}`;
      const request: Request = { method: 'DELETE', path: '/x', idempotent: true, ...more, origin };
      return exchange(request, origin, body);
    };
    return { send, transport };
  }

  test('sends the path, the host and the headers as they are given', async () => {
    const { port, heard } = await listen(whole(OK));
    const headers = { authorization: 'Bearer abc', accept: 'application/json' };
    await client().send(port, { path: '/a%2Fb/c?d=%20', headers });
    const [line, ...lines] = heard().split('\r\n');
    expect(line).toBe('DELETE /a%2Fb/c?d=%20 HTTP/1.1');
    expect(lines.map((text) => text.toLowerCase())).toEqual(
      expect.arrayContaining([
        `host: 127.0.0.1:${port}`,
        'authorization: bearer abc',
        'accept: application/json',
      ]),
    );
    expect(heard()).not.toMatch(/transfer-encoding|content-length/i);
  });

  test.each(['DELETE', 'POST', 'GET'] as const)(
    'says the length in bytes of the body of a %s',
    async (method) => {
      const { port, heard } = await listen((socket, text) => {
        if (text.endsWith('ä"}')) return;
        if (text.includes('}')) socket.write(OK);
      });
      const answer = await client().send(port, { method }, '{"a":"ä"}');
      expect(answer).toMatchObject({ status: 200 });
      expect(heard()).toMatch(/\r\ncontent-length: 10\r\n/i);
      expect(heard()).not.toMatch(/transfer-encoding/i);
    },
  );

  test('says of a POST without a body that it is empty', async () => {
    const { port, heard } = await listen(whole(OK));
    await client().send(port, { method: 'POST' });
    expect(heard()).toMatch(/\r\ncontent-length: 0\r\n/i);
  });

  test.each([
    ['a line end', '/x\r\nx-injected: 1'],
    ['a space', '/x HTTP/1.1'],
    ['a letter beyond Latin-1', '/x/ł'],
  ])('sends nothing where the path has %s', async (_what, path) => {
    const { port, heard, connections } = await listen(whole(OK));
    const result = await client().send(port, { path });
    expect(result).toMatchObject({ inDoubt: false });
    expect([heard(), connections()]).toEqual(['', 0]);
  });

  test('sends nothing where a header has a line end', async () => {
    const { port, heard } = await listen(whole(OK));
    const result = await client().send(port, { headers: { authorization: 'a\r\nb: c' } });
    expect(result).toMatchObject({ inDoubt: false });
    expect(heard()).toBe('');
  });

  test('joins a header that is repeated', async () => {
    const { port } = await listen(
      whole(
        'HTTP/1.1 429 No\r\nRetry-After: 1\r\nretry-after: 700\r\nDate: x\r\ncontent-length: 0\r\n\r\n',
      ),
    );
    expect(await client().send(port)).toMatchObject({
      status: 429,
      headers: { 'retry-after': '1, 700', date: 'x' },
    });
  });

  test('follows no redirect', async () => {
    const { port, heard } = await listen(
      whole('HTTP/1.1 307 Go\r\nlocation: /elsewhere\r\ncontent-length: 0\r\n\r\n'),
    );
    expect(await client().send(port)).toMatchObject({
      status: 307,
      headers: { location: '/elsewhere' },
    });
    expect(heard().match(/HTTP\/1\.1/g)).toHaveLength(1);
  });

  test('reads a body in chunks, and one that ends with the connection', async () => {
    const chunks =
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n';
    const chunked = await listen(whole(chunks));
    expect(await client().send(chunked.port)).toMatchObject({ status: 200, body: '{}' });
    const ending = await listen((socket) => void socket.end('HTTP/1.1 200 OK\r\n\r\n{}'));
    expect(await client().send(ending.port)).toMatchObject({ status: 200, body: '{}' });
  });

  test('takes 103 for no answer, and waits for the one that follows', async () => {
    const { port } = await listen(whole(`HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n${OK}`));
    const answer = await client().send(port);
    expect(answer).toMatchObject({ status: 200, body: '{}' });
    expect(answer).not.toHaveProperty('headers.link');
  });

  const CUT = 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"status":"revoked"}';
  test.each<[string, Answering]>([
    ['is cut short', (socket) => void socket.end(CUT)],
    [
      'is cut short in a chunk',
      (s) => void s.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n9\r\n{}'),
    ],
    ['ends within its headers', (socket) => void socket.end('HTTP/1.1 200 OK\r\ncontent-')],
    ['is none', (socket) => void socket.end()],
    ['is a reset', (socket) => void socket.resetAndDestroy()],
    ['is not HTTP', whole('hello\r\n\r\n')],
    ['has headers without an end', whole(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(80_000)}`)],
    [
      'has two lengths',
      whole('HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}'),
    ],
    ['changes the protocol', whole('HTTP/1.1 101 Go\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n')],
    [
      'has a length and chunks',
      whole('HTTP/1.1 200 OK\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n'),
    ],
  ])('does not know what became of a request whose answer %s', async (_what, answer) => {
    const { port, heard } = await listen(answer);
    const result = await client().send(port);
    expect(result).toMatchObject({ reason: expect.any(String), inDoubt: true, final: false });
    expect(heard()).toContain('DELETE /x');
  });

  test('gives a request up that is not answered in time, and ends its connection', async () => {
    const ended: Promise<void>[] = [];
    const { port } = await listen((socket) => {
      ended.push(new Promise((done) => void socket.once('close', () => done())));
    });
    const result = await client({ timeoutMs: 20 }).send(port);
    expect(result).toEqual({ reason: 'no answer in 0.02 s', inDoubt: true, final: false });
    expect(ended).toHaveLength(1);
    await ended[0];
  });

  test('knows of a request that it did not leave: no handshake came to an end', async () => {
    const { port, heard } = await listen(() => undefined);
    const result = await client({ timeoutMs: 20 }).send(port, {
      origin: `https://127.0.0.1:${port}`,
      headers: { authorization: 'Bearer abc' },
    });
    expect(result).toEqual({ reason: 'no answer in 0.02 s', inDoubt: false, final: false });
    // Whatever comes after it is no request either.
    expect(heard()).not.toContain('abc');
  });

  test('knows of a request that it did not leave: nobody listens', async () => {
    const port = await portOf(createHttp());
    await Promise.all(closing.splice(0).map((close) => close()));
    expect(await client().send(port)).toEqual({
      reason: 'the connection was refused (ECONNREFUSED)',
      inDoubt: false,
      final: false,
    });
  });

  test('says of a connection that ends without an answer, or for another protocol, that it was closed', async () => {
    const other = whole('HTTP/1.1 101 Go\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n');
    const none = await listen((socket) => void socket.end());
    expect(await client().send(none.port)).toMatchObject({
      reason: expect.stringContaining('the connection was closed'),
    });
    const { port } = await listen(other);
    expect(await client().send(port)).toMatchObject({
      reason: expect.stringContaining('the connection was closed'),
    });
  });

  test('knows of a request that it did not leave: the server speaks no TLS', async () => {
    const { port } = await listen((socket) => void socket.end('HTTP/1.1 400 No\r\n\r\n'));
    const result = await client().send(port, { origin: `https://127.0.0.1:${port}` });
    expect(result).toMatchObject({ inDoubt: false, final: true });
  });

  test('uses one connection for requests that follow each other', async () => {
    const { port, connections } = await listen(whole(OK));
    const { send } = client();
    await send(port);
    expect(await send(port)).toMatchObject({ status: 200 });
    expect(connections()).toBe(1);
  });

  test('opens another connection where the server has closed the one before', async () => {
    const { port, connections } = await listen(
      (socket) => void socket.end(OK.replace('\r\n', '\r\nconnection: close\r\n')),
    );
    const { send } = client();
    await send(port);
    expect(await send(port)).toMatchObject({ status: 200 });
    expect(connections()).toBe(2);
  });

  test('reads no second answer that a server sends unasked', async () => {
    const other = OK.replace('200 OK', '410 Gone');
    const { port } = await listen((socket) => void socket.write(OK + other));
    const { send } = client();
    expect(await send(port)).toMatchObject({ status: 200 });
    await new Promise((done) => void setTimeout(done, 20));
    expect(await send(port)).not.toMatchObject({ status: 410 });
  });

  test('drops what is in flight when it is closed, and sends nothing after', async () => {
    let heardFirst: () => void = () => undefined;
    const arrived = new Promise<void>((done) => (heardFirst = done));
    const { port, heard } = await listen(() => heardFirst());
    const { send, transport } = client();
    const lost = send(port);
    await arrived;
    await transport.destroy();
    expect(await lost).toMatchObject({ inDoubt: true });
    expect(await send(port, { path: '/later' })).toMatchObject({ inDoubt: false });
    expect(heard()).not.toContain('/later');
  });

  test('reads an answer with 60 KB of headers, and none with 70 KB', async () => {
    const long = async (kilobytes: number) => {
      const padding = 'x'.repeat(kilobytes * 1024);
      const { port } = await listen(
        (socket) =>
          void socket.end(`HTTP/1.1 200 OK\r\ncontent-length: 0\r\nx: ${padding}\r\n\r\n`),
      );
      return client().send(port);
    };
    expect(await long(60)).toMatchObject({ status: 200 });
    expect(await long(70)).toMatchObject({ reason: expect.any(String), inDoubt: true });
  });

  test('has as many requests to an origin in flight at once as there may be connections', async () => {
    let [now, most, all] = [0, 0, 0];
    const port = await portOf(
      createHttp((_request, response) => {
        most = Math.max(most, (now += 1));
        setTimeout(() => {
          all += 1;
          now -= 1;
          response.end();
        }, 20);
      }),
    );
    const { send } = client({ connections: 2 });
    await Promise.all([1, 2, 3, 4, 5].map(() => send(port)));
    expect([most, all]).toEqual([2, 5]);
  });

  describe('at a server whose certificate an authority of its own signed', () => {
    const pair = { key: pem('server.key'), cert: pem('server.pem') };
    const start = async () => {
      const heard: string[] = [];
      const port = await portOf(
        createHttps(pair, ({ url = '' }, response) => void (heard.push(url), response.end('{}'))),
      );
      return { port, heard, origin: `https://localhost:${port}` };
    };

    test('sends where that authority was named', async () => {
      const { port, origin, heard } = await start();
      expect(await client({ ca: pem('ca.pem') }).send(port, { origin })).toMatchObject({
        status: 200,
      });
      expect(heard).toEqual(['/x']);
    });

    test.each([
      ['no authority', undefined],
      ['another authority', pem('other-ca.pem')],
    ])('sends nothing where %s was named, whatever the environment says', async (_which, ca) => {
      const before = process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
      process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
      try {
        const { port, origin, heard } = await start();
        expect(await client({ ca }).send(port, { origin })).toMatchObject({
          reason: expect.stringMatching(/^TLS:/),
          inDoubt: false,
          final: true,
        });
        expect(heard).toEqual([]);
      } finally {
        if (before === undefined) delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
        else process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = before;
      }
    });
  });
});
