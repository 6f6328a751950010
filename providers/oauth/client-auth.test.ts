import { createPublicKey, generateKeyPairSync, verify, type KeyObject } from 'node:crypto';
import { createWorld, revokeOne, target, type Given } from '../../test/support/oauth.js';
import { chooseMethods, createClient, type Demands } from './client-auth.js';
import type { Credential } from './credential.js';
import { startOauthEmulator, type OauthEmulator } from './emulator.js';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

async function start(): Promise<OauthEmulator> {
  const emulator = await startOauthEmulator();
  closing.push(emulator.close);
  return emulator;
}

function worldOf(given: Given) {
  const world = createWorld(given);
  closing.push(world.close);
  return world;
}

const credential = (given: Partial<Credential>): Credential => ({
  id: 'app',
  secret: undefined,
  key: undefined,
  asked: undefined,
  ...given,
});
const secret = { value: 's3cret', source: 'a test' };
const key = { value: 'a key', source: 'a test' };

describe('which method is used', () => {
  test.each([
    ['a secret, nothing known', { secret }, undefined, 'client_secret_basic'],
    ['a secret, post only', { secret }, ['client_secret_post', 'none'], 'client_secret_post'],
    [
      'a secret, both',
      { secret },
      ['client_secret_post', 'client_secret_basic'],
      'client_secret_basic',
    ],
    ['a key, nothing known', { key }, undefined, 'private_key_jwt'],
    ['a key, listed', { key }, ['client_secret_basic', 'private_key_jwt'], 'private_key_jwt'],
    ['nothing at hand', {}, ['client_secret_basic'], 'none'],
    [
      'asked for, not listed',
      { secret, asked: 'client_secret_post' },
      ['none'],
      'client_secret_post',
    ],
  ] as const)('%s', (_case, given, supported, method) => {
    expect(chooseMethods(credential(given), supported)[0]).toBe(method);
  });

  test.each([
    [{ secret }, ['private_key_jwt', 'tls_client_auth']],
    [{ key }, ['client_secret_basic']],
  ])('nothing that fits: %j', (given, supported) => {
    expect(() => chooseMethods(credential(given), supported)).toThrow(
      expect.objectContaining({
        code: 'credentials_unfit',
        kind: 'credentials',
        message: expect.stringContaining(supported.join(', ')),
        hint: expect.stringContaining('--client-auth'),
      }),
    );
  });
});

/** The first way in which a client is presented. */
async function present(given: Credential, demands: Demands) {
  const { presentations } = await createClient(given, demands, () => undefined);
  return presentations[0];
}

describe('how the client is presented', () => {
  const none = { issuer: 'https://as.example', methods: undefined, algorithms: undefined };

  // RFC 6749 §2.3.1: both halves form-encoded, then Base64.
  test('client_secret_basic encodes what decoding would change in id and secret, and nothing else', async () => {
    const client = await present(
      credential({ id: 'my app:1', secret: { value: 'p+q%r s/é', source: 'a test' } }),
      none,
    );
    const header = client.headers['authorization'] ?? '';
    const sent = Buffer.from(header.replace('Basic ', ''), 'base64').toString('latin1');
    expect(sent).toBe('my%20app%3A1:p%2Bq%25r%20s/%C3%A9');
    expect(await client.encode({ token: 'a+b' })).toBe('token=a%2Bb');
  });

  test('client_secret_post and none put it into the form', async () => {
    const post = await present(credential({ secret, asked: 'client_secret_post' }), none);
    expect(post.headers).toEqual({});
    expect(await post.encode({ token: 't' })).toBe('token=t&client_id=app&client_secret=s3cret');
    const open = await present(credential({}), none);
    expect(await open.encode({ token: 't' })).toBe('token=t&client_id=app');
    const nobody = await present(credential({ id: undefined, asked: 'none' }), none);
    expect(await nobody.encode({ token: 't' })).toBe('token=t');
    expect(nobody.headers).toEqual({});
  });

  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-384' });
  const ed = generateKeyPairSync('ed25519');
  const pem = (one: KeyObject) => one.export({ type: 'pkcs8', format: 'pem' }).toString();
  const jwk = (one: KeyObject, more: object) =>
    JSON.stringify({ ...one.export({ format: 'jwk' }), ...more });

  test.each([
    ['RSA, PEM', pem(rsa.privateKey), undefined, 'RS256', undefined],
    ['RSA, PEM, PS256 only', pem(rsa.privateKey), ['ES256', 'PS256'], 'PS256', undefined],
    [
      'RSA, JWK with alg and kid',
      jwk(rsa.privateKey, { alg: 'PS384', kid: 'k1' }),
      ['RS256'],
      'PS384',
      'k1',
    ],
    ['EC, JWK', jwk(ec.privateKey, { kid: 'k2' }), undefined, 'ES384', 'k2'],
    ['Ed25519, PEM', pem(ed.privateKey), undefined, 'EdDSA', undefined],
    ['Ed25519, by its new name', pem(ed.privateKey), ['Ed25519'], 'Ed25519', undefined],
  ])('private_key_jwt: %s', async (_case, text, algorithms, alg, kid) => {
    const client = await present(credential({ key: { value: text, source: 'a test' } }), {
      ...none,
      algorithms,
    });
    const form = new URLSearchParams(await client.encode({ token: 't' }));
    expect(Object.fromEntries(form)).toEqual({
      token: 't',
      client_id: 'app',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: expect.any(String),
    });
    const [header = '', payload = '', signature = ''] = (form.get('client_assertion') ?? '').split(
      '.',
    );
    const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString());
    expect(read(header)).toEqual(kid === undefined ? { alg } : { alg, kid });
    const claims = read(payload);
    expect(claims).toMatchObject({ iss: 'app', sub: 'app', aud: 'https://as.example' });
    expect(claims.exp - claims.iat).toBeLessThanOrEqual(120);
    const pair = alg.startsWith('Ed') ? ed : alg.startsWith('ES') ? ec : rsa;
    const padding = alg.startsWith('PS') ? { padding: 6 } : {};
    const signed = verify(
      alg.startsWith('Ed') ? null : `sha${alg.slice(2)}`,
      Buffer.from(`${header}.${payload}`),
      { key: createPublicKey(pem(pair.privateKey)), dsaEncoding: 'ieee-p1363', ...padding },
      Buffer.from(signature, 'base64url'),
    );
    expect(signed).toBe(true);
  });

  test.each([
    ['a public key', rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString()],
    ['no key', 'canary'],
    ['broken JSON', '{"kty":"canary"'],
    ['a JWKS', '{"keys":[]}'],
    ['X25519', pem(generateKeyPairSync('x25519').privateKey)],
  ])('a key that cannot sign: %s', async (_case, text) => {
    const refusal = present(credential({ key: { value: text, source: 'a test' } }), none);
    await expect(refusal).rejects.toMatchObject({ code: 'credentials_unfit', kind: 'credentials' });
    await expect(refusal).rejects.not.toThrow('canary');
  });
});

