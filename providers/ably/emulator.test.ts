import { createHmac } from 'node:crypto';
import { decode, encode } from '@msgpack/msgpack';
import { SignJWT } from 'jose';
import { request } from 'undici';
import { startAblyEmulator, type AblyEmulator } from './emulator.js';

const HOUR = 3_600_000;
const MINUTE = 60_000;

let ably: AblyEmulator;
let root: string;
let now: number;

beforeEach(async () => {
  ably = await startAblyEmulator();
  root = ably.keyNames.root;
  now = ably.now();
});
afterEach(() => ably.close());

type Headers = Record<string, string>;
interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

async function call(
  method: 'GET' | 'POST',
  path: string,
  headers: Headers = {},
  body?: string | Buffer,
): Promise<Answer> {
  const answer = await request(`${ably.server.url}${path}`, {
    method,
    headers,
    body: body ?? null,
  });
  const bytes = Buffer.from(await answer.body.arrayBuffer());
  const type = String(answer.headers['content-type'] ?? '');
  const read = type === 'application/x-msgpack' ? decode(bytes) : parse(type, bytes);
  return { status: answer.statusCode, headers: answer.headers as Headers, body: read };
}

function parse(type: string, bytes: Buffer): unknown {
  return type === 'application/json' ? JSON.parse(bytes.toString()) : bytes.toString();
}

const basic = (key: string) => `Basic ${Buffer.from(key).toString('base64')}`;
const bearer = (token: string) => `Bearer ${Buffer.from(token).toString('base64')}`;

interface RevokeOptions {
  readonly name?: string;
  readonly key?: string;
  readonly headers?: Headers;
  readonly query?: string;
  readonly version?: string | null;
}

function revoke(body: unknown, options: RevokeOptions = {}): Promise<Answer> {
  const { name = root, key = ably.apiKey(root), query = '', version = '3' } = options;
  const headers = {
    authorization: basic(key),
    'content-type': 'application/json',
    ...(version === null ? {} : { 'x-ably-version': version }),
    ...options.headers,
  };
  return call('POST', `/keys/${name}/revokeTokens${query}`, headers, JSON.stringify(body));
}

const use = (token: string, path = '/channels/room/messages') =>
  call('GET', path, { authorization: bearer(token) });

function info(code: number, message: unknown = expect.any(String)) {
  const statusCode = Math.floor(code / 100);
  return { message, code, statusCode, href: `https://help.ably.io/error/${code}` };
}

function expectError(answer: Answer, code: number): void {
  expect(answer.body).toEqual({ error: info(code) });
  expect(answer.status).toBe(Math.floor(code / 100));
  expect(answer.headers['x-ably-errorcode']).toBe(String(code));
  const { message } = (answer.body as { error: { message: string } }).error;
  expect(answer.headers['x-ably-errormessage']).toBe(message);
}

interface Times {
  readonly issuedBefore: number;
  readonly appliesAt: number;
}

function results(answer: Answer): (Times & { target: string })[] {
  expect(answer.status).toBe(201);
  return (answer.body as { results: (Times & { target: string })[] }).results;
}

