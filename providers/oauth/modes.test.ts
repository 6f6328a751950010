/** What servers do that the real ones of these tests do not: each is a mode of the emulator. */
import oauth from './index.js';
import type { Outcome, Target } from '../../src/contract/provider.js';
import { prove } from '../../test/support/lanes.js';
import { createWorld, target, type Given, type World } from '../../test/support/oauth.js';
import { startOauthEmulator, type OauthEmulator, type OauthEmulatorOptions } from './emulator.js';

const UUID = '3f1c1b0e-6a57-4c8e-9d2a-0b7f5e4d3c21';
const SECRET = "-_.~!*'()+/=% and more";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

async function start(options: OauthEmulatorOptions = {}): Promise<OauthEmulator> {
  const emulator = await startOauthEmulator(options);
  closing.push(emulator.close);
  return emulator;
}

function worldOf(emulator: OauthEmulator, given: Given = {}): World {
  const world = createWorld({ ...given, env: { ...emulator.environment, ...given.env } });
  closing.push(world.close);
  return world;
}

/** Revokes with --verify, as the engine does. */
async function verified(world: World, ...targets: Target[]): Promise<readonly Outcome[]> {
  return prove(oauth, await world.open(), targets, world.context);
}

const mintFor = (emulator: OauthEmulator, clientId = emulator.clients.basic.id) =>
  emulator.mint({ clientId, kind: 'access_token' });

const accessToken = (emulator: OauthEmulator) => target(mintFor(emulator), 'access_token');

const sentTo = (emulator: OauthEmulator, path: string) =>
  emulator.server.requests.filter((request) => request.path === path);

const forms = (emulator: OauthEmulator, path: string) =>
  sentTo(emulator, path).map(({ body }) =>
    Object.fromEntries(new URLSearchParams(body.toString())),
  );

const client = (
  method: 'client_secret_basic' | 'client_secret_post' | 'client_secret_jwt' | 'bearer',
) =>
  ({
    id: UUID,
    method,
    secret: method === 'bearer' ? 'an-access-token-of-the-client' : SECRET,
  }) as const;

const asClient = (secret = SECRET, options: Given['options'] = {}): Given => ({
  env: { OAUTH_CLIENT_ID: UUID, OAUTH_CLIENT_SECRET: secret },
  options,
});

describe('a client ID that is a UUID and a secret of odd characters', () => {
  test.each([
    ['client_secret_basic', 'decoded'],
    ['client_secret_basic', 'undecoded'],
    ['client_secret_post', 'decoded'],
    ['client_secret_jwt', 'decoded'],
    ['bearer', 'decoded'],
  ] as const)('by %s, %s, prove their token revoked', async (method, basic) => {
    const registered = client(method);
    const emulator = await start({
      moreClients: [registered],
      basic,
      claims: { token_endpoint_auth_methods_supported: [method] },
    });
    const token = mintFor(emulator, UUID);
    const world = worldOf(emulator, asClient(registered.secret));
    const [outcome] = await verified(world, target(token));
    expect(outcome).toMatchObject({ status: 'revoked', client_auth: method });
    expect(emulator.isAlive(token)).toBe(false);
    expect(sentTo(emulator, '/revoke')).toHaveLength(1);
    if (basic === 'undecoded') expect(outcome).toMatchObject({ client_auth_form: 'raw' });
  });
});

