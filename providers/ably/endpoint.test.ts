import { createWorld, faultOf, revokeOne, type TestWorld } from '../../test/support/ably.js';
import { startAblyEmulator, type AblyEmulator } from './emulator.js';
import { originsOf } from './endpoint.js';

const MAIN = 'https://main.realtime.ably.net';
const FALLBACK = /^https:\/\/main\.[a-e]\.fallback\.ably-realtime\.com$/;
const REVOKE = /^POST .*revokeTokens$/;

describe('which hosts', () => {
  test('main with three of its five fallbacks, in an order that is not always the same', async () => {
    const seen = new Set<string>();
    for (let run = 0; run < 60; run++) {
      const [primary, ...fallbacks] = await originsOf(undefined, 'a test');
      expect(primary).toBe(MAIN);
      expect(new Set(fallbacks).size).toBe(3);
      for (const one of fallbacks) expect(one).toMatch(FALLBACK);
      seen.add(fallbacks[0] ?? '');
    }
    expect(seen.size).toBe(5);
  });

  test.each([
    [
      'acme',
      'https://acme.realtime.ably.net',
      /^https:\/\/acme\.[a-e]\.fallback\.ably-realtime\.com$/,
    ],
    [
      'nonprod:sandbox',
      'https://sandbox.realtime.ably-nonprod.net',
      /^https:\/\/sandbox\.[a-e]\.fallback\.ably-realtime-nonprod\.com$/,
    ],
  ])('%s', async (text, primary, fallback) => {
    const [first, ...others] = await originsOf(text, 'a test');
    expect(first).toBe(primary);
    expect(others).toHaveLength(3);
    for (const one of others) expect(one).toMatch(fallback);
  });

  test.each([
    ['rest.ably.io', 'https://rest.ably.io'],
    ['ably.example:8443', 'https://ably.example:8443'],
    ['localhost', 'https://localhost'],
    ['::1', 'https://[::1]'],
    ['https://ably.example', 'https://ably.example'],
    ['https://ably.example/', 'https://ably.example'],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
  ])('%s has no fallbacks', async (text, origin) => {
    expect(await originsOf(text, 'a test')).toEqual([origin]);
  });

  test.each([
    'http://ably.example',
    'https://user:pass@ably.example',
    'https://ably.example/path',
    'https://ably.example?x',
    'ably.example/path',
    'user@ably.example',
    'a b',
    'nonprod:',
    'nonprod:a.b/',
    'other:acme',
    '-acme',
    'https://',
  ])('%s is refused', async (text) => {
    const fault = await faultOf(originsOf(text, 'ABLY_ENDPOINT'));
    expect(fault).toMatchObject({ kind: 'usage' });
    expect(fault.message).not.toContain('pass@');
  });
});

describe('falling back', () => {
  const closing: (() => Promise<void>)[] = [];
  afterEach(async () => {
    await Promise.all(closing.splice(0).map((close) => close()));
  });

  /** Two servers stand for the primary host and for every fallback. */
  async function start(options: { retries: number }) {
    const primary = await startAblyEmulator();
    const fallback = await startAblyEmulator();
    closing.push(primary.close, fallback.close);
    const key = primary.key(primary.keyNames.root);
    fallback.app('s57drg').keys.set('3bnE1Q', key);
    const origins: string[] = [];
    const world: TestWorld = await createWorld({
      ...options,
      env: { ABLY_API_KEY: primary.apiKey(primary.keyNames.root) },
      http: (real) => ({
        ...real,
        send: (request) => {
          const asked = [request.origin, ...(request.fallbackOrigins ?? [])];
          origins.push(...asked);
          const [origin = '', ...fallbackOrigins] = asked.map((each) =>
            each === MAIN ? primary.server.url : fallback.server.url,
          );
          return real.send({ ...request, origin, fallbackOrigins });
        },
      }),
    });
    closing.push(world.close);
    return { primary, fallback, origins, revoker: await world.open() };
  }

  const posts = (emulator: AblyEmulator) =>
    emulator.server.requests.filter(({ method }) => method === 'POST').length;

  test.each([
    ['500', { status: 500 }],
    ['504', { status: 504 }],
    ['503', { status: 503 }],
    ['CloudFront', { status: 403, headers: { server: 'CloudFront' } }],
  ])('%s: the next host is asked', async (_why, reply) => {
    const { primary, fallback, revoker, origins } = await start({ retries: 3 });
    primary.server.addFault({ kind: 'reply', match: REVOKE, reply });
    expect(await revokeOne(revoker, 'clientId:bob')).toMatchObject({ status: 'revoked' });
    expect([posts(primary), posts(fallback)]).toEqual([1, 1]);
    expect(fallback.rules).toMatchObject([{ type: 'clientId', value: 'bob' }]);
    expect(origins[0]).toBe(MAIN);
    expect(origins[1]).toMatch(FALLBACK);
  });

  test.each([400, 401, 404, 429])('%i: it is not', async (status) => {
    const { primary, fallback, revoker } = await start({ retries: 0 });
    primary.server.addFault({ kind: 'reply', match: REVOKE, reply: { status } });
    await faultOf(revokeOne(revoker, 'clientId:bob'));
    expect([posts(primary), posts(fallback)]).toEqual([1, 0]);
  });

  test('a host that is gone', async () => {
    const { primary, fallback, revoker } = await start({ retries: 3 });
    await primary.close();
    expect(await revokeOne(revoker, 'clientId:bob')).toMatchObject({ status: 'revoked' });
    expect(fallback.ruleCount).toBe(1);
  });
});