describe('revokeTokens', () => {
  test('answers a BatchResult from version 3 on and stores a rule per target', async () => {
    const targets = ['clientId:bob', 'revocationKey:g1', 'channel:foo:*', 'clientId:a:b'];
    const answer = await revoke({ targets }, { version: '6' });
    expect(answer.status).toBe(201);
    const [first] = results(answer);
    expect(first?.issuedBefore).toBeGreaterThanOrEqual(now);
    expect(first?.issuedBefore).toBeLessThanOrEqual(ably.now());
    const times = { issuedBefore: first?.issuedBefore, appliesAt: first?.issuedBefore };
    expect(answer.body).toEqual({
      successCount: 4,
      failureCount: 0,
      results: targets.map((target) => ({ target, ...times })),
    });
    expect(ably.rules).toEqual(
      [
        ['clientId', 'bob'],
        ['revocationKey', 'g1'],
        ['channel', 'foo:*'],
        ['clientId', 'a:b'],
      ].map(([type, value]) => ({
        keyName: root,
        type,
        value,
        ...times,
        enforcedAt: times.appliesAt,
      })),
    );
    expect(ably.isTargetAlive('clientId:bob', root, now - 1)).toBe(false);
    expect(ably.isTargetAlive('clientId:eve', root, now - 1)).toBe(true);
    expect(ably.isTargetAlive('clientId:bob', ably.keyNames.web, now - 1)).toBe(true);
  });

  test('keeps the order and answers 201 although some or all targets failed', async () => {
    const targets = ['invalidType:abc', 'clientId:bob', 'foo', 'clientId:'];
    const failed = (target: string) => ({ target, error: info(40000, 'invalid target') });
    const answer = await revoke({ targets });
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      successCount: 1,
      failureCount: 3,
      results: [
        failed('invalidType:abc'),
        {
          target: 'clientId:bob',
          issuedBefore: expect.any(Number),
          appliesAt: expect.any(Number),
        },
        failed('foo'),
        failed('clientId:'),
      ],
    });
    expect(ably.ruleCount).toBe(1);
    const none = await revoke({ targets: ['invalidType:abc'] });
    expect(none.status).toBe(201);
    expect(none.body).toMatchObject({ successCount: 0, failureCount: 1 });
  });

  test.each([null, '1.1', '2'])('answers the legacy shapes to version %p', async (version) => {
    const good = await revoke({ targets: ['clientId:bob'], issuedBefore: now - 1 }, { version });
    expect(good.status).toBe(201);
    const revoked = {
      target: 'clientId:bob',
      issuedBefore: now - 1,
      appliesAt: expect.any(Number),
    };
    expect(good.body).toEqual([revoked]);
    const targets = ['x:y', 'clientId:bob'];
    const mixed = await revoke({ targets, issuedBefore: now - 1 }, { version });
    expect(mixed.status).toBe(400);
    expect(mixed.headers['x-ably-errorcode']).toBe('40020');
    expect(mixed.body).toEqual({
      error: info(40020, 'Batched response includes errors'),
      batchResponse: [{ target: 'x:y', error: info(40000) }, revoked],
    });
  });

  test('takes the version and the newer shape from the query too', async () => {
    const body = { targets: ['clientId:bob'] };
    for (const query of ['?v=3', '?newBatchResponse=true']) {
      const answer = await revoke(body, { version: null, query });
      expect(answer.body).toMatchObject({ successCount: 1, failureCount: 0 });
    }
    const header = await revoke(body, { version: '2', query: '?v=3' });
    expect(header.body).toEqual([expect.objectContaining({ target: 'clientId:bob' })]);
  });

  test('the emulator refuses targets that are no list of 1 to 100 specifiers, and adds no rule', async () => {
    const bad = [{}, { targets: 'clientId:bob' }, { targets: [] }, { targets: [1] }, [], null, 'x'];
    for (const body of bad) expectError(await revoke(body), 40000);
    const many = Array.from({ length: 101 }, (_, index) => `clientId:${index}`);
    expectError(await revoke({ targets: many }), 40000);
    expect(ably.ruleCount).toBe(0);
    expect(results(await revoke({ targets: many.slice(0, 100) }))).toHaveLength(100);
    expect(ably.ruleCount).toBe(100);
  });

  test('refuses a body that it cannot read, or that is too long', async () => {
    const headers = { authorization: basic(ably.apiKey(root)) };
    const path = `/keys/${root}/revokeTokens`;
    expectError(await call('POST', path, headers, '{'), 40000);
    const type = { 'content-type': 'application/x-msgpack' };
    expectError(await call('POST', path, { ...headers, ...type }, '\xc1'), 40000);
    expectError(await call('POST', path, headers, ' '.repeat(512 * 1024 + 1)), 40009);
  });

  test('takes issuedBefore from the last hour alone and gives it back', async () => {
    const targets = ['clientId:bob'];
    for (const given of [
      now + MINUTE,
      now - HOUR,
      1,
      Math.floor(now / 1000),
      'x',
      now - 0.5,
      null,
    ]) {
      expectError(await revoke({ targets, issuedBefore: given }), 40003);
    }
    expect(ably.ruleCount).toBe(0);
    for (const issuedBefore of [now - 20 * MINUTE, now - HOUR + MINUTE, now]) {
      const [result] = results(await revoke({ targets, issuedBefore }));
      expect(result?.issuedBefore).toBe(issuedBefore);
      expect(result?.appliesAt).toBeGreaterThanOrEqual(now);
    }
  });

  test('measures issuedBefore by its own clock', async () => {
    ably.setClockOffset(-10 * MINUTE);
    expectError(await revoke({ targets: ['clientId:bob'], issuedBefore: now }), 40003);
    const issuedBefore = now - HOUR - 5 * MINUTE;
    const [result] = results(await revoke({ targets: ['clientId:bob'], issuedBefore }));
    expect(result?.issuedBefore).toBe(issuedBefore);
  });

  test('postpones the rule by more than 30 s with allowReauthMargin', async () => {
    const [issued] = await ably.issue(1);
    const token = issued?.token ?? '';
    expectError(await revoke({ targets: ['clientId:x'], allowReauthMargin: 'yes' }), 40003);
    const targets = [issued?.target];
    const [result] = results(await revoke({ targets, allowReauthMargin: true }));
    expect(result?.appliesAt).toBeGreaterThan(now + 30_000);
    expect(ably.isAlive(token)).toBe(true);
    expect((await use(token)).status).toBe(200);
    ably.setClockOffset(31_000);
    expect(ably.isAlive(token)).toBe(false);
    expectError(await use(token), 40141);
  });

  test('lets an older rule stand until a later one applies', async () => {
    const token = ably.issueToken({ clientId: 'bob', issued: now - MINUTE });
    const targets = ['clientId:bob'];
    await revoke({ targets });
    await revoke({ targets, allowReauthMargin: true });
    expect(ably.isAlive(token)).toBe(false);
    expect(ably.ruleCount).toBe(2);
    await revoke({ targets });
    expect(ably.ruleCount).toBe(1);
  });

  test('can be slow to enforce', async () => {
    ably.set({ enforcementDelayMs: 5000 });
    const [issued] = await ably.issue(1);
    await revoke({ targets: [issued?.target] });
    expect(ably.isAlive(issued?.token ?? '')).toBe(true);
    ably.setClockOffset(6000);
    expect(ably.isAlive(issued?.token ?? '')).toBe(false);
  });

  test('fails channel targets where the account may not use them', async () => {
    ably.set({ channelTargets: false });
    const answer = await revoke({ targets: ['channel:a', 'clientId:b'] });
    expect(answer.body).toMatchObject({
      successCount: 1,
      results: [{ target: 'channel:a', error: info(40121) }, { target: 'clientId:b' }],
    });
    ably.set({ revocation: false });
    expectError(await revoke({ targets: ['clientId:b'] }), 40121);
  });

  test('speaks msgpack by Content-Type and by Accept', async () => {
    const msgpack = 'application/x-msgpack';
    const headers = { authorization: basic(ably.apiKey(root)), 'x-ably-version': '6' };
    const path = `/keys/${root}/revokeTokens`;
    const body = Buffer.from(encode({ targets: ['clientId:bob', 'x:y'], issuedBefore: now }));
    const result = {
      successCount: 1,
      failureCount: 1,
      results: [
        { target: 'clientId:bob', issuedBefore: now, appliesAt: expect.any(Number) },
        { target: 'x:y', error: info(40000) },
      ],
    };
    const both = { ...headers, 'content-type': msgpack, accept: msgpack };
    const binary = await call('POST', path, both, body);
    expect(binary.headers['content-type']).toBe(msgpack);
    expect(binary.body).toEqual(result);
    const json = await call('POST', path, { ...headers, 'content-type': msgpack }, body);
    expect(json.headers['content-type']).toBe('application/json');
    expect(json.body).toEqual(result);
    const refused = await call('POST', path, { accept: msgpack }, '{}');
    expect(refused.headers['content-type']).toBe(msgpack);
    expectError(refused, 40101);
  });
});