describe('a client that the server rejects', () => {
  test('is shown not encoded, once, and the outcome says so', async () => {
    const registered = client('client_secret_basic');
    const emulator = await start({ moreClients: [registered], basic: 'undecoded' });
    const tokens = [mintFor(emulator, UUID), mintFor(emulator, UUID)];
    const world = worldOf(emulator, asClient());
    const revoker = await world.open();
    for (const token of tokens) {
      const [verdict] = await revoker.revoke([target(token)]);
      expect(verdict).toMatchObject({
        status: 'accepted',
        client_auth_form: 'raw',
        client_auth_rejected: ['client_secret_basic (encoded)'],
      });
      expect(emulator.isAlive(token)).toBe(false);
    }
    // The second token knows what the first has learned.
    expect(sentTo(emulator, '/revoke')).toHaveLength(3);
  });

  test('whose rejection is a silent 200 is found by the check before', async () => {
    const registered = client('client_secret_basic');
    const options = { basic: 'undecoded', silentRejection: true } as const;
    const emulator = await start({ moreClients: [registered], ...options });
    const token = mintFor(emulator, UUID);
    const [outcome] = await verified(worldOf(emulator, asClient()), target(token));
    expect(outcome).toMatchObject({ status: 'revoked', client_auth_form: 'raw' });
    expect(emulator.isAlive(token)).toBe(false);
  });

  test('is sent with the other secret method of the metadata, once', async () => {
    const registered = client('client_secret_post');
    const emulator = await start({ moreClients: [registered] });
    const token = mintFor(emulator, UUID);
    const revoker = await worldOf(emulator, asClient()).open();
    const [verdict] = await revoker.revoke([target(token)]);
    expect(verdict).toMatchObject({
      status: 'accepted',
      client_auth: 'client_secret_post',
      client_auth_rejected: ['client_secret_basic (encoded)', 'client_secret_basic (not encoded)'],
    });
    expect(emulator.isAlive(token)).toBe(false);
    const outcome = { provider: 'oauth', at: '2030-01-01T00:00:00Z', ...verdict } as Outcome;
    expect(revoker.nextStep?.(outcome)).toContain('--client-auth client_secret_post');
  });

  test.each([
    [
      'metadata that lists one method',
      { token_endpoint_auth_methods_supported: ['client_secret_basic'] },
      {},
    ],
    ['no list of methods', { token_endpoint_auth_methods_supported: undefined }, {}],
    ['--client-auth', {}, { clientAuth: 'client_secret_basic' }],
  ])('%s: no other method is tried', async (_case, claims, options) => {
    const registered = { ...client('client_secret_post'), secret: 'plain-secret' };
    const emulator = await start({ moreClients: [registered], claims });
    const token = mintFor(emulator, UUID);
    const revoker = await worldOf(emulator, asClient('plain-secret', options)).open();
    await expect(revoker.revoke([target(token)])).rejects.toMatchObject({
      code: 'credentials_rejected',
    });
    expect(sentTo(emulator, '/revoke')).toHaveLength(1);
    expect(emulator.isAlive(token)).toBe(true);
  });

  test('after a lost answer no other form or method is tried', async () => {
    const registered = client('client_secret_post');
    const emulator = await start({ moreClients: [registered] });
    const token = mintFor(emulator, UUID);
    const world = worldOf(emulator, { ...asClient(), retries: 1 });
    const revoker = await world.open();
    emulator.server.addFault({ kind: 'reset', after: true, match: emulator.revokes });
    await expect(revoker.revoke([target(token)])).rejects.toMatchObject({ kind: 'credentials' });
    expect(sentTo(emulator, '/revoke')).toHaveLength(2);
    expect(emulator.isAlive(token)).toBe(true);
  });

  test('in each way: nothing more than one round is tried, and no spelling of the secret shows', async () => {
    const emulator = await start({ moreClients: [client('client_secret_basic')] });
    const world = worldOf(emulator, asClient('wrong + %secret'));
    const revoker = await world.open();
    const error = await revoker.revoke([target('abc-abc')]).catch((caught: Error) => caught);
    await expect(revoker.revoke([target('def-def')])).rejects.toMatchObject({});
    expect(sentTo(emulator, '/revoke')).toHaveLength(4);
    for (const { headers } of sentTo(emulator, '/revoke').slice(0, 2)) {
      const base64 = String(headers.authorization).replace('Basic ', '');
      expect(world.masked).toContain(base64);
      expect(world.masked).toContain(Buffer.from(base64, 'base64').toString());
    }
    expect(String(error)).not.toMatch(/wrong/);
  });

  // excerpt() and the shape of a JWT hide most of what a server repeats: this is the layer below.
  test.each(['client_secret_jwt', 'private_key_jwt'] as const)(
    'an assertion of %s is masked where it is made',
    async (method) => {
      const emulator = await start({ moreClients: [client('client_secret_jwt')] });
      const { key } = emulator.clients;
      const given =
        method === 'private_key_jwt'
          ? {
              env: { OAUTH_CLIENT_ID: key.id },
              files: { 'key.pem': emulator.clientKey },
              options: { clientKeyFile: 'key.pem' },
            }
          : asClient(SECRET, { clientAuth: method });
      const world = worldOf(emulator, given);
      await (await world.open()).revoke([target('abc-abc')]);
      const [form] = forms(emulator, '/revoke');
      expect(form?.['client_assertion']).toMatch(/^eyJ/);
      expect(world.masked).toContain(form?.['client_assertion']);
    },
  );
});

