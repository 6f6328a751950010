import { createWorld, target, type Given } from '../../test/support/oauth.js';
import { metadataPlaces } from './metadata.js';
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

function open(emulator: OauthEmulator, given: Given = {}) {
  const world = createWorld({ ...given, env: { ...emulator.environment, ...given.env } });
  closing.push(world.close);
  return world.open();
}

const asked = (emulator: OauthEmulator) =>
  emulator.server.requests.map(({ method, url }) => `${method} ${url}`);

describe('where metadata is looked for', () => {
  test.each([
    [
      'https://as.example',
      [
        'https://as.example/.well-known/oauth-authorization-server',
        'https://as.example/.well-known/openid-configuration',
        'https://as.example/.well-known/openid-configuration/',
      ],
    ],
    [
      'https://as.example/',
      [
        'https://as.example/.well-known/oauth-authorization-server',
        'https://as.example/.well-known/openid-configuration',
        'https://as.example/.well-known/openid-configuration/',
      ],
    ],
    [
      'https://as.example/realms/one',
      [
        'https://as.example/.well-known/oauth-authorization-server/realms/one',
        'https://as.example/realms/one/.well-known/openid-configuration',
        'https://as.example/.well-known/openid-configuration/realms/one',
        'https://as.example/realms/one/.well-known/openid-configuration/',
        'https://as.example/.well-known/openid-configuration/realms/one/',
        'https://as.example/.well-known/oauth-authorization-server',
        'https://as.example/.well-known/openid-configuration',
      ],
    ],
  ])('%s', (issuer, urls) => {
    expect(metadataPlaces(issuer).map(({ url }) => url.href)).toEqual(urls);
  });

  test('once, and no further than needed', async () => {
    const emulator = await start();
    const revoker = await open(emulator);
    expect(revoker.endpoint).toBe(`${emulator.issuer}/revoke`);
    expect(revoker.scope).toEqual({ issuer: emulator.issuer, client_id: 'demo app' });
    expect(asked(emulator)).toEqual(['GET /.well-known/oauth-authorization-server']);
  });

  test.each([
    ['openid', 2],
    ['inserted', 3],
  ] as const)('%s metadata of an issuer with a path', async (metadata, requests) => {
    const emulator = await start({ metadata, issuerPath: '/tenant/1' });
    const revoker = await open(emulator);
    expect(revoker.endpoint).toBe(`${emulator.server.url}/tenant/1/revoke`);
    expect(emulator.server.requests).toHaveLength(requests);
  });

  test('behind a redirect within its origin: it is followed, without a credential', async () => {
    const emulator = await start({ metadata: 'redirected' });
    const revoker = await open(emulator);
    expect(revoker.endpoint).toBe(`${emulator.issuer}/revoke`);
    expect(asked(emulator)).toEqual([
      'GET /.well-known/oauth-authorization-server',
      'GET /moved/metadata',
    ]);
    for (const { headers } of emulator.server.requests)
      expect(headers.authorization).toBeUndefined();
  });

  test('redirects without an end are given up', async () => {
    const emulator = await start({ metadata: 'none' });
    const reply = { status: 302, headers: { location: '/again' } };
    emulator.server.addFault({ kind: 'reply', reply, times: Infinity });
    await expect(open(emulator)).rejects.toMatchObject({ code: 'no_metadata' });
    expect(emulator.server.requests.length).toBeLessThan(20);
  });

  test.each(['', '/o'])(
    'with a slash at its end, of the issuer with the path "%s"',
    async (path) => {
      const emulator = await start({ metadata: 'slash', issuerPath: path });
      const revoker = await open(emulator);
      expect(revoker.endpoint).toBe(`${emulator.issuer}/revoke`);
    },
  );

  test('at the root, for an issuer with a path that it names exactly', async () => {
    const emulator = await start({ metadata: 'root', issuerPath: '/tenant' });
    const revoker = await open(emulator);
    expect(revoker.endpoint).toBe(`${emulator.server.url}/tenant/revoke`);
  });

  test('at the root, of another issuer: it is passed by', async () => {
    const emulator = await start({ metadata: 'root', issuerPath: '/tenant' });
    const issuer = `${emulator.server.url}/other`;
    await expect(open(emulator, { options: { issuer } })).rejects.toMatchObject({
      code: 'no_metadata',
    });
  });

  test.each<[string, Readonly<Record<string, unknown>>]>([
    ['null', { userinfo_endpoint: null, revocation_endpoint_auth_methods_supported: null }],
    ['empty', { userinfo_endpoint: '', revocation_endpoint_auth_methods_supported: [] }],
    [
      'of another kind',
      { userinfo_endpoint: [1], revocation_endpoint_auth_methods_supported: 'x' },
    ],
  ])('members that are %s count as absent, and hide no other', async (_name, claims) => {
    const emulator = await start({ claims });
    const revoker = await open(emulator);
    expect(revoker.endpoint).toBe(`${emulator.issuer}/revoke`);
    expect(revoker.check?.method).toBe('introspection');
  });

  test('a web page in its place is passed by', async () => {
    const emulator = await start();
    const page = { status: 200, headers: { 'content-type': 'text/html' }, body: '<html></html>' };
    emulator.server.addFault({ kind: 'reply', reply: page });
    const revoker = await open(emulator);
    expect(revoker.endpoint).toBe(`${emulator.issuer}/revoke`);
    expect(emulator.server.requests).toHaveLength(2);
  });
});

