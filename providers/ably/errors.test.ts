import {
  createWorld,
  environmentOf,
  faultOf,
  revokeOne,
  targets,
  type Given,
} from '../../test/support/ably.js';
import { startAblyEmulator, type AblyEmulator } from './emulator.js';

const REVOKE = /^POST .*revokeTokens$/;

const closing: (() => Promise<void>)[] = [];
let emulator: AblyEmulator;
beforeEach(async () => {
  emulator = await startAblyEmulator();
  closing.push(emulator.close);
});
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

async function open(given: Given = {}) {
  const world = await createWorld({ env: environmentOf(emulator), ...given });
  closing.push(world.close);
  return world.open();
}

function reply(status: number, body: unknown, headers: Record<string, string> = {}): void {
  emulator.server.addFault({ kind: 'reply', match: REVOKE, reply: { status, headers, body } });
}

const error = (code: number, statusCode: number) => ({
  error: { code, statusCode, message: `Ably's words for ${code}`, href: 'https://help.ably.io' },
});

test.each([
  [400, 40000, 'bad_request', 'batch', 'refused'],
  [400, 40003, 'invalid_parameter', 'batch', 'refused'],
  [400, 40005, 'credentials_rejected', 'run', 'credentials'],
  [401, 40101, 'credentials_rejected', 'run', 'credentials'],
  [401, 40103, 'tls_required', 'run', 'refused'],
  [401, 40110, 'account_disabled', 'run', 'refused'],
  [403, 40115, 'account_limited', 'run', 'refused'],
  [401, 40120, 'app_disabled', 'run', 'refused'],
  [401, 40121, 'revocation_not_enabled', 'run', 'refused'],
  [401, 40130, 'credentials_rejected', 'run', 'credentials'],
  [401, 40131, 'credentials_rejected', 'run', 'credentials'],
  [401, 40132, 'credentials_expired', 'run', 'credentials'],
  [401, 40133, 'wrong_key', 'run', 'refused'],
  [401, 40162, 'credentials_unfit', 'run', 'credentials'],
  [401, 40163, 'key_not_revocable', 'run', 'refused'],
  [401, 40164, 'key_not_revocable', 'run', 'refused'],
  [403, 40330, 'wrong_endpoint', 'run', 'refused'],
  [403, 40331, 'wrong_endpoint', 'run', 'refused'],
  [404, 40400, 'app_or_key_not_found', 'run', 'refused'],
  [400, 40099, 'refused', 'batch', 'refused'],
  [401, 40199, 'credentials_rejected', 'run', 'credentials'],
  [403, 40399, 'forbidden', 'target', 'credentials'],
  [413, 40009, 'refused', 'batch', 'refused'],
  [422, 42200, 'refused', 'batch', 'refused'],
  [429, 42910, 'rate_limited', 'target', 'refused'],
  [429, 42918, 'rate_limited', 'target', 'refused'],
])('%i with %i is %s, for the %s', async (status, providerCode, code, affects, kind) => {
  const revoker = await open();
  reply(status, error(providerCode, status));
  const fault = await faultOf(revokeOne(revoker, 'clientId:bob'));
  expect(fault).toMatchObject({ code, providerCode, affects, kind });
  expect(fault.message).toContain(`Ably's words for ${providerCode}`);
  if (code !== 'refused') expect(fault['hint']).toEqual(expect.stringMatching(/\w/));
});

test.each([
  [500, 50000],
  [503, 50003],
  [504, 50003],
])('%i with %i is unknown', async (status, providerCode) => {
  const revoker = await open();
  reply(status, error(providerCode, status));
  const fault = await faultOf(revokeOne(revoker, 'clientId:bob'));
  expect(fault).toMatchObject({
    code: 'server_error',
    providerCode,
    inDoubt: true,
    kind: 'in_doubt',
  });
});

test('the flood that the edge names in headers alone', async () => {
  const revoker = await open();
  emulator.flood(1);
  const fault = await faultOf(revokeOne(revoker, 'clientId:bob'));
  expect(fault).toMatchObject({ code: 'rate_limited', providerCode: 42922 });
});

test('a code in headers alone is read for every status', async () => {
  const revoker = await open();
  reply(401, undefined, { 'x-ably-errorcode': '40131', 'x-ably-errormessage': 'key revoked' });
  const fault = await faultOf(revokeOne(revoker, 'clientId:bob'));
  expect(fault).toMatchObject({ code: 'credentials_rejected', providerCode: 40131 });
});

test.each([
  [404, '<h1>Not Found</h1>'],
  [404, ''],
])('%i with %j is never "not found"', async (status, body) => {
  const revoker = await open();
  reply(status, body);
  expect(await faultOf(revokeOne(revoker, 'clientId:bob'))).toMatchObject({ code: 'refused' });
});