test.each([
  ['the issuer', {}, 'issuer', false],
  ['the token endpoint', {}, 'token-endpoint', true],
  ['--assertion-audience', { assertionAudience: true }, 'token-endpoint', false],
] as const)('the audience of an assertion: %s', async (_case, given, audience, isRejected) => {
  const emulator = await start({ moreClients: [client('client_secret_jwt')], audience });
  const token = mintFor(emulator, UUID);
  const options = {
    clientAuth: 'client_secret_jwt',
    ...('assertionAudience' in given && { assertionAudience: `${emulator.issuer}/token` }),
  };
  const revoker = await worldOf(emulator, asClient(SECRET, options)).open();
  const revoked = revoker.revoke([target(token)]);
  if (isRejected)
    await expect(revoked).rejects.toMatchObject({
      hint: expect.stringContaining('--assertion-audience'),
    });
  else await revoked;
  expect(emulator.isAlive(token)).toBe(isRejected);
});

test('mutual TLS that the metadata asks for alone is refused before anything else is sent', async () => {
  const emulator = await start({
    claims: { token_endpoint_auth_methods_supported: ['tls_client_auth'] },
  });
  await expect(worldOf(emulator).open()).rejects.toMatchObject({
    code: 'credentials_unfit',
    message: expect.stringContaining('mutual TLS'),
  });
});

describe('introspection for resource servers alone', () => {
  const resourceServer = {
    id: 'things-api',
    method: 'client_secret_basic',
    secret: 'secret of the API',
    isResourceServer: true,
  } as const;
  const options = { introspection: 'resource-servers', moreClients: [resourceServer] } as const;

  test('an access token is proven at userinfo', async () => {
    const emulator = await start(options);
    const [outcome] = await verified(worldOf(emulator), accessToken(emulator));
    expect(outcome).toMatchObject({
      status: 'revoked',
      verification: { method: 'userinfo', before: 'active', after: 'absent' },
    });
  });

  test('a refresh token goes to nobody as a bearer, and what could prove it is named', async () => {
    const emulator = await start(options);
    const { refresh_token } = emulator.mintPair(emulator.clients.basic.id);
    const probeUrl = `${emulator.issuer}/resource`;
    const world = worldOf(emulator, { options: { probeUrl } });
    const [outcome] = await verified(world, target(refresh_token, 'refresh_token'));
    expect(outcome).toMatchObject({
      status: 'unknown',
      error: {
        code: 'cannot_verify',
        message: expect.stringContaining('introspection answered 403 (access_denied)'),
        hint: expect.stringContaining('OAUTH_INTROSPECTION_CLIENT_ID'),
      },
    });
    expect(outcome?.error?.hint).not.toMatch(/probe|userinfo/);
    expect(emulator.isAlive(refresh_token)).toBe(false);
    const bearers = emulator.server.requests.map(({ headers }) => String(headers.authorization));
    expect(bearers.join()).not.toContain(refresh_token);
  });

  test('a client of its own introspects, and is not the one that revokes', async () => {
    const emulator = await start(options);
    const { refresh_token } = emulator.mintPair(emulator.clients.basic.id);
    const env = {
      OAUTH_INTROSPECTION_CLIENT_ID: resourceServer.id,
      OAUTH_INTROSPECTION_CLIENT_SECRET: resourceServer.secret,
    };
    const [outcome] = await verified(
      worldOf(emulator, { env }),
      target(refresh_token, 'refresh_token'),
    );
    expect(outcome).toMatchObject({ status: 'revoked', verification: { method: 'introspection' } });
    expect(sentTo(emulator, '/revoke').map(({ headers }) => headers.authorization)).not.toEqual(
      sentTo(emulator, '/introspect')
        .slice(0, 1)
        .map(({ headers }) => headers.authorization),
    );
  });

  test('introspection_endpoint_auth_methods_supported decides how that client is presented', async () => {
    const poster = { ...resourceServer, method: 'client_secret_post' } as const;
    const claims = { introspection_endpoint_auth_methods_supported: ['client_secret_post'] };
    const emulator = await start({ ...options, moreClients: [poster], claims });
    const env = {
      OAUTH_INTROSPECTION_CLIENT_ID: poster.id,
      OAUTH_INTROSPECTION_CLIENT_SECRET: poster.secret,
    };
    const [outcome] = await verified(worldOf(emulator, { env }), target(mintFor(emulator)));
    expect(outcome).toMatchObject({ status: 'revoked', verification: { method: 'introspection' } });
    expect(forms(emulator, '/introspect')[0]).toMatchObject({ client_secret: poster.secret });
  });

  test('a secret without its client is refused before anything is sent', async () => {
    const emulator = await start(options);
    const env = { OAUTH_INTROSPECTION_CLIENT_SECRET: 'a-secret' };
    await expect(worldOf(emulator, { env }).open()).rejects.toMatchObject({ kind: 'credentials' });
    expect(emulator.server.requests).toEqual([]);
  });
});

