import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createServer as createTls } from 'node:https';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { createDeadlines } from './deadlines.js';
import { createExchange } from './exchange.js';
import { createProxy, type ProxyOptions } from './proxy-agent.js';
import { tlsOptions } from './tls-options.js';

const pem = (name: string) => readFileSync(join(__dirname, '../../test/support/tls', name), 'utf8');
const SERVER = { key: pem('server.key'), cert: pem('server.pem') };
const OPTIONS: ProxyOptions = { timeoutMs: 3000, connections: 2, tls: tlsOptions(pem('ca.pem')) };

const closing: (() => unknown)[] = [];
afterEach(async () => void (await Promise.all(closing.splice(0).map((close) => close()))));

async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
  });
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
  closing.push(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return (server.address() as AddressInfo).port;
}

/** A server that answers each request a moment later, and how many were in it at once at most. */
async function serve(make: (answer: Parameters<typeof createServer>[1]) => Server) {
  const load = { now: 0, most: 0 };
  const port = await listen(
    make((_request, response) => {
      load.most = Math.max(load.most, (load.now += 1));
      setTimeout(() => {
        load.now -= 1;
        response.end();
      }, 20);
    }),
  );
  return { port, load };
}

type Tunnel = (socket: Socket, port: number) => void;
const through: Tunnel = (socket, port) => {
  const onward = connect(port, '127.0.0.1', () => {
    socket.write('HTTP/1.1 200 OK\r\n\r\n');
    onward.pipe(socket).pipe(onward);
  });
  onward.on('error', () => socket.destroy());
};

/** A proxy that does this with each tunnel, and what sends to a server behind it. */
async function start(tunnel: Tunnel, given: Partial<ProxyOptions> = {}, scheme = 'http') {
  const seen: string[] = [];
  const server = scheme === 'http' ? createServer() : createTls(SERVER);
  server.on('connect', ({ url = '', headers }, socket: Socket) => {
    seen.push([`CONNECT ${url}`, headers['proxy-authorization']].join(' ').trim());
    tunnel(socket, Number(url.split(':')[1]));
  });
  const host = scheme === 'http' ? '127.0.0.1' : 'localhost';
  const url = `${scheme}://user:pass@${host}:${await listen(server)}`;
  const dispatcher = createProxy(url, { ...OPTIONS, ...given });
  const deadlines = createDeadlines();
  closing.push(() => dispatcher.destroy(), deadlines.stop);
  const exchange = createExchange({
    carrierFor: () => dispatcher,
    timeoutMs: 4000,
    deadlines,
  });
  const send = (origin: string) =>
    exchange({ method: 'GET', origin, path: '/', idempotent: true }, origin);
  return { seen, send };
}

const LOGIN = `Basic ${Buffer.from('user:pass').toString('base64')}`;

test.each(['http', 'https'])(
  'a request goes through a tunnel of a proxy at %s, which is given its login',
  async (scheme) => {
    const { port } = await serve((answer) => createTls(SERVER, answer));
    const { seen, send } = await start(through, {}, scheme);
    expect(await send(`https://service.test:${port}`)).toMatchObject({ status: 200 });
    expect(seen).toEqual([`CONNECT service.test:${port} ${LOGIN}`]);
  },
);

test.each([
  [1, 1],
  [2, 2],
])('of %i connections to a server, %i are used for five requests', async (connections, tunnels) => {
  const { port, load } = await serve((answer) => createServer(answer));
  const { seen, send } = await start(through, { connections });
  const answers = await Promise.all([1, 2, 3, 4, 5].map(() => send(`http://service.test:${port}`)));
  for (const answer of answers) expect(answer).toMatchObject({ status: 200 });
  expect([seen.length, load.most]).toEqual([tunnels, connections]);
});

test.each([
  ['the server behind it', 'http', tlsOptions(pem('other-ca.pem')), 1],
  ['the proxy itself', 'https', tlsOptions(pem('other-ca.pem')), 0],
])(
  'a certificate of %s that is not trusted ends the request',
  async (_whose, scheme, tls, count) => {
    const { port, load } = await serve((answer) => createTls(SERVER, answer));
    const { seen, send } = await start(through, { tls }, scheme);
    expect(await send(`https://service.test:${port}`)).toMatchObject({
      reason: expect.stringMatching(/CERT|UNABLE_TO_VERIFY/),
      inDoubt: false,
    });
    expect([seen.length, load.most]).toEqual([count, 0]);
  },
);

test.each<[string, Tunnel, RegExp]>([
  ['hangs up', (socket) => void socket.destroy(), /^the proxy: UND_ERR_SOCKET$/],
  [
    'answers nonsense',
    (socket) => void socket.end('no HTTP\r\n\r\n'),
    /^the proxy: HTTPParserError$/,
  ],
  ['refuses', (socket) => void socket.end('HTTP/1.1 407 No\r\n\r\n'), /^the proxy answered 407$/],
])('a proxy that %s is asked once, and nothing was sent', async (_what, tunnel, reason) => {
  const { seen, send } = await start(tunnel, { timeoutMs: 100 });
  const result = await send('https://service.test');
  expect(result).toEqual({ reason: expect.stringMatching(reason), inDoubt: false, final: false });
  expect(seen).toEqual([`CONNECT service.test:443 ${LOGIN}`]);
});

test('neither a proxy that answers nothing nor a server that is silent behind it is waited for', async () => {
  const started = performance.now();
  const [silent, quiet] = await Promise.all(
    [() => undefined, (socket: Socket) => void socket.write('HTTP/1.1 200 OK\r\n\r\n')].map(
      (tunnel) => start(tunnel, { timeoutMs: 100 }),
    ),
  );
  const results = await Promise.all(
    [silent, quiet].map((one) => one?.send('https://service.test')),
  );
  expect(results).toEqual([
    { reason: 'the proxy: UND_ERR_HEADERS_TIMEOUT', inDoubt: false, final: false },
    expect.objectContaining({ reason: expect.stringMatching(/TIMEOUT/), inDoubt: false }),
  ]);
  expect(silent?.seen).toHaveLength(1);
  expect(performance.now() - started).toBeLessThan(3500);
});
