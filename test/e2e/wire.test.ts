/** The wire: private authorities, certificates that do not fit, and plain http. */
import { join } from 'node:path';
import { CA, onWire, startFront, via } from '../support/wire.js';
import { onStage } from '../support/stage.js';

const JTI = 'jti_old789xyz012';

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

  test.concurrent('--ca-file adds to what NODE_EXTRA_CA_CERTS names', () =>
    onWire(async ({ revoke, front, workspace }) => {
      const other = join(__dirname, '../support/tls/other-ca.pem');
      const args = ['workspace', JTI, '--force', '--endpoint', front, '--ca-file', other];
      const ran = await revoke(args, { env: { NODE_EXTRA_CA_CERTS: CA } });
      expect(ran.code).toBe(0);
      expect(workspace.isAlive(JTI)).toBe(false);
    }),
  );

  test.concurrent.each(['here', 'behind a proxy', 'at a proxy'])(
    'NODE_TLS_REJECT_UNAUTHORIZED=0 is ignored, and that is said: %s',
    (where) =>
      onWire(async ({ revoke, front, far, proxy, asked, workspace }) => {
        const env = {
          NODE_TLS_REJECT_UNAUTHORIZED: '0',
          ...(where === 'behind a proxy' && { HTTPS_PROXY: via(proxy) }),
          ...(where === 'at a proxy' && { HTTPS_PROXY: front }),
        };
        const endpoint = where === 'here' ? front : far;
        const args = ['workspace', JTI, '--force', '--json', '--endpoint', endpoint];
        const ran = await revoke([...args, '--retries', '0'], { env });
        expect(ran.code).toBe(1);
        expect(JSON.parse(ran.stdout)).toMatchObject({ status: 'failed' });
        expect(ran.stderr).toContain('NODE_TLS_REJECT_UNAUTHORIZED=0 is ignored');
        expect(ran.stderr).toContain('--ca-file');
        expect(ran.stderr).not.toContain('insecure');
        expect(asked()).toEqual([]);
        expect(workspace.isAlive(JTI)).toBe(true);
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

  test.concurrent('ably is reached at a server of a private authority with --ca-file', () =>
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