describe('authentication of revokeTokens', () => {
  const targets = { targets: ['clientId:bob'] };

  afterEach(() => expect(ably.ruleCount).toBe(0));

  test('the emulator takes a revocation with Basic auth alone', async () => {
    const path = `/keys/${root}/revokeTokens`;
    expectError(await call('POST', path, {}, JSON.stringify(targets)), 40101);
    const token = ably.issueToken({});
    expectError(await revoke(targets, { headers: { authorization: bearer(token) } }), 40162);
    expectError(await revoke(targets, { headers: { authorization: `Bearer ${token}` } }), 40162);
    expectError(await revoke(targets, { headers: { authorization: 'Digest x' } }), 40005);
  });

  test('tells malformed, unknown and wrong keys apart', async () => {
    for (const key of ['keyonly', 'keyonly:secret', 'app.key']) {
      expectError(await revoke(targets, { key }), 40005);
    }
    expectError(await revoke(targets, { key: `${root}:wrong` }), 40101);
    expectError(await revoke(targets, { key: 's57drg.nokey:secret' }), 40130);
    expectError(await revoke(targets, { key: 'noapp.3bnE1Q:secret' }), 40400);
    expectError(await revoke(targets, { name: 'noapp.3bnE1Q' }), 40400);
  });

  test('wants the key that is named in the path', async () => {
    for (const name of [ably.keyNames.server, ably.keyNames.web, 's57drg.nokey', 's57drg']) {
      expectError(await revoke(targets, { name }), 40133);
    }
  });

  test('refuses revoked and expired keys, and disabled apps', async () => {
    const { old } = ably.keyNames;
    expectError(await revoke(targets, { name: old, key: ably.apiKey(old) }), 40131);
    ably.key(root).expires = now - 1;
    expectError(await revoke(targets), 40132);
    ably.app('s57drg').status = 'disabled';
    expectError(await revoke(targets), 40120);
  });

  test('refuses a key without revocable tokens, by either code', async () => {
    const name = ably.keyNames.server;
    expectError(await revoke(targets, { name, key: ably.apiKey(name) }), 40164);
    ably.set({ notRevocableCode: 40163 });
    expectError(await revoke(targets, { name, key: ably.apiKey(name) }), 40163);
  });
});