describe('servers without metadata', () => {
  test('a server without metadata is refused where no endpoint is named', async () => {
    const emulator = await start({ metadata: 'none' });
    await expect(open(emulator)).rejects.toMatchObject({ code: 'no_metadata', kind: 'usage' });
  });

  test('work with the endpoint named, the issuer beside it or not', async () => {
    const emulator = await start({ metadata: 'none' });
    const revocationEndpoint = `${emulator.server.url}/revoke?realm=a%20b`;
    const beside = await open(emulator, { options: { revocationEndpoint } });
    expect(beside.endpoint).toBe(revocationEndpoint);
    expect(beside.scope).toEqual({ issuer: emulator.issuer, client_id: 'demo app' });
    expect(beside.check).toBeUndefined();

    const { id, secret = '' } = emulator.clients.basic;
    const world = createWorld({
      env: { OAUTH_CLIENT_ID: id, OAUTH_CLIENT_SECRET: secret },
      options: {
        revocationEndpoint,
        introspectionEndpoint: `${emulator.server.url}/introspect`,
      },
    });
    closing.push(world.close);
    const alone = await world.open();
    expect(alone.scope).toEqual({ revocation_endpoint: revocationEndpoint, client_id: 'demo app' });
    expect(alone.check?.method).toBe('introspection');
    await alone.revoke([{ id: 'x', secret: 'x' }], {});
    expect(asked(emulator).at(-1)).toBe('POST /revoke?realm=a%20b');
  });

  test('without issuer and endpoint the error names --issuer', async () => {
    const world = createWorld({ env: { OAUTH_CLIENT_ID: 'a', OAUTH_CLIENT_SECRET: 'b' } });
    closing.push(world.close);
    await expect(world.open()).rejects.toMatchObject({
      kind: 'usage',
      message: 'no authorization server is set',
      hint: expect.stringContaining('--issuer'),
    });
  });
});

