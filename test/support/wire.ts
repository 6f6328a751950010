/** A network in front of an emulator: https with a certificate of the test authority, and a proxy. */
import { readFileSync } from 'node:fs';
import { createServer as createHttp, request as httpRequest, type Server } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { onStage, type Stage } from './stage.js';

const tls = (name: string) => join(__dirname, 'tls', name);
/** The authority that signed the front's certificate. */
export const CA = tls('ca.pem');

export interface Listening {
  readonly port: number;
  close(): Promise<void>;
}

export async function listen(server: Server): Promise<Listening> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** https at `localhost`, and at `service.test` behind the proxy, in front of an emulator. */
export function startFront(port: number): Promise<Listening> {
  const pair = { key: readFileSync(tls('server.key')), cert: readFileSync(tls('server.pem')) };
  return listen(
    createHttps(pair, (request, response) => {
      const { method, url, headers } = request;
      const onward = httpRequest(
        { port, host: '127.0.0.1', method, path: url, headers },
        (reply) => {
          response.writeHead(reply.statusCode ?? 500, reply.headers);
          reply.pipe(response);
        },
      );
      request.pipe(onward);
    }),
  );
}

export interface Proxy extends Listening {
  /** `CONNECT host:port` or `METHOD http://…`, oldest first. */
  readonly seen: string[];
  readonly authorizations: (string | undefined)[];
}

/** What a proxy answers in place of a tunnel: a status, nothing at all, nonsense, or a cut. */
export type Refusal = number | 'silence' | 'nonsense' | 'hang up';

/** A proxy that tunnels and forwards, or refuses every tunnel. */
export async function startProxy(refusal?: Refusal): Promise<Proxy> {
  const seen: string[] = [];
  const authorizations: (string | undefined)[] = [];
  const server = createHttp((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    const { method, url = '', headers } = request;
    const onward = httpRequest(url, { method, headers }, (reply) => {
      response.writeHead(reply.statusCode ?? 500, reply.headers);
      reply.pipe(response);
    });
    request.pipe(onward);
  });
  server.on('connect', (request, socket: Socket, head: Buffer) => {
    seen.push(`CONNECT ${request.url}`);
    authorizations.push(request.headers['proxy-authorization']);
    if (refusal === 'silence') return;
    if (refusal === 'hang up') return void socket.destroy();
    if (refusal === 'nonsense') return void socket.end('no HTTP at all\r\n\r\n');
    if (refusal !== undefined) return void socket.end(`HTTP/1.1 ${refusal} No\r\n\r\n`);
    const { hostname, port } = new URL(`http://${request.url}`);
    const isFront = hostname === 'localhost' || hostname === 'service.test';
    const onward = connect(Number(port), isFront ? '127.0.0.1' : hostname, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      onward.write(head);
      onward.pipe(socket).pipe(onward);
    });
    const end = () => void (socket.destroy(), onward.destroy());
    onward.on('error', end).on('close', end);
    socket.on('error', end).on('close', end);
  });
  return { ...(await listen(server)), seen, authorizations };
}

export interface Wire extends Stage {
  /** The front's URL on this machine. */
  readonly front: string;
  /** The same as a host of elsewhere, which the proxy alone can reach. */
  readonly far: string;
  readonly host: string;
  readonly proxy: Proxy;
}

/** A stage whose workspace service is at https behind the front, and a proxy that may be used. */
export function onWire(act: (wire: Wire) => Promise<void>, refusal?: Refusal): Promise<void> {
  return onStage(async (stage) => {
    const front = await startFront(stage.workspace.server.port);
    const proxy = await startProxy(refusal);
    try {
      const host = `service.test:${front.port}`;
      const urls = { front: `https://localhost:${front.port}`, far: `https://${host}` };
      await act({ ...stage, ...urls, host, proxy });
    } finally {
      await Promise.all([front.close(), proxy.close()]);
    }
  });
}

export const via = ({ port }: Proxy) => `http://127.0.0.1:${port}`;