describe('limits', () => {
  test('limits an app and says when to come again', async () => {
    const body = { targets: ['clientId:bob'] };
    ably.set({ limit: { count: 2, retryAfterSeconds: 60 } });
    expect((await revoke(body)).status).toBe(201);
    expect((await revoke(body)).status).toBe(201);
    const refused = await revoke({ targets: ['clientId:late'] });
    expectError(refused, 42910);
    const wait = Number(refused.headers['retry-after']);
    expect(wait).toBeGreaterThan(50);
    expect(wait).toBeLessThanOrEqual(60);
    expect(ably.ruleCount).toBe(1);
    const name = ably.keyNames.web;
    expect((await revoke(body, { name, key: ably.apiKey(name) })).status).toBe(201);
    ably.setClockOffset(61_000);
    expect((await revoke(body)).status).toBe(201);
    ably.set({ limit: { count: 0 } });
    ably.setClockOffset(200_000);
    const silent = await revoke(body);
    expectError(silent, 42910);
    expect(silent.headers).not.toHaveProperty('retry-after');
  });

  test('is flooded at the edge, with the error in headers alone', async () => {
    ably.flood(1);
    const refused = await revoke({ targets: ['clientId:bob'] });
    expect(refused.status).toBe(429);
    expect(refused.body).toBe('');
    expect(refused.headers['x-ably-errorcode']).toBe('42922');
    expect(refused.headers['x-ably-errormessage']).toBe('too many requests');
    expect(ably.ruleCount).toBe(0);
    expect((await revoke({ targets: ['clientId:bob'] })).status).toBe(201);
  });
});

describe('time', () => {
  test('tells the clock of the server to anybody', async () => {
    ably.setClockOffset(-2 * HOUR);
    const answer = await call('GET', '/time');
    expect(answer.status).toBe(200);
    const [time] = answer.body as [number];
    expect(Math.abs(time - (Date.now() - 2 * HOUR))).toBeLessThan(30_000);
    const date = Date.parse(answer.headers['date'] ?? '');
    expect(Math.abs(date - time)).toBeLessThan(30_000);
    expect(await call('GET', '/time', { accept: 'application/x-msgpack' })).toMatchObject({
      body: [expect.any(Number)],
    });
  });

  test('answers 404 in the shape of the API that was meant', async () => {
    expectError(await call('GET', '/nothing'), 40400);
    expect((await call('GET', '/v1/nothing')).body).toEqual(info(40400));
  });
});