describe('against a server', () => {
  const settings = (emulator: OauthEmulator, id: string) => ({
    OAUTH_ISSUER: emulator.issuer,
    OAUTH_CLIENT_ID: id,
  });

  test('each method kills the token of its client', async () => {
    const emulator = await start();
    const { basic, post, key: keyed, open } = emulator.clients;
    const cases: readonly [string, Given][] = [
      [basic.id, { env: { OAUTH_CLIENT_SECRET: basic.secret ?? '' } }],
      [basic.id, { files: { s: `${basic.secret}\n` }, options: { clientSecretFile: 's' } }],
      [
        post.id,
        {
          env: { OAUTH_CLIENT_SECRET: post.secret ?? '' },
          options: { clientAuth: 'client_secret_post' },
        },
      ],
      [keyed.id, { files: { k: emulator.clientKey }, options: { clientKeyFile: 'k' } }],
      [open.id, {}],
    ];
    for (const [id, given] of cases) {
      const token = emulator.mint({ clientId: id, kind: 'access_token' });
      const world = worldOf({ ...given, env: { ...settings(emulator, id), ...given.env } });
      expect(await revokeOne(await world.open(), target(token))).toMatchObject({
        status: 'accepted',
      });
      expect([id, emulator.isAlive(token)]).toEqual([id, false]);
    }
  });

  test('an assertion is made anew for each try', async () => {
    const emulator = await start();
    const id = emulator.clients.key.id;
    const world = worldOf({
      env: settings(emulator, id),
      files: { k: emulator.clientKey },
      options: { clientKeyFile: 'k' },
      retries: 2,
    });
    const revoker = await world.open();
    const token = emulator.mint({ clientId: id, kind: 'access_token' });
    // The first answer is lost after the server has taken the assertion.
    emulator.server.addFault({ kind: 'reset', after: true, match: emulator.revokes });
    expect(await revokeOne(revoker, target(token))).toMatchObject({ status: 'accepted' });
    const sent = emulator.server.requests
      .filter(({ method }) => method === 'POST')
      .map(({ body }) => new URLSearchParams(body.toString()).get('client_assertion'));
    expect(sent).toHaveLength(2);
    expect(new Set(sent).size).toBe(2);
  });

  test.each([
    ['no client', {}, {}, 'no_credentials'],
    [
      'a key is missing',
      { OAUTH_CLIENT_ID: 'a' },
      { clientAuth: 'private_key_jwt' },
      'no_credentials',
    ],
    [
      'a secret is missing',
      { OAUTH_CLIENT_ID: 'a' },
      { clientAuth: 'client_secret_post' },
      'no_credentials',
    ],
  ])('%s: nothing is sent', async (_case, env, options, code) => {
    const emulator = await start();
    const world = worldOf({ env: { OAUTH_ISSUER: emulator.issuer, ...env }, options });
    await expect(world.open()).rejects.toMatchObject({ code, kind: 'credentials' });
    expect(emulator.server.requests).toEqual([]);
  });

  test('a secret file and a key file together are a mistake', async () => {
    const world = worldOf({
      env: { OAUTH_CLIENT_ID: 'a' },
      options: { clientSecretFile: 's', clientKeyFile: 'k' },
    });
    await expect(world.open()).rejects.toMatchObject({ kind: 'usage' });
  });

  test('private_key_jwt needs an issuer for its audience', async () => {
    const emulator = await start();
    const world = worldOf({
      env: { OAUTH_CLIENT_ID: emulator.clients.key.id },
      files: { k: emulator.clientKey },
      options: { clientKeyFile: 'k', revocationEndpoint: `${emulator.server.url}/revoke` },
    });
    await expect(world.open()).rejects.toMatchObject({
      kind: 'usage',
      hint: expect.stringContaining('--issuer'),
    });
  });

  test('what the prompt says names the client and where its secret came from', async () => {
    const emulator = await start();
    const world = worldOf({ env: emulator.environment });
    const { promptDetails } = await world.open();
    expect(promptDetails).toEqual([
      ['Issuer', emulator.issuer],
      ['Endpoint', `${emulator.issuer}/revoke`],
      ['Client', 'demo app'],
      ['Login', 'client_secret_basic: client secret from OAUTH_CLIENT_SECRET'],
    ]);
    expect(JSON.stringify(promptDetails)).not.toContain(emulator.clients.basic.secret);
  });
});