describe('--probe-url', () => {
  const without = { introspection: 'absent', userinfo: false } as const;
  const probing = (emulator: OauthEmulator): Given => ({
    options: { probeUrl: `${emulator.issuer}/resource` },
  });

  test('proves an access token where there is nothing else', async () => {
    const emulator = await start(without);
    const [outcome] = await verified(worldOf(emulator, probing(emulator)), accessToken(emulator));
    expect(outcome).toMatchObject({
      status: 'revoked',
      verification: { method: 'probe', before: 'active', after: 'absent' },
    });
  });

  test('a resource that accepts whatever it is shown proves nothing, and the token is not sent to it', async () => {
    const emulator = await start({ ...without, openResource: true });
    const [outcome] = await verified(worldOf(emulator, probing(emulator)), accessToken(emulator));
    expect(outcome).toMatchObject({
      status: 'unknown',
      error: { message: expect.stringContaining('accepts a text that is not a token') },
    });
    const asked = sentTo(emulator, '/resource');
    expect(asked.map(({ headers }) => headers.authorization)).toEqual([
      expect.stringMatching(/^Bearer not-a-token/),
    ]);
  });

  test.each([302, 403, 404, 500])('an answer of %i says nothing of a token', async (status) => {
    const emulator = await start(without);
    const world = worldOf(emulator, probing(emulator));
    const reply = { status, headers: { location: 'https://other.example/' } };
    emulator.server.addFault({ kind: 'reply', reply, match: /resource/, times: Infinity });
    const [outcome] = await verified(world, accessToken(emulator));
    expect(outcome).toMatchObject({ status: 'unknown', error: { code: 'cannot_verify' } });
  });

  test.each(['http://things.example/', 'things', 'https://a:b@things.example/'])(
    '%s is refused before anything is sent',
    async (probeUrl) => {
      const emulator = await start(without);
      const opened = worldOf(emulator, { options: { probeUrl } }).open();
      await expect(opened).rejects.toMatchObject({ kind: 'usage' });
      expect(emulator.server.requests).toEqual([]);
    },
  );
});

test('--userinfo-endpoint proves an access token where the metadata names none', async () => {
  const emulator = await start({
    introspection: 'absent',
    claims: { userinfo_endpoint: undefined },
  });
  const options = { userinfoEndpoint: `${emulator.issuer}/userinfo` };
  const [outcome] = await verified(worldOf(emulator, { options }), accessToken(emulator));
  expect(outcome).toMatchObject({ status: 'revoked', verification: { method: 'userinfo' } });
});