describe('requestToken', () => {
  interface Signed {
    readonly [name: string]: unknown;
  }

  function sign(params: Signed, secret = ably.key(root).secret): Signed {
    const text = ['keyName', 'ttl', 'capability', 'clientId', 'timestamp', 'nonce']
      .map((name) => `${String(params[name] ?? '')}\n`)
      .join('');
    return { ...params, mac: createHmac('sha256', secret).update(text).digest('base64') };
  }

  const ask = (body: Signed, headers: Headers = {}, name = root) =>
    call('POST', `/keys/${name}/requestToken`, headers, JSON.stringify(body));
  const fresh = (nonce = 'nonce-0123456789') => ({ keyName: root, timestamp: now, nonce });

  test('answers TokenDetails to a signed request, once for each nonce', async () => {
    const signed = sign({ ...fresh(), clientId: 'bob', ttl: MINUTE, capability: '{"room":["*"]}' });
    const answer = await ask(signed);
    expect(answer.status).toBe(201);
    const details = answer.body as { token: string; issued: number };
    expect(answer.body).toEqual({
      token: expect.stringMatching(/^s57drg\.[\w-]{40,}$/),
      keyName: root,
      issued: expect.any(Number),
      expires: details.issued + MINUTE,
      capability: '{"room":["*"]}',
      clientId: 'bob',
    });
    expect((await use(details.token)).status).toBe(200);
    expectError(await use(details.token, '/channels/other/messages'), 40160);
    expectError(await ask(signed), 40105);
  });

  test('answers TokenDetails to Basic auth, with an hour of life', async () => {
    const answer = await ask({}, { authorization: basic(ably.apiKey(root)) });
    const details = answer.body as { issued: number };
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      token: expect.any(String),
      keyName: root,
      issued: expect.any(Number),
      expires: details.issued + HOUR,
      capability: '{"*":["*"]}',
    });
  });

  test('refuses bad signatures, stale requests and other callers', async () => {
    expectError(await ask({ ...sign(fresh()), clientId: 'eve' }), 40101);
    expectError(await ask(sign(fresh(), 'wrong')), 40101);
    expectError(await ask(sign(fresh()), {}, ably.keyNames.server), 40101);
    expectError(await ask(sign({ ...fresh(), timestamp: now - HOUR })), 40104);
    expectError(await ask({}), 40101);
    const other = basic(ably.apiKey(ably.keyNames.web));
    expectError(await ask({}, { authorization: other }), 40133);
    expectError(await ask(sign(fresh()), {}, 'noapp.nokey'), 40400);
    expectError(await ask({}, { authorization: bearer(ably.issueToken({})) }), 40162);
  });

  test('refuses excessive lives, empty client IDs and foreign capabilities', async () => {
    const headers = { authorization: basic(ably.apiKey(root)) };
    expectError(await ask({ ttl: HOUR + 1 }, headers), 40003);
    expectError(await ask({ ttl: -1 }, headers), 40003);
    expectError(await ask({ clientId: '' }, headers), 40012);
    expectError(await ask({ capability: 'nonsense' }, headers), 40000);
    const name = ably.keyNames.server;
    const server = { authorization: basic(ably.apiKey(name)) };
    expect((await ask({ ttl: 24 * HOUR }, server, name)).status).toBe(201);
    expectError(await ask({ ttl: 24 * HOUR + 1 }, server, name), 40003);
    const key = ably.addKey('s57drg', { id: 'narrow', capability: { 'a:*': ['history'] } });
    const narrow = (capability: string) =>
      ask({ capability }, { authorization: basic(key) }, 's57drg.narrow');
    expect((await narrow('{"*":["publish","history"]}')).body).toMatchObject({
      capability: '{"a:*":["history"]}',
    });
    expect((await narrow('{"a:1":["*"]}')).body).toMatchObject({
      capability: '{"a:1":["history"]}',
    });
    expectError(await narrow('{"b:1":["*"]}'), 40160);
    expectError(await narrow('{"a:1":["publish"]}'), 40160);
  });
});