test.each<[string, unknown]>([
  ['no code', ''],
  ['an unknown code', error(40499, 404)],
  ['40400', error(40400, 404)],
])('a 404 with %s names what to check: the app, the key and the endpoint', async (_name, body) => {
  const revoker = await open();
  reply(404, body);
  const fault = await faultOf(revokeOne(revoker, 'clientId:bob'));
  expect(fault['hint']).toBe('check the app and key name in ABLY_API_KEY, and the endpoint');
});

test('40001 and 40000 name the forms of a specifier', async () => {
  const revoker = await open();
  for (const code of [40000, 40001]) {
    emulator.server.clearFaults();
    reply(400, error(code, 400));
    const fault = await faultOf(revokeOne(revoker, 'clientId:bob'));
    expect(fault['hint']).toContain('clientId:<id>, revocationKey:<key> or channel:<name>');
  }
});

test('a redirect is not followed', async () => {
  const revoker = await open();
  reply(307, '', { location: 'https://elsewhere.example/' });
  expect(await faultOf(revokeOne(revoker, 'clientId:bob'))).toMatchObject({ code: 'redirected' });
  expect(emulator.server.requests).toHaveLength(1);
});

describe('errors of single targets', () => {
  const failing = (code: number) => [
    { target: 'clientId:a', error: error(code, 400).error },
    { target: 'clientId:b', issuedBefore: Date.now(), appliesAt: Date.now() },
  ];

  test.each([
    [40000, 'failed', 'bad_request'],
    [40164, 'failed', 'key_not_revocable'],
    [42910, 'failed', 'rate_limited'],
    [40099, 'failed', 'refused'],
    [50000, 'unknown', 'server_error'],
  ])('%i is %s: %s', async (providerCode, status, code) => {
    const revoker = await open();
    reply(201, failing(providerCode));
    const [first, second] = await revoker.revoke(targets('clientId:a', 'clientId:b'), {});
    expect(first).toMatchObject({
      target: 'clientId:a',
      status,
      error: {
        code,
        provider_code: providerCode,
        message: expect.stringContaining("Ably's words"),
      },
    });
    expect(second).toMatchObject({ target: 'clientId:b', status: 'revoked' });
  });

  test('an error that all of them share, and all others would, ends the run', async () => {
    const revoker = await open();
    const all = failing(40164).map(({ target }) => ({ target, error: error(40164, 401).error }));
    reply(200, { successCount: 0, failureCount: 2, results: all });
    const fault = await faultOf(revoker.revoke(targets('clientId:a', 'clientId:b'), {}));
    expect(fault).toMatchObject({ code: 'key_not_revocable', affects: 'run' });
  });
});

describe('what the service itself refuses', () => {
  const revoke = async (given: Given) => faultOf(revokeOne(await open(given), 'clientId:bob'));
  const withKey = (key: string): Given => ({
    env: { ...environmentOf(emulator), ABLY_API_KEY: key },
  });

  test('a key that is not revocable, by either code', async () => {
    const given = withKey(emulator.apiKey('s57drg.Qm8xTw'));
    expect(await revoke(given)).toMatchObject({ code: 'key_not_revocable', providerCode: 40164 });
    emulator.set({ notRevocableCode: 40163 });
    expect(await revoke(given)).toMatchObject({ code: 'key_not_revocable', providerCode: 40163 });
  });

  test('revoked, unknown and mistyped keys and apps', async () => {
    const codes = [];
    for (const key of [
      emulator.apiKey('s57drg.Zr4oLd'),
      's57drg.nosuch:secretsecret',
      's57drg.3bnE1Q:not-the-secret',
      'nosuch.3bnE1Q:secretsecret',
    ]) {
      const fault = await revoke(withKey(key));
      codes.push([fault['code'], fault['providerCode'], fault['kind']]);
      expect(`${fault.message} ${String(fault['hint'])}`).not.toContain(key.split(':')[1]);
    }
    expect(codes).toEqual([
      ['credentials_rejected', 40131, 'credentials'],
      ['credentials_rejected', 40130, 'credentials'],
      ['credentials_rejected', 40101, 'credentials'],
      ['app_or_key_not_found', 40400, 'refused'],
    ]);
    expect(emulator.ruleCount).toBe(0);
  });

  test('revocation that the app does not have', async () => {
    emulator.set({ revocation: false });
    expect(await revoke({})).toMatchObject({ code: 'revocation_not_enabled', affects: 'run' });
  });

  test('a rate limit with its pause is waited for', async () => {
    emulator.set({ limit: { count: 0, retryAfterSeconds: 7 } });
    const pauses: number[] = [];
    const onPause = (ms: number) => {
      pauses.push(ms);
      emulator.set({ limit: undefined });
    };
    const revoker = await open({ retries: 1, onPause });
    expect(await revokeOne(revoker, 'clientId:bob')).toMatchObject({ status: 'revoked' });
    expect(pauses).toHaveLength(1);
    expect(pauses[0]).toBeGreaterThan(6000);
  });
});
