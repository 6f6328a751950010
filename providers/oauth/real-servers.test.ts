/**
 * Real servers that nobody here wrote, each with what it needs. What became of a token is looked up in
 * the server's own store: a token that it still takes must never be called revoked.
 */
import { createServers, type RealServer } from '../../test/support/real-servers.js';
import { target, type Given } from '../../test/support/oauth.js';

const UUID = '3f1c1b0e-6a57-4c8e-9d2a-0b7f5e4d3c21';
const SECRET = "-_.~!*'()+/=% and 32 characters or more";
const OTHER = 'other-app';

const servers = createServers();
afterEach(servers.closeWorlds);
afterAll(servers.stop);

interface Case {
  readonly name: string;
  readonly file: string;
  /** What the server registers for a client of each method that it takes. */
  readonly register: (client: { id: string; secret: string; method: string }) => object;
  readonly methods: readonly string[];
  /** Where the server is found, and how its tokens are checked. */
  readonly place: (server: RealServer) => Given;
  readonly proof: 'introspection' | 'probe';
  /** What another client's attempt and an unknown token come to. */
  readonly foreign: string;
}

const issuerOf = ({ issuer = '' }: RealServer) => ({ OAUTH_ISSUER: issuer });

const cases: readonly Case[] = [
  {
    name: 'oidc-provider',
    file: 'oidc-server.mjs',
    register: ({ id, secret, method }) => ({
      client_id: id,
      client_secret: secret,
      redirect_uris: ['https://app.example/callback'],
      grant_types: ['authorization_code', 'refresh_token'],
      scope: 'openid offline_access',
      token_endpoint_auth_method: method,
    }),
    methods: ['client_secret_basic', 'client_secret_post', 'client_secret_jwt'],
    place: (server) => ({ env: issuerOf(server) }),
    proof: 'introspection',
    foreign: 'failed alive',
  },
  {
    name: '@jmondi/oauth2-server',
    file: 'jmondi-server.mjs',
    register: ({ id, secret }) => ({ id, secret }),
    methods: ['client_secret_basic', 'client_secret_post'],
    place: ({ url }) => ({
      options: {
        revocationEndpoint: `${url}/token/revoke`,
        introspectionEndpoint: `${url}/token/introspect`,
      },
    }),
    proof: 'introspection',
    foreign: 'alive',
  },
  {
    name: '@modelcontextprotocol/sdk',
    file: 'mcp-server.mjs',
    register: ({ id, secret }) => ({ id, secret }),
    methods: ['client_secret_post'],
    place: (server) => ({ env: issuerOf(server), options: { probeUrl: `${server.url}/things` } }),
    proof: 'probe',
    foreign: 'alive',
  },
  {
    name: '@cloudflare/workers-oauth-provider',
    file: 'workers-server.mjs',
    register: (client) => client,
    methods: ['client_secret_basic', 'client_secret_post'],
    place: (server) => ({ env: issuerOf(server), options: { probeUrl: `${server.url}/api` } }),
    proof: 'probe',
    foreign: 'alive',
  },
];

/** Some servers have one method for a client: each has an ID of its own, of which the first is a UUID. */
const idOf = (method: string, { methods }: Case) =>
  method === methods[0] ? UUID : UUID.replace('3f1c', `${methods.indexOf(method)}f1c`);