describe('data plane', () => {
  test('publishes and reads with a key and with a token, base64 or raw', async () => {
    const key = { authorization: basic(ably.apiKey(root)) };
    const path = '/channels/room%3A1/messages';
    const published = await call('POST', path, key, '{"name":"a","data":"1"}');
    expect(published.status).toBe(201);
    const { serials } = published.body as { serials: string[] };
    expect(published.body).toEqual({ channel: 'room:1', messageId: serials[0], serials });
    const token = ably.issueToken({ clientId: 'bob' });
    const raw = { authorization: `Bearer ${token}` };
    await call('POST', path, raw, '[{"name":"b"},{"name":"c","clientId":"bob"}]');
    expectError(await call('POST', path, raw, '{"clientId":"eve"}'), 40012);
    const newest = await call('GET', `${path}?limit=2`, { authorization: bearer(token) });
    expect(newest.body).toMatchObject([
      { name: 'c', clientId: 'bob' },
      { name: 'b', clientId: 'bob' },
    ]);
    const all = await call('GET', `${path}?direction=forwards&access_token=${token}`);
    expect(all.body).toMatchObject([{ name: 'a', data: '1' }, { name: 'b' }, { name: 'c' }]);
    expect((await call('GET', '/channels/room%3A1', raw)).body).toMatchObject({
      channelId: 'room:1',
      status: { isActive: true },
    });
    expect(await call('GET', '/stats', raw)).toMatchObject({ status: 200, body: [] });
    expectError(await call('GET', '/stats'), 40101);
    expectError(await call('GET', path, { authorization: basic(`${root}:wrong`) }), 40101);
  });

  test('a token may do in the data plane what its capability names, and nothing else', async () => {
    const token = ably.issueToken({ capability: { 'a:*': ['publish'] } });
    const raw = { authorization: `Bearer ${token}` };
    expect((await call('POST', '/channels/a:1/messages', raw, '{}')).status).toBe(201);
    expectError(await call('POST', '/channels/b/messages', raw, '{}'), 40160);
    expectError(await call('GET', '/channels/a:1/messages', raw), 40160);
    expectError(await call('GET', '/channels/a:1', raw), 40160);
    expectError(await call('GET', '/stats', raw), 40160);
  });

  test('tells expired and unrecognised tokens apart', async () => {
    const expired = ably.issueToken({ issued: now - HOUR, ttl: MINUTE });
    expectError(await use(expired), 40142);
    expectError(await use('s57drg.unknown'), 40143);
    expectError(await use('nonsense'), 40143);
    expectError(await use('a.b.c'), 40144);
    expect([expired, 's57drg.unknown', 'a.b.c'].map((text) => ably.isAlive(text))).toEqual([
      false,
      false,
      false,
    ]);
  });

  test('refuses tokens of keys and apps that are gone', async () => {
    const token = ably.issueToken({});
    ably.key(root).status = 1;
    expectError(await use(token), 40131);
    ably.app('s57drg').status = 'disabled';
    expectError(await use(token), 40120);
  });
});

describe('what a rule meets', () => {
  const refused = async (token: string) => expectError(await use(token), 40141);
  const accepted = async (token: string) => expect((await use(token)).status).toBe(200);

  test('meets tokens of that exact client ID and key, issued before', async () => {
    const issued = now - MINUTE;
    const bob = ably.issueToken({ clientId: 'bob', issued });
    const others = [
      ably.issueToken({ clientId: 'bobby', issued }),
      ably.issueToken({ issued }),
      ably.issueToken({ clientId: 'bob', issued: now - 1000 }),
      ably.issueToken({ clientId: 'bob', issued }, ably.keyNames.web),
    ];
    await accepted(bob);
    await revoke({ targets: ['clientId:bob'], issuedBefore: now - 1000 });
    await refused(bob);
    for (const token of others) await accepted(token);
  });

  test('meets JWTs by revocation key, and native tokens never', async () => {
    const issued = now - MINUTE;
    const jwt = await ably.issueJwt({ revocationKey: 'g1', issued });
    const other = await ably.issueJwt({ revocationKey: 'g2', clientId: 'g1', issued });
    const native = ably.issueToken({ clientId: 'g1', issued });
    await accepted(jwt);
    await revoke({ targets: ['revocationKey:g1'] });
    await refused(jwt);
    await accepted(other);
    await accepted(native);
  });

  test('meets a JWT of a client ID by the second of its iat', async () => {
    const second = Math.floor(now / 1000) * 1000 - 10_000;
    const jwt = await ably.issueJwt({ clientId: 'bob', issued: second + 900 });
    await revoke({ targets: ['clientId:bob'], issuedBefore: second });
    expect(ably.isAlive(jwt)).toBe(true);
    await revoke({ targets: ['clientId:bob'], issuedBefore: second + 1 });
    expect(ably.isAlive(jwt)).toBe(false);
  });

  test('meets capabilities by the exact resource alone', async () => {
    const issued = now - MINUTE;
    const token = ably.issueToken({ capability: { 'foo:*': ['*'] }, issued });
    await revoke({ targets: ['channel:*:*', 'channel:foo:bar', 'channel:*'] });
    expect(ably.isAlive(token)).toBe(true);
    await revoke({ targets: ['channel:foo:*'] });
    expect(ably.isAlive(token)).toBe(false);
  });

  test('meets nothing that was issued before the key was revocable', async () => {
    const early = ably.issueToken({ clientId: 'bob', issued: now - 20 * MINUTE });
    const late = ably.issueToken({ clientId: 'bob', issued: now - 5 * MINUTE });
    ably.key(root).revocableSince = now - 10 * MINUTE;
    await revoke({ targets: ['clientId:bob'] });
    expect([ably.isAlive(early), ably.isAlive(late)]).toEqual([true, false]);
  });
});

