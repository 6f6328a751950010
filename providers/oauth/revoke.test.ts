import { createWorld, revokeOne, target, type Given } from '../../test/support/oauth.js';
import { startOauthEmulator, type OauthEmulator, type OauthEmulatorOptions } from './emulator.js';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

async function start(options: OauthEmulatorOptions = {}): Promise<OauthEmulator> {
  const emulator = await startOauthEmulator(options);
  closing.push(emulator.close);
  return emulator;
}

async function open(emulator: OauthEmulator, given: Given = {}) {
  const world = createWorld({ ...given, env: { ...emulator.environment, ...given.env } });
  closing.push(world.close);
  return { revoker: await world.open(), world };
}

const posted = (emulator: OauthEmulator, path: string) =>
  emulator.server.requests
    .filter(({ method, path: asked }) => method === 'POST' && asked === path)
    .map(({ body }) => Object.fromEntries(new URLSearchParams(body.toString())));

const asClient = ({ id, secret }: { id: string; secret?: string }) => ({
  env: { OAUTH_CLIENT_ID: id, OAUTH_CLIENT_SECRET: secret ?? '' },
});

describe('a token that the server takes', () => {
  test('is dead, and the result says no more than accepted', async () => {
    const emulator = await start();
    const { revoker } = await open(emulator);
    const [issued] = await emulator.issue(1);
    if (!issued) throw new Error('nothing was issued');
    expect(emulator.isAlive(issued.token)).toBe(true);
    const verdict = await revokeOne(revoker, target(issued.target));
    expect(verdict).toEqual({
      target: issued.id,
      fingerprint: issued.id,
      status: 'accepted',
      client_auth: 'client_secret_basic',
      client_auth_form: 'encoded',
    });
    expect(emulator.isAlive(issued.token)).toBe(false);
    expect(posted(emulator, '/revoke')).toEqual([{ token: issued.token }]);
  });

  test('a token that never existed is accepted too', async () => {
    const { revoker } = await open(await start());
    expect(await revokeOne(revoker, target('never-existed'))).toMatchObject({ status: 'accepted' });
  });

  test('the hint: from the token first, then from the option', async () => {
    const emulator = await start();
    const { revoker } = await open(emulator, { options: { tokenTypeHint: 'access_token' } });
    const verdict = await revokeOne(revoker, target('one'));
    await revokeOne(revoker, target('two', 'refresh_token'));
    expect(verdict).toMatchObject({ token_type_hint: 'access_token' });
    expect(posted(emulator, '/revoke')).toEqual([
      { token: 'one', token_type_hint: 'access_token' },
      { token: 'two', token_type_hint: 'refresh_token' },
    ]);
    expect(revoker.targetFacts?.(target('two', 'refresh_token'))).toEqual({
      fingerprint: target('two').id,
      token_type_hint: 'refresh_token',
    });
  });

  test('a refresh token takes its access token along', async () => {
    const emulator = await start();
    const { revoker } = await open(emulator);
    const pair = emulator.mintPair(emulator.clients.basic.id);
    await revokeOne(revoker, target(pair.refresh_token, 'refresh_token'));
    expect(emulator.isAlive(pair.refresh_token)).toBe(false);
    expect(emulator.isAlive(pair.access_token)).toBe(false);
  });

  test('no token is in a URL, nor in a verdict', async () => {
    const emulator = await start();
    const { revoker, world } = await open(emulator);
    const [issued] = await emulator.issue(1);
    const token = issued?.token ?? '';
    const verdict = await revokeOne(revoker, target(token));
    await revoker.states([target(token)]);
    expect(JSON.stringify([verdict, revoker.scope, world.details])).not.toContain(token);
    expect(emulator.server.requests.map(({ url }) => url).join()).not.toContain(token);
  });
});

