/** Proxies by the usual variables. */
import { CA, onWire, via, type Refusal } from '../support/wire.js';

const JTI = 'jti_old789xyz012';

describe('a proxy', () => {
  const args = (far: string) => ['workspace', JTI, '--force', '--endpoint', far, '--ca-file', CA];

  test.concurrent.each(['HTTPS_PROXY', 'https_proxy'])('%s', (name) =>
    onWire(async ({ revoke, far, host, proxy, workspace }) => {
      const ran = await revoke(args(far), { env: { [name]: via(proxy) } });
      expect(ran).toMatchObject({ code: 0 });
      expect(proxy.seen).toEqual([`CONNECT ${host}`]);
      expect(workspace.isAlive(JTI)).toBe(false);
    }),
  );

  test.concurrent('plain http to this machine never goes through a proxy', () =>
    onWire(async ({ revoke, proxy, workspace }) => {
      for (const name of ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY']) {
        const ran = await revoke(['workspace', 'list'], { env: { [name]: via(proxy) } });
        expect(ran.code).toBe(0);
      }
      expect(proxy.seen).toEqual([]);
      expect(workspace.server.requests.length).toBeGreaterThan(2);
    }),
  );

  test.concurrent('https to this machine never goes through a proxy', () =>
    onWire(async ({ revoke, front, proxy, workspace }) => {
      const ran = await revoke(args(front), { env: { HTTPS_PROXY: via(proxy) } });
      expect(ran.code).toBe(0);
      expect(proxy.seen).toEqual([]);
      expect(workspace.isAlive(JTI)).toBe(false);
    }),
  );

  test.concurrent('HTTP_PROXY serves https where there is no HTTPS_PROXY', () =>
    onWire(async ({ revoke, far, host, proxy }) => {
      const ran = await revoke(args(far), { env: { HTTP_PROXY: via(proxy) } });
      expect(ran.code).toBe(0);
      expect(proxy.seen).toEqual([`CONNECT ${host}`]);
    }),
  );

  test.concurrent('https_proxy is used rather than HTTPS_PROXY', () =>
    onWire(async ({ revoke, far, proxy }) => {
      const env = { HTTPS_PROXY: 'http://127.0.0.1:9', https_proxy: via(proxy) };
      const ran = await revoke(args(far), { env });
      expect(ran.code).toBe(0);
      expect(proxy.seen).toHaveLength(1);
    }),
  );

  test.concurrent.each(['service.test', '*', 'example.com,*', 'example.com service.test', '.test'])(
    'NO_PROXY=%s: the host is asked directly',
    (hosts) =>
      onWire(async ({ revoke, far, proxy }) => {
        const env = { HTTPS_PROXY: via(proxy), NO_PROXY: hosts };
        const ran = await revoke([...args(far), '--retries', '0', '--timeout', '2'], { env });
        // Only the proxy knows where it is.
        expect(ran.code).toBe(1);
        expect(ran.stdout).toContain('could not reach service.test');
        expect(proxy.seen).toEqual([]);
      }),
  );

  test.concurrent('NO_PROXY takes blocks of addresses', () =>
    onWire(async ({ revoke, proxy }) => {
      for (const [hosts, uses] of [
        ['192.0.2.0/24', 0],
        ['198.51.100.0/24', 1],
      ] as const) {
        const env = { HTTPS_PROXY: via(proxy), NO_PROXY: hosts };
        const brief = ['--retries', '0', '--timeout', '0.3'];
        await revoke([...args('https://192.0.2.7'), ...brief], { env });
        expect(proxy.seen).toHaveLength(uses);
      }
    }),
  );

  test.concurrent.each(['example.com', 'ervice.test', '127.0.0.2'])(
    'NO_PROXY=%s is another host',
    (hosts) =>
      onWire(async ({ revoke, far, proxy }) => {
        const env = { HTTPS_PROXY: via(proxy), NO_PROXY: hosts };
        expect((await revoke(args(far), { env })).code).toBe(0);
        expect(proxy.seen).toHaveLength(1);
      }),
  );

  test.concurrent('its login is sent to it alone, and never shown', () =>
    onWire(async ({ revoke, far, proxy, workspace }) => {
      const login = `http://user:pr0xyS3cretCanary@127.0.0.1:${proxy.port}`;
      const ran = await revoke([...args(far), '--verbose'], { env: { HTTPS_PROXY: login } });
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
      onWire(async ({ revoke, far, proxy, asked }) => {
        const login = `http://user:pr0xyS3cretCanary@127.0.0.1:${proxy.port}`;
        const more = ['--retries', '1', '--json'];
        const ran = await revoke([...args(far), ...more], { env: { HTTPS_PROXY: login } });
        expect(ran.code).toBe(1);
        expect(JSON.parse(ran.stdout)).toMatchObject({ status: 'failed' });
        expect(ran.stdout).toMatch(/proxy/i);
        expect(ran.stdout + ran.stderr).not.toContain('pr0xyS3cretCanary');
        expect(asked()).toEqual([]);
      }, status),
  );

  test.concurrent.each<[Refusal]>([['silence'], ['nonsense'], ['hang up']])(
    'a proxy that answers a tunnel with %s is asked once a try, and the run ends',
    (refusal) =>
      onWire(async ({ revoke, far, proxy, asked }) => {
        const more = ['--retries', '1', '--timeout', '1', '--json'];
        const started = performance.now();
        const ran = await revoke([...args(far), ...more], { env: { HTTPS_PROXY: via(proxy) } });
        expect(performance.now() - started).toBeLessThan(10_000);
        expect(ran.code).toBe(1);
        expect(JSON.parse(ran.stdout)).toMatchObject({
          status: 'failed',
          error: { code: 'unreachable' },
        });
        expect(proxy.seen).toHaveLength(2);
        expect(asked()).toEqual([]);
      }, refusal),
  );

  test.concurrent.each(['http://127.0.0.1:9', 'http://user:pr0xyS3cretCanary@127.0.0.1:9'])(
    'a proxy that is not there: %s',
    (login) =>
      onWire(async ({ revoke, far, asked }) => {
        const more = ['--retries', '1', '--json'];
        const ran = await revoke([...args(far), ...more], { env: { HTTPS_PROXY: login } });
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
    onWire(async ({ revoke, far, asked }) => {
      const env = { HTTPS_PROXY: 'user:pr0xyS3cretCanary@no where' };
      const ran = await revoke(args(far), { env });
      expect(ran).toMatchObject({ code: 2, stdout: '' });
      expect(ran.stderr).toMatch(/^error: .*HTTPS_PROXY/m);
      expect(ran.stderr).not.toContain('pr0xyS3cretCanary');
      expect(asked()).toEqual([]);
    }),
  );
});
