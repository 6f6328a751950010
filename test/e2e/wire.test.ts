/** The wire: proxies by the usual variables, private authorities, and certificates that do not fit. */
import { readFileSync } from 'node:fs';
import { createServer as createHttp, request as httpRequest, type Server } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { onStage, type Stage } from '../support/stage.js';

const JTI = 'jti_old789xyz012';
const tls = (name: string) => join(__dirname, '../support/tls', name);
const CA = tls('ca.pem');

interface Listening {
  readonly port: number;
  close(): Promise<void>;
}

async function listen(server: Server): Promise<Listening> {
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

/** https at `localhost` in front of an emulator, with a certificate of the test authority. */
function startFront(port: number): Promise<Listening> {
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

interface Proxy extends Listening {
  /** `CONNECT host:port` or `METHOD http://…`, oldest first. */
  readonly seen: string[];
  readonly authorizations: (string | undefined)[];
}

/** A proxy that tunnels and forwards. @param status answered in place of a tunnel */
async function startProxy(status?: number): Promise<Proxy> {
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
    if (status !== undefined) return void socket.end(`HTTP/1.1 ${status} No\r\n\r\n`);
    const { hostname, port } = new URL(`http://${request.url}`);
    const onward = connect(Number(port), hostname === 'localhost' ? '127.0.0.1' : hostname, () => {
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

interface Wire extends Stage {
  readonly front: string;
  readonly host: string;
  readonly proxy: Proxy;
}

/** A stage whose workspace service is at https behind the front, and a proxy that may be used. */
function onWire(act: (wire: Wire) => Promise<void>, status?: number): Promise<void> {
  return onStage(async (stage) => {
    const front = await startFront(stage.workspace.server.port);
    const proxy = await startProxy(status);
    try {
      const host = `localhost:${front.port}`;
      await act({ ...stage, front: `https://${host}`, host, proxy });
    } finally {
      await Promise.all([front.close(), proxy.close()]);
    }
  });
}

const via = ({ port }: Proxy) => `http://127.0.0.1:${port}`;

describe('a private authority', () => {
  test.concurrent.each<[string, readonly string[], Record<string, string>]>([
    ['--ca-file', ['--ca-file', CA], {}],
    ['NODE_EXTRA_CA_CERTS', [], { NODE_EXTRA_CA_CERTS: CA }],
  ])('%s', (_name, more, env) =>
    onWire(async ({ revoke, front, workspace }) => {
      const args = ['workspace', JTI, '--force', '--endpoint', front, ...more];
      const ran = await revoke(args, { env });
      expect(ran).toMatchObject({ code: 0, stdout: `Token ${JTI} revoked successfully.\n` });
      expect(workspace.isAlive(JTI)).toBe(false);
    }),
  );

  test.concurrent('without it: a clear error, at once, and nothing sent', () =>
    onWire(async ({ revoke, front, asked }) => {
      const ran = await revoke(['workspace', JTI, '--force', '--json', '--endpoint', front]);
      expect(ran.code).toBe(1);
      expect(JSON.parse(ran.stdout)).toMatchObject({
        status: 'failed',
        error: {
          code: 'tls_failed',
          message: expect.stringContaining('tried once'),
          hint: expect.stringContaining('--ca-file'),
        },
      });
      expect(asked()).toEqual([]);
    }),
  );

  test.concurrent('a certificate for another name', () =>
    onWire(async ({ revoke, front, asked }) => {
      const other = front.replace('localhost', '127.0.0.1');
      const args = ['workspace', JTI, '--force', '--json', '--endpoint', other, '--ca-file', CA];
      const ran = await revoke(args);
      expect(ran.code).toBe(1);
      expect(JSON.parse(ran.stdout)).toMatchObject({
        status: 'failed',
        error: { code: 'tls_failed', message: expect.stringContaining('ALTNAME') },
      });
      expect(asked()).toEqual([]);
    }),
  );

  test.concurrent('https to a server that speaks plain http, and the other way round', () =>
    onWire(async ({ revoke, workspace, front, asked }) => {
      const secure = workspace.server.url.replace('http:', 'https:');
      const plain = front.replace('https:', 'http:');
      for (const endpoint of [secure, plain]) {
        const args = ['workspace', JTI, '--force', '--json', '--retries', '0'];
        const ran = await revoke([...args, '--endpoint', endpoint]);
        expect([1, 4]).toContain(ran.code);
        expect(ran.stdout).not.toContain('"revoked"');
      }
      expect(asked()).toEqual([]);
      expect(workspace.isAlive(JTI)).toBe(true);
    }),
  );

  test.concurrent('ably', () =>
    onStage(async ({ revoke, ably, env }) => {
      const front = await startFront(ably.server.port);
      try {
        const endpoint = `https://localhost:${front.port}`;
        const args = ['ably', '--client-id', 'bob', '--force', '--ca-file', CA];
        const ran = await revoke(args, { env: { ABLY_ENDPOINT: endpoint } });
        expect(ran.code).toBe(0);
        expect(ably.isAlive(env['ABLY_SAMPLE_TOKEN'] ?? '')).toBe(false);
      } finally {
        await front.close();
      }
    }),
  );
});

describe('a proxy', () => {
  const args = (front: string) => [
    'workspace',
    JTI,
    '--force',
    '--endpoint',
    front,
    '--ca-file',
    CA,
  ];

  test.concurrent.each(['HTTPS_PROXY', 'https_proxy'])('%s', (name) =>
    onWire(async ({ revoke, front, host, proxy, workspace }) => {
      const ran = await revoke(args(front), { env: { [name]: via(proxy) } });
      expect(ran).toMatchObject({ code: 0 });
      expect(proxy.seen).toEqual([`CONNECT ${host}`]);
      expect(workspace.isAlive(JTI)).toBe(false);
    }),
  );

  test.concurrent('HTTP_PROXY is for plain http', () =>
    onWire(async ({ revoke, proxy, workspace, env }) => {
      const ran = await revoke(['workspace', JTI, '--force'], { env: { HTTP_PROXY: via(proxy) } });
      expect(ran.code).toBe(0);
      expect(proxy.seen).toHaveLength(1);
      expect(proxy.seen[0]).toContain(new URL(env['WORKSPACE_API_URL'] ?? '').host);
      expect(workspace.isAlive(JTI)).toBe(false);
    }),
  );

  test.concurrent('the lower-case name wins', () =>
    onWire(async ({ revoke, front, proxy }) => {
      const env = { HTTPS_PROXY: 'http://127.0.0.1:9', https_proxy: via(proxy) };
      const ran = await revoke(args(front), { env });
      expect(ran.code).toBe(0);
      expect(proxy.seen).toHaveLength(1);
    }),
  );

  test.concurrent.each(['localhost', '*', 'example.com,localhost', '.localhost'])(
    'NO_PROXY=%s',
    (hosts) =>
      onWire(async ({ revoke, front, proxy, workspace }) => {
        const env = { HTTPS_PROXY: via(proxy), NO_PROXY: hosts };
        const ran = await revoke(args(front), { env });
        expect(ran.code).toBe(0);
        expect(proxy.seen).toEqual([]);
        expect(workspace.isAlive(JTI)).toBe(false);
      }),
  );

  test.concurrent.each(['example.com', 'host', '127.0.0.2'])(
    'NO_PROXY=%s is another host',
    (hosts) =>
      onWire(async ({ revoke, front, proxy }) => {
        const env = { HTTPS_PROXY: via(proxy), NO_PROXY: hosts };
        expect((await revoke(args(front), { env })).code).toBe(0);
        expect(proxy.seen).toHaveLength(1);
      }),
  );

  test.concurrent('its login is sent to it alone, and never shown', () =>
    onWire(async ({ revoke, front, proxy, workspace }) => {
      const login = `http://user:pr0xyS3cretCanary@127.0.0.1:${proxy.port}`;
      const ran = await revoke([...args(front), '--verbose'], { env: { HTTPS_PROXY: login } });
      expect(ran.code).toBe(0);
      const basic = Buffer.from('user:pr0xyS3cretCanary').toString('base64');
      expect(proxy.authorizations).toEqual([`Basic ${basic}`]);
      expect(ran.stdout + ran.stderr).not.toContain('pr0xyS3cretCanary');
      const [request] = workspace.server.requests;
      expect(JSON.stringify(request?.headers)).not.toContain(basic);
    }),
  );

  test.concurrent.each([407, 403, 502])(
    'a proxy that answers %i: nothing was sent, and so it is said',
    (status) =>
      onWire(async ({ revoke, front, proxy, asked }) => {
        const login = `http://user:pr0xyS3cretCanary@127.0.0.1:${proxy.port}`;
        const more = ['--retries', '1', '--json'];
        const ran = await revoke([...args(front), ...more], { env: { HTTPS_PROXY: login } });
        expect(ran.code).toBe(1);
        expect(JSON.parse(ran.stdout)).toMatchObject({ status: 'failed' });
        expect(ran.stdout).toMatch(/proxy/i);
        expect(ran.stdout + ran.stderr).not.toContain('pr0xyS3cretCanary');
        expect(asked()).toEqual([]);
      }, status),
  );

  test.concurrent.each(['http://127.0.0.1:9', 'http://user:pr0xyS3cretCanary@127.0.0.1:9'])(
    'a proxy that is not there: %s',
    (login) =>
      onWire(async ({ revoke, front, asked }) => {
        const more = ['--retries', '1', '--json'];
        const ran = await revoke([...args(front), ...more], { env: { HTTPS_PROXY: login } });
        expect(ran.code).toBe(1);
        expect(JSON.parse(ran.stdout)).toMatchObject({
          status: 'failed',
          error: { code: 'unreachable' },
        });
        expect(ran.stdout + ran.stderr).not.toContain('pr0xyS3cretCanary');
        expect(asked()).toEqual([]);
      }),
  );

  test.concurrent('a proxy URL that is none is bad input, and not echoed', () =>
    onWire(async ({ revoke, front, asked }) => {
      const env = { HTTPS_PROXY: 'user:pr0xyS3cretCanary@no where' };
      const ran = await revoke(args(front), { env });
      expect(ran).toMatchObject({ code: 2, stdout: '' });
      expect(ran.stderr).toMatch(/^error: .*HTTPS_PROXY/m);
      expect(ran.stderr).not.toContain('pr0xyS3cretCanary');
      expect(asked()).toEqual([]);
    }),
  );
});

describe('plain http is for this machine alone', () => {
  test.concurrent.each([
    'http://example.com',
    'http://127.0.0.1.example.com',
    'http://localhost.example.com',
    'http://[::2]',
    'http://0.0.0.0',
    'http://10.0.0.1',
  ])('%s', (endpoint) =>
    onWire(async ({ revoke, proxy, asked }) => {
      for (const words of [
        ['workspace', JTI],
        ['ably', '--client-id', 'bob'],
      ]) {
        const env = { HTTP_PROXY: via(proxy), ABLY_ENDPOINT: '', WORKSPACE_API_URL: '' };
        const ran = await revoke([...words, '--force', '--endpoint', endpoint], { env });
        expect(ran).toMatchObject({ code: 2, stdout: '' });
        expect(ran.stderr).toContain('https');
      }
      expect(proxy.seen).toEqual([]);
      expect(asked()).toEqual([]);
    }),
  );
});