describe.each(cases)('$name', (one) => {
  const [first = ''] = one.methods;
  let server: RealServer;

  beforeAll(async () => {
    const clients = one.methods.map((method) =>
      one.register({ id: idOf(method, one), secret: SECRET, method }),
    );
    const other = one.register({ id: OTHER, secret: SECRET, method: first });
    const jwk = await signingKey();
    server = await servers.start(one.file, {
      clients: [...clients, other],
      jwk,
      introspection: true,
    });
  });

  const given = (id: string, more: { secret?: string; method?: string } = {}): Given => {
    const { env, options } = one.place(server);
    const { secret = SECRET, method = first } = more;
    return {
      env: { ...env, OAUTH_CLIENT_ID: id, OAUTH_CLIENT_SECRET: secret },
      options: { ...options, clientAuth: method },
    };
  };

  test.each(one.methods)(
    'by %s, a client with a UUID and a secret of odd characters proves its access token revoked',
    async (method) => {
      const id = idOf(method, one);
      const { access_token } = await server.mint(id);
      expect(await server.isAlive(access_token)).toBe(true);
      const [outcome] = await servers.verified(given(id, { method }), [
        target(access_token, 'access_token'),
      ]);
      expect(outcome).toMatchObject({
        status: 'revoked',
        client_auth: method,
        verification: { method: one.proof, before: 'active', after: 'absent' },
      });
      expect(await server.isAlive(access_token)).toBe(false);
    },
  );

  test('without --client-auth, the first method that the server takes is found', async () => {
    const { access_token } = await server.mint(UUID);
    const { env, options } = given(UUID);
    const { clientAuth: _given, ...others } = options ?? {};
    const [outcome] = await servers.verified({ ...(env && { env }), options: others }, [
      target(access_token, 'access_token'),
    ]);
    expect(outcome).toMatchObject({ status: 'revoked' });
    expect(await server.isAlive(access_token)).toBe(false);
  });

  test.each(['refresh_token', undefined])(
    'a refresh token is revoked, called %s, and proven where there is introspection',
    async (hint) => {
      const { refresh_token } = await server.mint(UUID);
      const [outcome] = await servers.verified(given(UUID), [target(refresh_token, hint)]);
      expect(await server.isAlive(refresh_token)).toBe(false);
      if (one.proof === 'introspection') expect(outcome).toMatchObject({ status: 'revoked' });
      else {
        expect(outcome).toMatchObject({ status: 'unknown', error: { code: 'cannot_verify' } });
        expect(outcome?.error?.hint).toContain('--introspection-endpoint');
        if (hint !== undefined) expect(outcome?.error?.hint).not.toContain('--probe-url');
      }
    },
  );

  test('a whole token response has no token that is called revoked and still taken', async () => {
    const response = await server.mint(UUID);
    const { access_token, refresh_token } = response;
    const targets = [
      { ...target(refresh_token, 'refresh_token'), group: 'one' },
      { ...target(access_token, 'access_token'), group: 'one' },
    ];
    const outcomes = await servers.verified(given(UUID), targets);
    const refresh = one.proof === 'introspection' ? 'revoked' : 'unknown';
    expect(outcomes.map(({ status }) => status)).toEqual(expect.arrayContaining([refresh]));
    expect(outcomes.find(({ target: id }) => id === targets[1]?.id)).toMatchObject({
      status: 'revoked',
    });
    for (const token of [access_token, refresh_token])
      expect(await server.isAlive(token)).toBe(false);
  });

  test('a wrong secret revokes nothing, and nothing is called revoked', async () => {
    const { access_token } = await server.mint(UUID);
    const [outcome] = await servers.verified(given(UUID, { secret: 'wrong-secret' }), [
      target(access_token, 'access_token'),
    ]);
    expect(await server.isAlive(access_token)).toBe(true);
    expect(outcome?.status).not.toMatch(/revoked|accepted/);
  });

  test('another client revokes nothing, and nothing is called revoked', async () => {
    const { access_token } = await server.mint(UUID);
    const [outcome] = await servers.verified(given(OTHER), [target(access_token, 'access_token')]);
    expect(await server.isAlive(access_token)).toBe(true);
    expect(one.foreign).toContain(outcome?.status);
  });

  test.each(['unknown', 'cut off'])('a token that is %s is never called revoked', async (which) => {
    const { access_token } = await server.mint(UUID);
    const token = which === 'unknown' ? 'no-token-of-this-server' : access_token.slice(0, -2);
    const [outcome] = await servers.verified(given(UUID), [target(token, 'access_token')]);
    expect(outcome).toMatchObject({ status: 'unknown' });
    expect(await server.isAlive(access_token)).toBe(true);
  });
});

test('an MCP server with a path in its issuer, whose metadata lies at the root, is found', async () => {
  const server = await servers.start('mcp-server.mjs', {
    clients: [{ id: UUID, secret: SECRET }],
    path: '/tenant',
  });
  const { access_token } = await server.mint(UUID);
  const env = { ...issuerOf(server), OAUTH_CLIENT_ID: UUID, OAUTH_CLIENT_SECRET: SECRET };
  const options = { probeUrl: `${server.url}/things` };
  const [outcome] = await servers.verified({ env, options }, [
    target(access_token, 'access_token'),
  ]);
  expect(outcome).toMatchObject({ status: 'revoked', issuer: `${server.url}/tenant` });
  expect(await server.isAlive(access_token)).toBe(false);
});

async function signingKey(): Promise<object> {
  const { exportJWK, generateKeyPair } = await import('jose');
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  return { ...(await exportJWK(privateKey)), kid: 's1', use: 'sig' };
}