describe('a 200 that speaks against itself', () => {
  test.each([
    ['a web page', '<!doctype html><title>Sign in</title>'],
    ['an error after all', { error: 'invalid_client' }],
    ['ok: false', { ok: false, error: 'nope' }],
    ['success: false', { success: false }],
    ['success: "false"', { success: 'false' }],
    ['revoked: false', { revoked: false }],
    ['a list of errors', { errors: ['no such token'] }],
    ['a status of error', { status: 'error' }],
    ['a status of 404', { status: 404, message: 'not found' }],
  ])('%s: unknown', async (_case, body) => {
    const emulator = await start();
    const { revoker } = await open(emulator);
    emulator.server.addFault({
      kind: 'reply',
      reply: { status: 200, body },
      match: emulator.revokes,
    });
    expect(await revokeOne(revoker, target('abc'))).toMatchObject({
      status: 'unknown',
      error: { code: 'unexpected_answer' },
    });
  });

  test.each([
    ['an empty object', {}],
    ['success: true', { success: true }],
    ['revoked: true', { revoked: true }],
    ['an empty list of errors', { errors: [] }],
    ['a status of ok', { status: 'ok' }],
    ['a status of 200', { status: 200 }],
    ['a word', 'OK'],
    ['an empty error', { error: null }],
  ])('%s: taken', async (_case, body) => {
    const emulator = await start();
    const { revoker } = await open(emulator);
    emulator.server.addFault({
      kind: 'reply',
      reply: { status: 200, body },
      match: emulator.revokes,
    });
    expect(await revokeOne(revoker, target('abc'))).toMatchObject({ status: 'accepted' });
  });

  test.each([201, 202, 204])('%i is not the documented answer', async (status) => {
    const emulator = await start();
    const { revoker } = await open(emulator);
    emulator.server.addFault({ kind: 'reply', reply: { status }, match: emulator.revokes });
    expect(await revokeOne(revoker, target('abc'))).toMatchObject({ status: 'unknown' });
  });
});

describe('a refusal', () => {
  test('of a JWT access token tells until when it lives', async () => {
    const now = Date.parse('2030-01-01T00:00:00Z');
    const emulator = await start({ now: () => now });
    const { revoker } = await open(emulator);
    const token = emulator.mint({
      clientId: emulator.clients.basic.id,
      kind: 'access_token',
      structured: true,
      lifetime: 7200,
    });
    const verdict = await revokeOne(revoker, target(token));
    expect(verdict).toMatchObject({
      status: 'failed',
      expires_at: '2030-01-01T02:00:00Z',
      error: {
        code: 'unsupported_token_type',
        provider_code: 'unsupported_token_type',
        hint: expect.stringMatching(/^it is active until 2030-01-01T02:00:00Z; /),
      },
    });
    expect(emulator.isAlive(token)).toBe(true);
  });

  test.each([400, 401] as const)('of the client (%i) ends the run', async (invalidClient) => {
    const emulator = await start({ invalidClient });
    const { revoker } = await open(emulator, { env: { OAUTH_CLIENT_SECRET: 'wrong-secret' } });
    const [issued] = await emulator.issue(1);
    await expect(revoker.revoke([target(issued?.token ?? '')], {})).rejects.toMatchObject({
      code: 'credentials_rejected',
      providerCode: 'invalid_client',
      affects: 'run',
      kind: 'credentials',
      inDoubt: false,
      hint: expect.stringMatching(
        /^the server said invalid_client; client_secret_basic .*, then client_secret_post were used/,
      ),
    });
    expect(emulator.isAlive(issued?.token ?? '')).toBe(true);
  });

  test('a bare 401 says that the credentials were rejected', async () => {
    const emulator = await start();
    const { revoker } = await open(emulator);
    emulator.server.addFault({ kind: 'reply', reply: { status: 401 }, match: emulator.revokes });
    await expect(revoker.revoke([target('abc')], {})).rejects.toMatchObject({
      code: 'credentials_rejected',
      kind: 'credentials',
    });
  });

  test.each(['invalid_token', 'invalid_grant'] as const)(
    '%s keeps its name',
    async (unknownToken) => {
      const { revoker } = await open(await start({ unknownToken }));
      expect(await revokeOne(revoker, target('never-existed'))).toMatchObject({
        status: 'failed',
        error: {
          code: unknownToken,
          provider_code: unknownToken,
          message: expect.stringContaining('Token expired or revoked'),
        },
      });
    },
  );

  test('of the token of another client', async () => {
    const emulator = await start();
    const { revoker } = await open(emulator, asClient(emulator.clients.other));
    const [issued] = await emulator.issue(1);
    expect(await revokeOne(revoker, target(issued?.token ?? ''))).toMatchObject({
      status: 'failed',
      error: {
        code: 'refused',
        provider_code: 'invalid_request',
        hint: expect.stringContaining('client ID'),
      },
    });
    expect(emulator.isAlive(issued?.token ?? '')).toBe(true);
  });

  test('with a code that no standard names is told as it is', async () => {
    const emulator = await start();
    const { revoker } = await open(emulator);
    const reply = { status: 400, body: { error: 'constructor', error_description: 'no\n way' } };
    emulator.server.addFault({ kind: 'reply', reply, match: emulator.revokes });
    expect(await revokeOne(revoker, target('abc'))).toMatchObject({
      status: 'failed',
      error: {
        code: 'refused',
        provider_code: 'constructor',
        message: 'the server refused the request (constructor): no way',
      },
    });
  });

  test('503: the token still exists, and Retry-After was waited for', async () => {
    const emulator = await start();
    const { revoker, world } = await open(emulator, { retries: 2 });
    const [issued] = await emulator.issue(1);
    emulator.server.addFault({
      kind: 'reply',
      reply: { status: 503, headers: { 'retry-after': '7' } },
      match: emulator.revokes,
      times: 3,
    });
    expect(await revokeOne(revoker, target(issued?.token ?? ''))).toMatchObject({
      status: 'failed',
      error: {
        code: 'unavailable',
        provider_code: 503,
        message: 'the server cannot revoke now (503, tried 3 times)',
        hint: 'the token is still active: run this again in 7 s',
      },
    });
    expect(world.pauses.map((ms) => Math.ceil(ms / 1000))).toEqual([7, 7]);
    expect(emulator.isAlive(issued?.token ?? '')).toBe(true);
  });

  test('503 once: revoked by the next try', async () => {
    const emulator = await start();
    const { revoker } = await open(emulator, { retries: 1 });
    const [issued] = await emulator.issue(1);
    const reply = { status: 503, headers: { 'retry-after': '1' } };
    emulator.server.addFault({ kind: 'reply', reply, match: emulator.revokes });
    expect(await revokeOne(revoker, target(issued?.token ?? ''))).toMatchObject({
      status: 'accepted',
    });
    expect(emulator.isAlive(issued?.token ?? '')).toBe(false);
  });

  test('after an answer of 500 a token is unknown', async () => {
    const emulator = await start();
    const { revoker } = await open(emulator);
    const reply = { status: 500, body: { error: 'server_error' } };
    emulator.server.addFault({ kind: 'lie', reply, match: emulator.revokes });
    const [issued] = await emulator.issue(1);
    expect(await revokeOne(revoker, target(issued?.token ?? ''))).toMatchObject({
      status: 'unknown',
      error: { code: 'server_error', provider_code: 'server_error' },
    });
    expect(emulator.isAlive(issued?.token ?? '')).toBe(false);
  });

  test('a redirect is not followed and ends the run', async () => {
    const emulator = await start();
    const elsewhere = await start();
    const { revoker } = await open(emulator);
    const reply = { status: 307, headers: { location: `${elsewhere.server.url}/revoke` } };
    emulator.server.addFault({ kind: 'reply', reply, match: emulator.revokes });
    await expect(revoker.revoke([target('abc')], {})).rejects.toMatchObject({ code: 'redirected' });
    expect(elsewhere.server.requests).toEqual([]);
  });

  test('an answer that never came whole is nobody\u2019s refusal', async () => {
    const emulator = await start();
    const { revoker } = await open(emulator);
    emulator.server.addFault({ kind: 'reset', after: true, match: emulator.revokes });
    await expect(revoker.revoke([target('abc')], {})).rejects.toMatchObject({
      code: 'no_answer',
      inDoubt: true,
    });
  });
});