describe('a token of unknown kind goes to nobody as a bearer', () => {
  const bearers = (emulator: OauthEmulator) =>
    emulator.server.requests.map(({ headers }) => String(headers.authorization)).join();

  const ways = [
    ['userinfo, and no introspection', { introspection: 'absent' }, false],
    ['userinfo, and introspection that refuses', { introspection: 'denied' }, false],
    ['userinfo, and introspection that hides it', { introspection: 'owner' }, false],
    ['--probe-url', { introspection: 'absent', userinfo: false }, true],
  ] as const;

  test.each(ways)('where there is %s', async (_case, options, isProbed) => {
    const emulator = await start(options);
    const { basic, other } = emulator.clients;
    const isHidden = options.introspection === 'owner';
    const env = isHidden
      ? {
          OAUTH_INTROSPECTION_CLIENT_ID: other.id,
          OAUTH_INTROSPECTION_CLIENT_SECRET: other.secret ?? '',
        }
      : {};
    const probe = { probeUrl: `${emulator.issuer}/resource` };
    const world = worldOf(emulator, { env, options: isProbed ? probe : {} });
    const { access_token, refresh_token } = emulator.mintPair(basic.id);
    const outcomes = await verified(world, target(refresh_token), target(access_token));
    for (const { status, error } of outcomes) {
      expect(status).toBe('unknown');
      expect(error?.hint).toContain('--token-type-hint access_token');
    }
    for (const token of [access_token, refresh_token]) {
      expect(bearers(emulator)).not.toContain(token);
      expect(emulator.isAlive(token)).toBe(false);
    }
    const named = await verified(
      worldOf(emulator, { env, options: isProbed ? probe : {} }),
      accessToken(emulator),
    );
    expect(named[0]?.status).toBe('revoked');
  });

  const jwt = (header: object, claims: object) =>
    [header, claims]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.') + '.c2lnbmF0dXJl';

  test.each([
    ['typ at+jwt (RFC 9068)', { typ: 'at+jwt' }, { sub: 'a' }, true],
    ['typ Bearer, as Keycloak has it', { typ: 'JWT' }, { typ: 'Bearer' }, true],
    ['token_use access, as Cognito has it', {}, { token_use: 'access' }, true],
    ['typ Refresh, as Keycloak has it', { typ: 'JWT' }, { typ: 'Refresh', scope: 'openid' }, false],
    ['typ Offline, as Keycloak has it', { typ: 'JWT' }, { typ: 'Offline' }, false],
    ['typ Refresh in the claims of an at+jwt', { typ: 'at+jwt' }, { typ: 'Refresh' }, false],
    ['nothing', { typ: 'JWT' }, { scope: 'openid' }, false],
  ])('but a JWT that says it is an access token: %s', async (_case, header, claims, isSent) => {
    const emulator = await start({ introspection: 'absent' });
    const token = jwt(header, claims);
    await verified(worldOf(emulator), target(token));
    expect(bearers(emulator).includes(token)).toBe(isSent);
  });

  test('nor does a refresh token that is wrongly called an access token, where it says what it is', async () => {
    const emulator = await start({ introspection: 'absent' });
    const token = jwt({ typ: 'JWT' }, { typ: 'Refresh' });
    await verified(worldOf(emulator), target(token, 'access_token'));
    expect(bearers(emulator)).not.toContain(token);
  });

  test('and the question says so where proof is asked for', async () => {
    const emulator = await start({ introspection: 'absent' });
    const asked = { options: { verify: 'true' } };
    const revoker = await worldOf(emulator, asked).open();
    const said = (...targets: Target[]) => revoker.consequences(targets, targets.length).join(' ');
    expect(said(target('abc'))).toContain('add --token-type-hint access_token');
    expect(said(target('abc', 'refresh_token'))).toContain('Refresh tokens cannot be checked here');
    expect(said(target('abc', 'access_token'))).not.toContain('cannot be checked');
  });
});

describe('a refresh token that nobody calls one', () => {
  test('is checked and revoked as one where the first check does not see it', async () => {
    const emulator = await start({ refreshNeedsHint: true });
    const { refresh_token } = emulator.mintPair(emulator.clients.basic.id);
    const [outcome] = await verified(worldOf(emulator), target(refresh_token));
    expect(outcome).toMatchObject({ status: 'revoked', token_type_hint: 'refresh_token' });
    expect(emulator.isAlive(refresh_token)).toBe(false);
    expect(forms(emulator, '/revoke')).toEqual([
      { token: refresh_token, token_type_hint: 'refresh_token' },
    ]);
  });

  test('is sent again as one where no check sees it', async () => {
    const emulator = await start({ refreshNeedsHint: true, introspection: 'absent' });
    const { refresh_token } = emulator.mintPair(emulator.clients.basic.id);
    const [outcome] = await verified(worldOf(emulator), target(refresh_token));
    expect(outcome).toMatchObject({ status: 'unknown', sent_again_as: 'refresh_token' });
    expect(emulator.isAlive(refresh_token)).toBe(false);
    expect(forms(emulator, '/revoke').map((form) => form['token_type_hint'])).toEqual([
      undefined,
      'refresh_token',
    ]);
  });

  test('is not sent again after a lost answer', async () => {
    const emulator = await start({ refreshNeedsHint: true, introspection: 'absent' });
    const { refresh_token } = emulator.mintPair(emulator.clients.basic.id);
    emulator.server.addFault({ kind: 'reset', after: true, match: emulator.revokes });
    const [outcome] = await verified(worldOf(emulator), target(refresh_token));
    expect(outcome).toMatchObject({ status: 'unknown' });
    expect(forms(emulator, '/revoke')).toHaveLength(1);
  });
});

