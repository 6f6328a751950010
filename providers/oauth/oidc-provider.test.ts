/**
 * A real server that nobody here wrote. What it did to a token is looked up in its own models, and
 * for a JWT, which it keeps no record of, by checking the signature as a service would.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { createLocalJWKSet, jwtVerify } from 'jose';
import {
  createWorld,
  revokeOne,
  target,
  type Given,
  type World,
} from '../../test/support/oauth.js';

interface Server {
  readonly issuer: string;
  readonly admin: string;
}

interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
}

const newKey = () => generateKeyPairSync('rsa', { modulusLength: 2048 });
const asJwk = (key: KeyObject, kid: string) => ({
  ...key.export({ format: 'jwk' }),
  kid,
  use: 'sig',
});
const serverKey = newKey();
const clientKey = newKey();
const ecKey = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const SECRET = 'p+q:r%s/t&u=v 1234567890';

const registered = (client_id: string, more: object) => ({
  client_id,
  client_secret: SECRET,
  redirect_uris: ['https://app.example/callback'],
  grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
  scope: 'openid offline_access',
  ...more,
});
const withoutSecret = { client_secret: undefined };
const clients = [
  registered('basic app:1', { token_endpoint_auth_method: 'client_secret_basic' }),
  registered('post-app', { token_endpoint_auth_method: 'client_secret_post' }),
  registered('other-app', { token_endpoint_auth_method: 'client_secret_basic' }),
  registered('key-app', {
    ...withoutSecret,
    token_endpoint_auth_method: 'private_key_jwt',
    jwks: { keys: [asJwk(clientKey.publicKey, 'k1'), asJwk(ecKey.publicKey, 'k2')] },
  }),
  registered('public-app', {
    ...withoutSecret,
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', 'refresh_token'],
  }),
];

const children: ChildProcess[] = [];
const worlds: World[] = [];
let server: Server;

beforeAll(async () => {
  server = await start(true);
});

afterEach(async () => {
  await Promise.all(worlds.splice(0).map((world) => world.close()));
  await ask('/policy', { introspection: 'open' });
});

afterAll(async () => {
  const ended = children.map((child) => once(child, 'exit'));
  for (const child of children) child.disconnect();
  await Promise.all(ended);
});

async function start(introspection: boolean): Promise<Server> {
  const child = fork(join(__dirname, '../../test/support/oidc-server.mjs'), {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  children.push(child);
  const ready = once(child, 'message');
  const early = once(child, 'exit').then(() =>
    Promise.reject(new Error('the server did not start')),
  );
  child.send({ clients, jwk: asJwk(serverKey.privateKey, 's1'), introspection });
  const [urls] = await Promise.race([ready, early]);
  early.catch(() => undefined);
  return urls as Server;
}

async function ask<T>(path: string, given: object, from = server): Promise<T> {
  const response = await fetch(from.admin + path, { method: 'POST', body: JSON.stringify(given) });
  return (await response.json()) as T;
}

const mint = (clientId: string, more: object = {}, from = server) =>
  ask<Tokens>('/mint', { clientId, ...more }, from);
const isAlive = (token: string, from = server) => ask<boolean>('/alive', { token }, from);

function open(clientId: string, given: Given = {}, from = server) {
  const world = createWorld({
    ...given,
    env: { OAUTH_ISSUER: from.issuer, OAUTH_CLIENT_ID: clientId, ...given.env },
  });
  worlds.push(world);
  return world.open();
}

const secret: Given = { env: { OAUTH_CLIENT_SECRET: SECRET } };
const key = (text: string): Given => ({ files: { k: text }, options: { clientKeyFile: 'k' } });

describe('each client authentication', () => {
  test.each<[string, string, Given]>([
    ['client_secret_basic', 'basic app:1', secret],
    [
      'client_secret_post',
      'post-app',
      { ...secret, options: { clientAuth: 'client_secret_post' } },
    ],
    ['private_key_jwt, PEM', 'key-app', key(asPem(clientKey.privateKey))],
    ['private_key_jwt, RSA JWK', 'key-app', key(JSON.stringify(asJwk(clientKey.privateKey, 'k1')))],
    ['private_key_jwt, EC JWK', 'key-app', key(JSON.stringify(asJwk(ecKey.privateKey, 'k2')))],
    ['none', 'public-app', {}],
  ])('%s: both kinds of token die', async (_method, id, given) => {
    const revoker = await open(id, given);
    const one = await mint(id);
    const two = await mint(id);
    expect(await isAlive(one.access_token)).toBe(true);
    expect(await isAlive(two.refresh_token)).toBe(true);
    const access = await revokeOne(revoker, target(one.access_token, 'access_token'));
    const refresh = await revokeOne(revoker, target(two.refresh_token));
    expect([access.status, refresh.status]).toEqual(['accepted', 'accepted']);
    expect(await isAlive(one.access_token)).toBe(false);
    expect(await isAlive(two.refresh_token)).toBe(false);
    // The access token of the same grant went with its refresh token.
    expect(await isAlive(two.access_token)).toBe(false);
  });

  test.each<[string, string, Given]>([
    ['a wrong secret', 'basic app:1', { env: { OAUTH_CLIENT_SECRET: 'wrong' } }],
    ['a secret for a client of private_key_jwt', 'key-app', secret],
    ['no secret where one is needed', 'basic app:1', {}],
    ['a key that is not the client\u2019s', 'key-app', key(asPem(newKey().privateKey))],
    ['a client that does not exist', 'nobody', secret],
  ])('%s is rejected, and the token lives', async (_case, id, given) => {
    const { access_token } = await mint('basic app:1');
    const revoker = await open(id, given);
    await expect(revoker.revoke([target(access_token)], {})).rejects.toMatchObject({
      code: 'credentials_rejected',
      kind: 'credentials',
      affects: 'run',
    });
    expect(await isAlive(access_token)).toBe(true);
  });
});

describe('a client that does not own the token', () => {
  test('a confidential one is refused', async () => {
    const { access_token } = await mint('basic app:1');
    const revoker = await open('other-app', secret);
    expect(await revokeOne(revoker, target(access_token))).toMatchObject({
      status: 'failed',
      error: {
        code: 'refused',
        provider_code: 'invalid_request',
        message: expect.stringContaining('not authorized to revoke the presented token'),
      },
    });
    expect(await isAlive(access_token)).toBe(true);
  });

  test('a public one gets its 200 for nothing, which looking shows', async () => {
    const { access_token } = await mint('basic app:1');
    const one = target(access_token);
    const revoker = await open('public-app');
    expect(await revokeOne(revoker, one)).toMatchObject({ status: 'accepted' });
    expect(await isAlive(access_token)).toBe(true);
    const owner = await open('basic app:1', secret);
    expect(await owner.states([one])).toEqual(['active']);
  });
});

describe('a JWT access token', () => {
  const accepted = async (token: string) => {
    const keys = createLocalJWKSet({ keys: [asJwk(serverKey.publicKey, 's1')] });
    const { payload } = await jwtVerify(token, keys, { issuer: server.issuer });
    return payload;
  };

  test('cannot be revoked here, and its end is told', async () => {
    const { access_token } = await mint('basic app:1', { jwt: true });
    const { exp } = await accepted(access_token);
    const end = new Date((exp ?? 0) * 1000).toISOString().replace('.000Z', 'Z');
    const revoker = await open('basic app:1', secret);
    expect(await revokeOne(revoker, target(access_token))).toMatchObject({
      status: 'failed',
      expires_at: end,
      error: { code: 'unsupported_token_type', hint: expect.stringContaining(end) },
    });
    expect(await revoker.states([target(access_token)])).toEqual(['unknown']);
    await expect(accepted(access_token)).resolves.toMatchObject({ sub: 'somebody' });
  });

  test('a JWT access token is accepted after its refresh token was revoked', async () => {
    const { access_token, refresh_token } = await mint('basic app:1', { jwt: true });
    const revoker = await open('basic app:1', secret);
    await revokeOne(revoker, target(refresh_token, 'refresh_token'));
    expect(await isAlive(refresh_token)).toBe(false);
    await expect(accepted(access_token)).resolves.toMatchObject({ sub: 'somebody' });
  });
});

describe('introspection', () => {
  const transition = async (clientId: string, looking: string) => {
    const { access_token } = await mint(clientId);
    const one = target(access_token, 'access_token');
    const owner = await open(clientId, secret);
    const looker = looking === clientId ? owner : await open(looking, secret);
    expect(looker.check?.method).toBe('introspection');
    const before = await looker.states([one]);
    await revokeOne(owner, one);
    expect(await isAlive(access_token)).toBe(false);
    return [before, await looker.states([one])].flat();
  };

  test('introspection that is open to all shows any client that the token ended', async () => {
    expect(await transition('basic app:1', 'basic app:1')).toEqual(['active', 'absent']);
    expect(await transition('basic app:1', 'other-app')).toEqual(['active', 'absent']);
  });

  test('owners only: another client sees the same before and after', async () => {
    await ask('/policy', { introspection: 'owner' });
    expect(await transition('basic app:1', 'basic app:1')).toEqual(['active', 'absent']);
  });

  test('owners only: another client sees a token at userinfo alone', async () => {
    await ask('/policy', { introspection: 'owner' });
    expect(await transition('basic app:1', 'other-app')).toEqual(['active', 'absent']);
  });

  test('denied: an access token is seen at userinfo', async () => {
    await ask('/policy', { introspection: 'denied' });
    expect(await transition('basic app:1', 'basic app:1')).toEqual(['active', 'absent']);
  });

  test('introspection shows that a refresh token ended', async () => {
    const { refresh_token } = await mint('basic app:1');
    const one = target(refresh_token, 'refresh_token');
    const revoker = await open('basic app:1', secret);
    expect(await revoker.states([one])).toEqual(['active']);
    await revokeOne(revoker, one);
    expect(await revoker.states([one])).toEqual(['absent']);
  });

  test('a truncated token is taken, and never was active', async () => {
    const { access_token } = await mint('basic app:1');
    const cut = target(access_token.slice(0, -1));
    const revoker = await open('basic app:1', secret);
    expect(await revoker.states([cut])).toEqual(['absent']);
    expect(await revokeOne(revoker, cut)).toMatchObject({ status: 'accepted', target: cut.id });
    expect(await revoker.states([cut])).toEqual(['absent']);
    expect(await isAlive(access_token)).toBe(true);
  });
});

describe('userinfo, where there is no introspection', () => {
  test('sees an access token alive, then dead', async () => {
    const other = await start(false);
    const { access_token, refresh_token } = await mint('basic app:1', {}, other);
    const one = target(access_token, 'access_token');
    const revoker = await open('basic app:1', secret, other);
    expect(revoker.check?.method).toBe('userinfo');
    expect(await revoker.states([one])).toEqual(['active']);
    expect(await revokeOne(revoker, one)).toMatchObject({ status: 'accepted' });
    expect(await isAlive(access_token, other)).toBe(false);
    expect(await revoker.states([one])).toEqual(['absent']);
    const refresh = target(refresh_token, 'refresh_token');
    expect(await revoker.states([refresh])).toEqual(['unknown']);
  });
});

function asPem(one: KeyObject): string {
  return one.export({ type: 'pkcs8', format: 'pem' }).toString();
}