describe('servers whose 200 means something else', () => {
  test('a public client gets 200 for a token that lives on', async () => {
    const emulator = await start({ publicClient: 'ignored' });
    const world = createWorld({
      env: { OAUTH_ISSUER: emulator.issuer, OAUTH_CLIENT_ID: emulator.clients.open.id },
    });
    closing.push(world.close);
    const [issued] = await emulator.issue(1);
    const verdict = await revokeOne(await world.open(), target(issued?.token ?? ''));
    expect(verdict.status).toBe('accepted');
    expect(emulator.isAlive(issued?.token ?? '')).toBe(true);
  });

  test('any client kills any token', async () => {
    const emulator = await start({ publicClient: 'dies', foreignClient: 'dies' });
    const [one, two] = await emulator.issue(2);
    const { revoker } = await open(emulator, asClient(emulator.clients.other));
    expect(await revokeOne(revoker, target(one?.token ?? ''))).toMatchObject({
      status: 'accepted',
    });
    expect(emulator.isAlive(one?.token ?? '')).toBe(false);
    expect(emulator.isAlive(two?.token ?? '')).toBe(true);
  });
});

describe('looking at a token', () => {
  const look = async (emulator: OauthEmulator, tokens: readonly string[], given: Given = {}) => {
    const { revoker } = await open(emulator, given);
    const targets = tokens.map((token) => target(token));
    return { revoker, states: await revoker.states(targets) };
  };

  test('introspection shows a token active before its revocation and absent after it', async () => {
    const emulator = await start();
    const [one, two] = (await emulator.issue(2)).map(({ token }) => token);
    if (!one || !two) throw new Error('nothing was issued');
    const { revoker, states } = await look(emulator, [one, two, one.slice(0, -1)]);
    expect(revoker.check?.method).toBe('introspection');
    expect(states).toEqual(['active', 'active', 'absent']);
    await revokeOne(revoker, target(two));
    expect(await revoker.states([target(one), target(two)])).toEqual(['active', 'absent']);
  });

  test('more targets than are asked about at once keep their order', async () => {
    const emulator = await start();
    const live = (await emulator.issue(20)).map(({ token }) => token);
    const mixed = live.map((token, index) => (index % 3 === 0 ? `${token}x` : token));
    const { states } = await look(emulator, mixed);
    expect(states).toEqual(mixed.map((_, index) => (index % 3 === 0 ? 'absent' : 'active')));
  });

  test('a server that says yes and does nothing is seen through', async () => {
    const emulator = await start({ ineffective: true });
    const [issued] = await emulator.issue(1);
    const token = issued?.token ?? '';
    const { revoker, states } = await look(emulator, [token]);
    expect(states).toEqual(['active']);
    expect(await revokeOne(revoker, target(token))).toMatchObject({ status: 'accepted' });
    expect(await revoker.states([target(token)])).toEqual(['active']);
  });

  test('owners only: to another client a live token is absent', async () => {
    const emulator = await start({ introspection: 'owner', userinfo: false });
    const [issued] = await emulator.issue(1);
    const tokens = [issued?.token ?? ''];
    expect((await look(emulator, tokens)).states).toEqual(['active']);
    expect((await look(emulator, tokens, asClient(emulator.clients.other))).states).toEqual([
      'absent',
    ]);
  });

  test.each([
    ['denied', { introspection: 'denied', userinfo: false }, {}],
    ['wrong secret', { userinfo: false }, { OAUTH_CLIENT_SECRET: 'wrong-secret' }],
  ] as const)('%s: unknown', async (_case, options, env) => {
    const emulator = await start(options);
    const [issued] = await emulator.issue(1);
    expect((await look(emulator, [issued?.token ?? ''], { env })).states).toEqual(['unknown']);
  });

  test.each([
    ['no boolean', { kind: 'reply', reply: { status: 200, body: { active: 'false' } } }],
    ['no JSON', { kind: 'reply', reply: { status: 200, body: 'inactive' } }],
    ['a server error', { kind: 'reply', reply: { status: 500 } }],
    ['a cut connection', { kind: 'reset' }],
  ] as const)('an answer that says nothing is unknown: %s', async (_case, fault) => {
    const emulator = await start();
    const { revoker, world } = await open(emulator);
    emulator.server.addFault(fault);
    expect(await revoker.states([target('abc')])).toEqual(['unknown']);
    expect(world.details.join('\n')).not.toContain('abc');
  });

  test('userinfo where there is no introspection', async () => {
    const emulator = await start({ introspection: 'absent' });
    const [issued] = await emulator.issue(1);
    const token = issued?.token ?? '';
    const { revoker } = await open(emulator);
    expect(revoker.check?.method).toBe('userinfo');
    const one = target(token, 'access_token');
    expect(await revoker.states([one])).toEqual(['active']);
    await revokeOne(revoker, one);
    expect(await revoker.states([target(token, 'access_token')])).toEqual(['absent']);
  });

  test.each([
    ['401 without invalid_token', { status: 401, headers: { 'www-authenticate': 'Bearer' } }],
    ['403', { status: 403, body: { error: 'invalid_token' } }],
    ['404', { status: 404 }],
  ])('userinfo that does not speak of the token is unknown: %s', async (_case, reply) => {
    const emulator = await start({ introspection: 'absent' });
    const { revoker } = await open(emulator);
    emulator.server.addFault({ kind: 'reply', reply });
    expect(await revoker.states([target('abc', 'access_token')])).toEqual(['unknown']);
  });

  test('a refresh token is never sent as a bearer', async () => {
    const emulator = await start({ introspection: 'absent' });
    const { revoker } = await open(emulator);
    const before = emulator.server.requests.length;
    expect(await revoker.states([target('abc', 'refresh_token')])).toEqual(['unknown']);
    expect(emulator.server.requests).toHaveLength(before);
  });

  test('a server that cannot say whether a token is active: no check', async () => {
    const { revoker } = await open(await start({ introspection: 'absent', userinfo: false }));
    expect(revoker.check).toBeUndefined();
  });
});

test('the advice after accepted names what is left open', async () => {
  const { revoker } = await open(await start());
  const at = '2026-01-01T00:00:00.000Z';
  const outcome = { provider: 'oauth', target: 'x', status: 'accepted', at } as const;
  expect(revoker.nextStep?.(outcome)).toContain('--verify');
  const jwt = { ...outcome, token_format: 'jwt', expires_at: '2030-01-01T02:00:00Z' } as const;
  for (const status of ['accepted', 'revoked'] as const)
    expect(revoker.nextStep?.({ ...jwt, status })).toContain('until 2030-01-01T02:00:00Z');
  expect(revoker.nextStep?.({ ...outcome, status: 'revoked' })).toBeUndefined();
});