describe('JWTs', () => {
  function jwt(
    claims: Record<string, unknown>,
    header: Record<string, unknown> = {},
    key?: string,
  ) {
    return new SignJWT({ iat: Math.floor(now / 1000), exp: Math.floor(now / 1000) + 60, ...claims })
      .setProtectedHeader({ alg: 'HS256', kid: root, ...header })
      .sign(Buffer.from(key ?? ably.key(root).secret));
  }

  test('are accepted when the secret of the key has signed them', async () => {
    const token = await jwt({ 'x-ably-capability': '{"room":["history"]}' });
    expect((await use(token)).status).toBe(200);
    expect(ably.isAlive(token)).toBe(true);
    expectError(await use(token, '/channels/other/messages'), 40160);
    const raw = await call('GET', '/channels/room/messages', { authorization: `Bearer ${token}` });
    expect(raw.status).toBe(200);
  });

  test('are refused when invalid, expired or too long-lived', async () => {
    const iat = Math.floor(now / 1000);
    expectError(await use(await jwt({}, {}, 'a wrong secret of the key')), 40144);
    expectError(await use(await jwt({}, { alg: 'HS512' })), 40144);
    expectError(await use(await jwt({}, { kid: undefined })), 40144);
    expectError(await use(await jwt({ exp: undefined })), 40144);
    expectError(await use(await jwt({ 'x-ably-capability': 'x' })), 40144);
    expectError(await use(await jwt({ 'x-ably-clientId': 7 })), 40144);
    expectError(await use(await jwt({}, { kid: 's57drg.nokey' })), 40130);
    expectError(await use(await jwt({}, { kid: 'noapp.nokey' })), 40400);
    expectError(await use(await jwt({ iat: iat - 120, exp: iat - 60 })), 40142);
    expectError(await use(await jwt({ exp: iat + 3601 })), 40003);
    expect((await use(await jwt({ exp: iat + 3600 }))).status).toBe(200);
  });
});