describe('metadata that is not believed', () => {
  test('another issuer, even by a slash', async () => {
    const emulator = await start({ claims: { issuer: 'https://evil.example' } });
    await expect(open(emulator)).rejects.toMatchObject({ code: 'issuer_mismatch', kind: 'usage' });
    expect(emulator.server.requests).toHaveLength(1);

    const exact = await start();
    const slash = open(exact, { options: { issuer: `${exact.issuer}/` } });
    await expect(slash).rejects.toMatchObject({
      code: 'issuer_mismatch',
      message: expect.stringContaining(`${exact.issuer} (it differs in the slash at its end)`),
    });
  });

  test('another issuer is refused although the endpoint is named', async () => {
    const emulator = await start({ claims: { issuer: 'https://evil.example' } });
    const revocationEndpoint = `${emulator.server.url}/revoke`;
    await expect(open(emulator, { options: { revocationEndpoint } })).rejects.toMatchObject({
      code: 'issuer_mismatch',
    });
  });

  test('a foreign revocation_endpoint, until it is allowed', async () => {
    const elsewhere = await start();
    const claims = { revocation_endpoint: `${elsewhere.server.url}/x` };
    const emulator = await start({ claims });
    await expect(open(emulator)).rejects.toMatchObject({
      code: 'foreign_endpoint',
      kind: 'usage',
      message: expect.stringContaining('revocation_endpoint'),
      hint: expect.stringContaining(`--allow-endpoint-origin ${elsewhere.server.url}`),
    });
    expect(elsewhere.server.requests).toEqual([]);
    const allowEndpointOrigin = ['https://other.example', `${elsewhere.server.url}/`];
    const revoker = await open(emulator, { options: { allowEndpointOrigin } });
    expect(revoker.endpoint).toBe(`${elsewhere.server.url}/x`);
  });

  test('a foreign endpoint blocks only the checks that use it, and is asked nothing', async () => {
    const elsewhere = await start();
    const claims = {
      introspection_endpoint: `${elsewhere.server.url}/introspect`,
      userinfo_endpoint: `${elsewhere.server.url}/userinfo`,
    };
    const emulator = await start({ claims });
    const revoker = await open(emulator);
    expect(revoker.check).toBeUndefined();
    const [issued] = await emulator.issue(1);
    await revoker.revoke([target(issued?.token ?? '')]);
    expect(emulator.isAlive(issued?.token ?? '')).toBe(false);
    expect(elsewhere.server.requests).toEqual([]);
    const allowEndpointOrigin = [elsewhere.server.url];
    const allowed = await open(emulator, { options: { allowEndpointOrigin } });
    expect(allowed.check?.method).toBe('introspection');
  });

  test('a foreign introspection endpoint leaves userinfo of the issuer itself', async () => {
    const claims = { introspection_endpoint: 'https://other.example/introspect' };
    const emulator = await start({ claims });
    const revoker = await open(emulator);
    expect(revoker.check?.method).toBe('userinfo');
    const [result] =
      (await revoker.check?.check([target('abc', 'refresh_token')], { http: revoker.http })) ?? [];
    expect(result).toMatchObject({
      state: 'unclear',
      hint: expect.stringContaining('--allow-endpoint-origin https://other.example'),
    });
  });

  test('a foreign userinfo endpoint that is not needed does no harm', async () => {
    const emulator = await start({ claims: { userinfo_endpoint: 'https://other.example/me' } });
    expect((await open(emulator)).check?.method).toBe('introspection');
  });

  test('metadata that names an endpoint without https is not believed', async () => {
    const emulator = await start({ claims: { revocation_endpoint: 'http://as.example/revoke' } });
    const allowEndpointOrigin = ['https://as.example'];
    await expect(open(emulator, { options: { allowEndpointOrigin } })).rejects.toMatchObject({
      code: 'insecure_url',
      kind: 'usage',
    });
  });

  test('no revocation endpoint in it', async () => {
    const emulator = await start({ claims: { revocation_endpoint: undefined } });
    await expect(open(emulator)).rejects.toMatchObject({
      code: 'no_revocation_endpoint',
      kind: 'usage',
    });
  });

  test.each([500, 503])('a server that answers %i now', async (status) => {
    const emulator = await start();
    emulator.server.addFault({ kind: 'reply', reply: { status }, times: Infinity });
    await expect(open(emulator)).rejects.toMatchObject({
      code: 'metadata_unavailable',
      kind: 'refused',
    });
  });

  test('an answer that breaks off is no doubt about a revocation', async () => {
    const emulator = await start();
    emulator.server.addFault({ kind: 'truncate', times: Infinity });
    await expect(open(emulator)).rejects.toMatchObject({
      code: 'metadata_unavailable',
      inDoubt: false,
      kind: 'refused',
    });
  });

  test('a redirect to another origin is not followed, and the error names that origin', async () => {
    const elsewhere = await start();
    const emulator = await start();
    const reply = { status: 307, headers: { location: `${elsewhere.server.url}/` } };
    emulator.server.addFault({ kind: 'reply', reply, times: Infinity });
    await expect(open(emulator)).rejects.toMatchObject({
      code: 'no_metadata',
      message: expect.stringContaining(elsewhere.server.url),
    });
    expect(elsewhere.server.requests).toEqual([]);
  });
});

describe('URLs that are refused before anything is sent', () => {
  test.each([
    [{ issuer: 'http://as.example' }, 'insecure_url'],
    [{ issuer: 'ftp://as.example' }, 'insecure_url'],
    [{ issuer: 'https://user:pw@as.example' }, 'insecure_url'],
    [{ issuer: 'as.example' }, 'usage'],
    [{ issuer: 'https://as.example/?a=b' }, 'usage'],
    [{ issuer: 'https://as.example/#a' }, 'usage'],
    [{ revocationEndpoint: 'http://as.example/revoke' }, 'insecure_url'],
    [{ introspectionEndpoint: 'http://as.example/look' }, 'insecure_url'],
    [{ endpoint: 'https://as.example' }, 'usage'],
    [{ allowEndpointOrigin: ['https://as.example/path'] }, 'usage'],
  ])('%j', async (options, code) => {
    const emulator = await start();
    await expect(open(emulator, { options })).rejects.toMatchObject({ code, kind: 'usage' });
    expect(asked(emulator)).toEqual([]);
  });
});
