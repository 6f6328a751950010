/** The emulator by itself, asked over plain HTTP as the standards have it. */
import { startOauthEmulator, type OauthEmulator, type OauthEmulatorOptions } from './emulator.js';

const running: OauthEmulator[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((emulator) => emulator.close()));
});

async function start(options: OauthEmulatorOptions = {}): Promise<OauthEmulator> {
  const emulator = await startOauthEmulator(options);
  running.push(emulator);
  return emulator;
}

interface Asked {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

async function ask(url: string, init: RequestInit = {}): Promise<Asked> {
  const response = await fetch(url, init);
  const text = await response.text();
  return { status: response.status, body: text === '' ? {} : JSON.parse(text) };
}

const form = (fields: Record<string, string>, headers: Record<string, string> = {}) => ({
  method: 'POST',
  headers,
  body: new URLSearchParams(fields),
});
const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });
const post = ({ clients }: OauthEmulator) => ({
  client_id: clients.post.id,
  client_secret: clients.post.secret ?? '',
});

test('client_credentials gives a token that opens the resource until it is revoked', async () => {
  const emulator = await start();
  const { issuer } = emulator;
  const grant = { grant_type: 'client_credentials', ...post(emulator) };
  const issued = await ask(`${issuer}/token`, form(grant));
  expect(issued).toMatchObject({ status: 200, body: { token_type: 'Bearer', expires_in: 3600 } });
  const token = String(issued.body['access_token']);
  expect((await ask(`${issuer}/resource`, bearer(token))).status).toBe(200);
  expect(await ask(`${issuer}/revoke`, form({ token, ...post(emulator) }))).toEqual({
    status: 200,
    body: {},
  });
  expect(await ask(`${issuer}/resource`, bearer(token))).toMatchObject({
    status: 401,
    body: { error: 'invalid_token' },
  });
  expect(emulator.isAlive(token)).toBe(false);
});

test('a refresh token gives access tokens until it is revoked', async () => {
  const emulator = await start();
  const { refresh_token } = emulator.mintPair(emulator.clients.post.id);
  const refresh = form({ grant_type: 'refresh_token', refresh_token, ...post(emulator) });
  expect((await ask(`${emulator.issuer}/token`, refresh)).status).toBe(200);
  await ask(`${emulator.issuer}/revoke`, form({ token: refresh_token, ...post(emulator) }));
  expect(await ask(`${emulator.issuer}/token`, refresh)).toMatchObject({
    status: 400,
    body: { error: 'invalid_grant' },
  });
});

test.each([
  [false, true],
  [true, false],
])('whether an access token ends its grant: %s', async (accessEndsGrant, refreshLives) => {
  const emulator = await start({ accessEndsGrant });
  const pair = emulator.mintPair(emulator.clients.post.id);
  await ask(`${emulator.issuer}/revoke`, form({ token: pair.access_token, ...post(emulator) }));
  expect(emulator.isAlive(pair.access_token)).toBe(false);
  expect(emulator.isAlive(pair.refresh_token)).toBe(refreshLives);
});

test('Basic credentials that were not form-encoded first are rejected', async () => {
  const emulator = await start();
  const { id, secret = '' } = emulator.clients.basic;
  const basic = (text: string) => ({ authorization: `Basic ${btoa(text)}` });
  const encode = (text: string) => new URLSearchParams({ x: text }).toString().slice(2);
  const revoke = (text: string) =>
    ask(`${emulator.issuer}/revoke`, form({ token: 'x' }, basic(text)));
  expect(await revoke(`${id}:${secret}`)).toMatchObject({
    status: 401,
    body: { error: 'invalid_client' },
  });
  expect((await revoke(`${encode(id)}:${encode(secret)}`)).status).toBe(200);
});

test.each([
  ['no client', { token: 'x' }, 401, 'invalid_client'],
  ['an unknown client', { token: 'x', client_id: 'nobody' }, 401, 'invalid_client'],
  ['no secret', { token: 'x', client_id: 'post-app' }, 401, 'invalid_client'],
  ['no token', { client_id: 'public-app' }, 400, 'invalid_request'],
] as const)('%s', async (_case, fields, status, error) => {
  const emulator = await start();
  const answer = await ask(`${emulator.issuer}/revoke`, form(fields));
  expect(answer).toMatchObject({ status, body: { error } });
});

test('a JSON body is no form', async () => {
  const emulator = await start();
  const headers = { 'content-type': 'application/json' };
  const answer = await ask(`${emulator.issuer}/revoke`, { method: 'POST', headers, body: '{}' });
  expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
});

test('the emulator serves its metadata at the issuer with a path, and 404 where it has none', async () => {
  const { issuer } = await start({ issuerPath: '/tenant' });
  const { origin } = new URL(issuer);
  const place = `${origin}/.well-known/oauth-authorization-server/tenant`;
  expect(await ask(place)).toMatchObject({
    status: 200,
    body: { issuer, revocation_endpoint: `${issuer}/revoke` },
  });
  const without = await start({ metadata: 'none' });
  const missing = await ask(`${without.issuer}/.well-known/oauth-authorization-server`);
  expect(missing.status).toBe(404);
});

test('issued tokens are live, distinct, and named by fingerprint', async () => {
  const emulator = await start();
  const issued = await emulator.issue(3);
  expect(new Set(issued.map(({ id }) => id)).size).toBe(3);
  for (const { id, target, token } of issued) {
    expect(target).toBe(token);
    expect(id).toMatch(/^sha256:[0-9a-f]{12}$/);
    expect(emulator.isAlive(token)).toBe(true);
    expect(JSON.stringify(emulator.snapshot())).not.toContain(token);
    expect(emulator.snapshot()).toContainEqual(expect.objectContaining({ id, active: true }));
  }
});

test('a token dies at its time', async () => {
  const clock = { now: 0 };
  const emulator = await start({ now: () => clock.now });
  const token = emulator.mint({ clientId: 'post-app', kind: 'access_token', lifetime: 60 });
  clock.now = 59_999;
  expect(emulator.isAlive(token)).toBe(true);
  clock.now = 60_000;
  expect(emulator.isAlive(token)).toBe(false);
});