describe('Control API', () => {
  const get = (path: string, token = ably.environment['ABLY_ACCESS_TOKEN']) =>
    call('GET', `/v1${path}`, { authorization: `Bearer ${token}` });

  test('finds the account, its apps and their keys', async () => {
    const me = await get('/me');
    expect(me.status).toBe(200);
    expect(me.body).toMatchObject({
      token: { capabilities: ['read:app', 'read:key'] },
      user: { email: 'user@example.com' },
      account: { id: 'VgQpOZ', name: 'Emulated account' },
    });
    expect((await get('/me/accounts')).body).toEqual([{ id: 'VgQpOZ', name: 'Emulated account' }]);
    ably.addApp('Chat', 'second');
    expect((await get('/accounts/VgQpOZ/apps')).body).toMatchObject([
      { accountId: 'VgQpOZ', id: 's57drg', name: 'Chat', status: 'enabled' },
      { id: 'kL9pQ2', name: 'Orders' },
      { id: 'second', name: 'Chat' },
    ]);
    const keys = await get('/apps/s57drg/keys');
    expect(keys.body).toMatchObject([
      { appId: 's57drg', id: '3bnE1Q', name: 'Root', revocableTokens: true, status: 0 },
      { id: 'Qm8xTw', name: 'Server', revocableTokens: false, status: 0 },
      { id: 'Zr4oLd', name: 'Old', revocableTokens: true, status: 1 },
    ]);
    expect(keys.body).toHaveProperty('0.key', ably.apiKey(root));
    expect((await get('/apps/kL9pQ2/keys')).body).toMatchObject([
      { id: 'aB12cD', revocableTokens: true, status: 0 },
      { id: 'eF34gH', revocableTokens: true, status: 0 },
    ]);
  });

  test('can leave the keys themselves out', async () => {
    ably.set({ hideKeys: true });
    const { body } = await get('/apps/s57drg/keys');
    expect(body).toHaveLength(3);
    expect(JSON.stringify(body)).not.toContain(ably.key(root).secret);
    expect(body).not.toHaveProperty('0.key');
  });

  test('puts its errors at the top level', async () => {
    for (const path of ['/me', '/me/accounts', '/accounts/VgQpOZ/apps', '/apps/s57drg/keys']) {
      const refused = await get(path, 'wrong');
      expect(refused.status).toBe(401);
      expect(refused.body).toEqual(info(40100));
      expect((await call('GET', `/v1${path}`)).status).toBe(401);
    }
    for (const path of ['/accounts/other/apps', '/apps/other/keys']) {
      const missing = await get(path);
      expect(missing.status).toBe(404);
      expect(missing.body).toEqual(info(40400));
      expect(missing.headers['x-ably-errorcode']).toBe('40400');
    }
  });
});

describe('the emulator', () => {
  test('names what points at it, and hands out live samples', async () => {
    expect(ably.environment).toEqual({
      ABLY_API_KEY: ably.apiKey(root),
      ABLY_APP_ID: 's57drg',
      ABLY_ENDPOINT: ably.server.url,
      ABLY_CONTROL_URL: `${ably.server.url}/v1`,
      ABLY_ACCESS_TOKEN: expect.any(String),
    });
    const { ABLY_SAMPLE_TOKEN: token = '', ABLY_SAMPLE_JWT: jwt = '' } = ably.samples;
    for (const sample of [token, jwt]) expect((await use(sample)).status).toBe(200);
    await revoke({ targets: ['clientId:bob'] });
    expect([ably.isAlive(token), ably.isAlive(jwt)]).toEqual([false, true]);
    await revoke({ targets: ['revocationKey:group1'] });
    expect(ably.isAlive(jwt)).toBe(false);
  });

  test('issues tokens that a revocation at once meets, each by its own target', async () => {
    const [first, second, third] = [...(await ably.issue(2)), ...(await ably.issue(1))];
    expect([first?.target, second?.target, third?.target]).toEqual([
      'clientId:client-1',
      'clientId:client-2',
      'clientId:client-3',
    ]);
    expect(first?.id).toBe(first?.target);
    await revoke({ targets: [second?.target] });
    const alive = [first, second, third].map((issued) => ably.isAlive(issued?.token ?? ''));
    expect(alive).toEqual([true, false, true]);
  });

  test('tells by its pattern which requests revoke', async () => {
    await revoke({ targets: ['clientId:bob'] });
    await call('POST', `/keys/${root}/requestToken`, {}, '{}');
    const lines = ably.server.requests.map(({ method, path }) => `${method} ${path}`);
    expect(lines.map((line) => ably.revokes.test(line))).toEqual([true, false]);
  });

  test('shows its state as plain JSON without secrets', async () => {
    await revoke({ targets: ['clientId:bob'], issuedBefore: now });
    const snapshot = JSON.parse(JSON.stringify(ably.snapshot()));
    expect(snapshot.apps[0].keys[2]).toEqual({
      keyName: ably.keyNames.old,
      name: 'Old',
      status: 1,
      revocableTokens: true,
    });
    expect(snapshot.tokens).toEqual([
      {
        keyName: root,
        clientId: 'bob',
        issued: expect.any(Number),
        expires: expect.any(Number),
        alive: false,
      },
    ]);
    expect(snapshot.rules).toEqual(ably.rules);
    const text = JSON.stringify(snapshot);
    expect(text).not.toContain(ably.key(root).secret);
    expect(text).not.toContain(ably.samples['ABLY_SAMPLE_TOKEN']);
  });
});