test.each(['pct', 'urn:example:ticket'])(
  'the hint %s is passed on as it is',
  async (tokenTypeHint) => {
    const emulator = await start();
    const revoker = await worldOf(emulator, { options: { tokenTypeHint } }).open();
    await revoker.revoke([target(mintFor(emulator))]);
    expect(forms(emulator, '/revoke')[0]).toMatchObject({ token_type_hint: tokenTypeHint });
  },
);

test('a text that can be no hint is refused and not repeated', async () => {
  const emulator = await start();
  const tokenTypeHint = `eyJhbGciOiJub25lIn0.${'x'.repeat(20)}.y`;
  const opened = worldOf(emulator, { options: { tokenTypeHint } }).open();
  await expect(opened).rejects.toMatchObject({ kind: 'usage' });
  await expect(opened).rejects.not.toThrow(tokenTypeHint);
  expect(emulator.server.requests).toEqual([]);
});

describe('a refresh token that introspection shows by the clock of its access token', () => {
  const pair = (emulator: OauthEmulator, lifetime: number) => {
    const clientId = emulator.clients.basic.id;
    const shared = { clientId, grantId: 'a-grant' };
    emulator.mint({ ...shared, kind: 'access_token', lifetime });
    return emulator.mint({ ...shared, kind: 'refresh_token' });
  };

  test('is not called revoked where that clock is about to run out', async () => {
    const emulator = await start({ refreshExpiresWithAccess: true, ineffective: true });
    const token = pair(emulator, 2);
    const [outcome] = await verified(worldOf(emulator), target(token, 'refresh_token'));
    expect(outcome?.status).not.toBe('revoked');
    expect(emulator.isAlive(token)).toBe(true);
  });

  test('is not called revoked where it has run out, and it is said that it may still work', async () => {
    let now = Date.now();
    const emulator = await start({ refreshExpiresWithAccess: true, now: () => now });
    const token = pair(emulator, 30);
    const world = worldOf(emulator);
    const revoker = await world.open();
    const one = target(token, 'refresh_token');
    expect(await revoker.states([one])).toEqual(['active']);
    now += 31_000;
    const [after] = (await revoker.check?.check([one], { http: revoker.http })) ?? [];
    expect(after).toMatchObject({
      state: 'inactive',
      hint: expect.stringContaining('may still work'),
    });
    expect(emulator.isAlive(token)).toBe(true);
  });
});

test.each(['forbidden', 'refused'] as const)(
  'the token of another client that is %s stays active, and is never called revoked',
  async (foreignClient) => {
    const emulator = await start({ foreignClient });
    const { other } = emulator.clients;
    const env = { OAUTH_CLIENT_ID: other.id, OAUTH_CLIENT_SECRET: other.secret ?? '' };
    const token = mintFor(emulator);
    const [outcome] = await verified(worldOf(emulator, { env }), target(token));
    expect(outcome?.status).toBe('alive');
    expect(emulator.isAlive(token)).toBe(true);
  },
);

test('a 403 for one token does not end the run of the others', async () => {
  const emulator = await start({ foreignClient: 'forbidden' });
  const foreign = mintFor(emulator, emulator.clients.other.id);
  const own = mintFor(emulator);
  const outcomes = await verified(worldOf(emulator), target(foreign), target(own));
  expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set(['alive', 'revoked']));
  expect([emulator.isAlive(foreign), emulator.isAlive(own)]).toEqual([true, false]);
});

