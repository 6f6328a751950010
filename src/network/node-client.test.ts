/** What Node's client alone decides; transport.test.ts asks the same of both. */
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { createDeadlines } from './deadlines.js';
import { createExchange } from './exchange.js';
import { createNodeClient } from './node-client.js';

const closing: (() => unknown)[] = [];
afterEach(() => void closing.splice(0).map((close) => close()));

test('a connection that carries nothing is closed, and one whose answer takes longer is not', async () => {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.on('data', () => {
      setTimeout(() => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}'), 60);
    });
  });
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const transport = createNodeClient({ connections: 1 }, 20);
  const deadlines = createDeadlines();
  closing.push(transport.destroy, deadlines.stop, () => server.close());
  const exchange = createExchange({ carrierFor: transport.for, timeoutMs: 5000, deadlines });
  const request = { method: 'DELETE', origin, path: '/x', idempotent: true } as const;
  expect(await exchange(request, origin)).toMatchObject({ status: 200, body: '{}' });
  await new Promise<void>((done) => void sockets[0]?.once('close', () => done()));
  expect(await exchange(request, origin)).toMatchObject({ status: 200, body: '{}' });
  expect(sockets).toHaveLength(2);
});