describe('a whole token response', () => {
  test('whose access token is refused because its grant has ended is revoked, by the checks', async () => {
    const emulator = await start({ unknownToken: 'invalid_token' });
    const { access_token, refresh_token } = emulator.mintPair(emulator.clients.basic.id);
    const targets = oauth.target.parseObject({ access_token, refresh_token }) ?? [];
    const world = worldOf(emulator);
    const revoker = await world.open();
    const outcomes = await prove(oauth, revoker, targets, world.context);
    expect(outcomes.map(({ status }) => status)).toEqual(['revoked', 'revoked']);
    for (const token of [access_token, refresh_token]) expect(emulator.isAlive(token)).toBe(false);
  });

  test('of the type DPoP has an access token that no request can be made with: unknown, and why', async () => {
    const emulator = await start({ introspection: 'absent' });
    const access_token = mintFor(emulator);
    const [one] = oauth.target.parseObject({ access_token, token_type: 'DPoP' }) ?? [];
    const [outcome] = await verified(worldOf(emulator), one as Target);
    expect(outcome).toMatchObject({
      status: 'unknown',
      error: { code: 'cannot_verify', message: expect.stringContaining('DPoP') },
    });
    expect(outcome?.error?.hint).not.toMatch(/probe|userinfo/);
    expect(sentTo(emulator, '/userinfo')).toEqual([]);
  });
});

describe('a token that is bound to a DPoP key', () => {
  test.each([true, false])(
    'is unknown at userinfo (a JWT: %s), and it is said why',
    async (structured) => {
      const emulator = await start({ introspection: 'absent', revokesJwts: true });
      const clientId = emulator.clients.basic.id;
      const token = emulator.mint({ clientId, kind: 'access_token', dpop: true, structured });
      const [outcome] = await verified(worldOf(emulator), target(token, 'access_token'));
      expect(outcome).toMatchObject({
        status: 'unknown',
        error: { code: 'cannot_verify', message: expect.stringContaining('DPoP') },
      });
      expect(emulator.isAlive(token)).toBe(false);
    },
  );

  test('a token that is bound to a DPoP key is revoked by what introspection shows', async () => {
    const emulator = await start({ revokesJwts: true });
    const clientId = emulator.clients.basic.id;
    const token = emulator.mint({ clientId, kind: 'access_token', dpop: true, structured: true });
    const [outcome] = await verified(worldOf(emulator), target(token));
    expect(outcome).toMatchObject({ status: 'revoked' });
  });
});

describe('a JWT access token', () => {
  test('that is revoked is accepted by others until it expires, and that is said', async () => {
    const emulator = await start({ revokesJwts: true });
    const clientId = emulator.clients.basic.id;
    const token = emulator.mint({ clientId, kind: 'access_token', structured: true });
    const world = worldOf(emulator);
    const revoker = await world.open();
    const [outcome] = await prove(oauth, revoker, [target(token)], world.context);
    expect(outcome).toMatchObject({
      status: 'revoked',
      token_format: 'jwt',
      may_live_on: ['refresh_token'],
    });
    expect(revoker.nextStep?.(outcome as Outcome)).toContain(
      `accept it until ${String(outcome?.['expires_at'])}`,
    );
  });

  test('that userinfo does not take is unclear where introspection refuses to speak of it', async () => {
    const emulator = await start();
    const clientId = emulator.clients.basic.id;
    const token = emulator.mint({ clientId, kind: 'refresh_token', structured: true });
    const revoker = await worldOf(emulator).open();
    expect(await revoker.states([target(token)])).toEqual(['unknown']);
  });
});

describe('what else ends is said as far as it is known', () => {
  const consequencesAt = async (host: string) => {
    const options = { revocationEndpoint: `https://${host}/revoke` };
    const world = createWorld({ env: { OAUTH_CLIENT_ID: 'a' }, options });
    closing.push(world.close);
    const revoker = await world.open();
    return revoker.consequences([target('abc', 'refresh_token')], 1)[0];
  };

  test.each([
    ['as.example', /depends on the server/],
    ['one.okta.com', /ends the access tokens/],
    ['one.auth0.com', /stay active/],
    ['notokta.com', /depends on the server/],
  ])('%s', async (host, words) => {
    expect(await consequencesAt(host)).toMatch(words);
  });
});
