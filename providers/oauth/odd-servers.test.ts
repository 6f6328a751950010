/** Servers that answer otherwise than the standards have it: what is proven stays true, or is unknown. */
import oauth from './index.js';
import type { Fault, Reply, SeenRequest } from '../../src/contract/emulator.js';
import type { Outcome, Target } from '../../src/contract/provider.js';
import { prove } from '../../test/support/lanes.js';
import { createWorld, target, type Given } from '../../test/support/oauth.js';
import { startOauthEmulator, type OauthEmulator, type OauthEmulatorOptions } from './emulator.js';

interface Odd {
  readonly server?: OauthEmulatorOptions;
  readonly faults?: readonly Fault[];
  readonly given?: (emulator: OauthEmulator) => Given;
  /** The token; an access token that is no JWT without it. */
  readonly token?: (emulator: OauthEmulator) => string;
}

const mint = (emulator: OauthEmulator, more: object = {}): string =>
  emulator.mint({ clientId: emulator.clients.basic.id, kind: 'access_token', ...more });

/** Revokes one access token with --verify, and answers its outcome. */
async function outcomeAt({ server, faults = [], given, token = mint }: Odd) {
  const emulator = await startOauthEmulator(server);
  const { env, ...options } = given?.(emulator) ?? {};
  const world = createWorld({ ...options, env: { ...emulator.environment, ...env } });
  try {
    const one: Target = target(token(emulator), 'access_token');
    for (const fault of faults) emulator.server.addFault(fault);
    const [outcome] = await prove(oauth, await world.open(), [one], world.context);
    const { requests } = emulator.server;
    return { outcome: outcome as Outcome, requests, sent: one.secret ?? '' };
  } finally {
    await Promise.all([world.close(), emulator.close()]);
  }
}

const always = (match: RegExp, reply: Reply): Fault => ({
  kind: 'reply',
  reply,
  match,
  times: Infinity,
});
const alter = (match: RegExp, change: (reply: Reply, request: SeenRequest) => Reply): Fault => ({
  kind: 'alter',
  alter: change,
  match,
  times: Infinity,
});
/** Introspection answers what it would, with these members in the place of its own. */
const introspectionWith = (members: object): Fault =>
  alter(/introspect/, ({ body, ...reply }) => ({
    ...reply,
    body: { ...(body as object), ...members },
  }));

const PAGE = { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>Sign in' };
const JWT = 'eyJhbGciOiJub25lIn0.eyJhY3RpdmUiOnRydWV9.c2ln';

describe('an access token is proven at userinfo where introspection', () => {
  test.each<[string, Reply]>([
    ['refuses with 200 and an error', { status: 200, body: { error: 'access_denied' } }],
    ['answers with a web page', PAGE],
    ['says active as a text', { status: 200, body: { active: 'true' } }],
    ['says inactive as a text', { status: 200, body: { active: 'false' } }],
    ['answers with a signed JWT (RFC 9701)', { status: 200, body: JWT }],
    ['answers 401 without a body', { status: 401, headers: { 'www-authenticate': 'Basic' } }],
    ['answers 404', { status: 404 }],
    ['answers 500', { status: 500 }],
    ['redirects', { status: 302, headers: { location: '/elsewhere' } }],
    ['knows nothing of any token', { status: 200, body: { active: false } }],
  ])('%s', async (_name, reply) => {
    const { outcome } = await outcomeAt({ faults: [always(/introspect/, reply)] });
    expect(outcome).toMatchObject({
      status: 'revoked',
      verification: { method: 'userinfo', before: 'active', after: 'absent' },
    });
  });
});

test('introspection that answers 200 without a word on the token is said to have done so', async () => {
  const { outcome } = await outcomeAt({
    server: { userinfo: false },
    faults: [always(/introspect/, PAGE)],
  });
  expect(outcome).toMatchObject({
    status: 'unknown',
    error: { code: 'cannot_verify', message: expect.stringContaining('not whether it is active') },
  });
});

test('introspection that answers with a signed JWT (RFC 9701) is said to do so, with what to do', async () => {
  const { outcome } = await outcomeAt({
    server: { userinfo: false },
    faults: [always(/introspect/, { status: 200, body: JWT })],
  });
  expect(outcome).toMatchObject({
    status: 'unknown',
    error: {
      code: 'cannot_verify',
      message: expect.stringContaining('answered with a signed JWT'),
      hint: expect.stringContaining('in JSON'),
    },
  });
});

describe('the end of a token that is about to expire is no proof of a revocation', () => {
  const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;
  const soonJwt = (emulator: OauthEmulator) => mint(emulator, { structured: true, lifetime: 30 });

  test.each<[string, object, (emulator: OauthEmulator) => string]>([
    ['as the JWT says, where introspection says nothing of it', { exp: undefined }, soonJwt],
    ['as the JWT says, where introspection names a later time', { exp: inSeconds(9999) }, soonJwt],
    ['as a text says', { exp: String(inSeconds(30)) }, mint],
    ['as a time in milliseconds says', { exp: inSeconds(30) * 1000 }, mint],
    ['as a time with a fraction says', { exp: inSeconds(30) + 0.5 }, mint],
  ])('%s', async (_name, members, token) => {
    const { outcome } = await outcomeAt({
      server: { revokesJwts: true },
      faults: [introspectionWith(members)],
      token,
    });
    expect(outcome).toMatchObject({ status: 'unknown', error: { code: 'expired_meanwhile' } });
  });

  test.each<[string, object]>([
    ['a text', { exp: String(inSeconds(9999)) }],
    ['zero, for no end', { exp: 0 }],
    ['no time at all', { exp: 'never' }],
    ['null', { exp: null }],
  ])('an expiry that is far, given as %s, hides no revocation', async (_name, members) => {
    const { outcome } = await outcomeAt({ faults: [introspectionWith(members)] });
    expect(outcome).toMatchObject({ status: 'revoked' });
  });
});

describe('userinfo shows a token as active only with claims', () => {
  const server = { introspection: 'absent' } as const;
  const whileActive = (reply: Reply): Fault =>
    alter(/userinfo/, (own) => (own.status === 200 ? reply : own));

  test.each<[string, Reply]>([
    ['a web page', PAGE],
    ['an error after all', { status: 200, body: { error: 'invalid_token' } }],
    ['a list', { status: 200, body: [] }],
    ['nothing', { status: 200, body: '' }],
  ])('%s: unknown', async (_name, reply) => {
    const { outcome } = await outcomeAt({ server, faults: [whileActive(reply)] });
    expect(outcome).toMatchObject({
      status: 'unknown',
      error: { code: 'cannot_verify' },
      verification: { before: 'unknown' },
    });
  });

  test('claims in a JWT (OpenID Connect Core 1.0 §5.3.2): revoked', async () => {
    const reply = { status: 200, headers: { 'content-type': 'application/jwt' }, body: JWT };
    const { outcome } = await outcomeAt({ server, faults: [whileActive(reply)] });
    expect(outcome).toMatchObject({ status: 'revoked', verification: { method: 'userinfo' } });
  });
});

describe('--probe-url', () => {
  const server = { introspection: 'absent', userinfo: false } as const;
  const given = ({ issuer }: OauthEmulator): Given => ({
    options: { probeUrl: `${issuer}/resource` },
  });

  test('of a gateway that accepts any token says nothing, and gets none', async () => {
    const anyToken = alter(/resource/, (_reply, { headers }) => ({
      status: headers.authorization === undefined ? 401 : 200,
      body: {},
    }));
    const { outcome, requests, sent } = await outcomeAt({ server, given, faults: [anyToken] });
    expect(outcome).toMatchObject({ status: 'unknown', error: { code: 'cannot_verify' } });
    expect(JSON.stringify(requests.filter(({ path }) => path === '/resource'))).not.toContain(sent);
  });

  test('of a resource that anonymous callers may read too proves what it tells from no token', async () => {
    const open = alter(/resource/, (reply, { headers }) =>
      headers.authorization === undefined ? { status: 200, body: {} } : reply,
    );
    const { outcome } = await outcomeAt({ server, given, faults: [open] });
    expect(outcome).toMatchObject({ status: 'revoked', verification: { method: 'probe' } });
  });

  test('that refuses every token proves nothing, and the hint says that it may not accept it', async () => {
    const { outcome } = await outcomeAt({
      server,
      given,
      faults: [always(/resource/, { status: 401 })],
    });
    expect(outcome).toMatchObject({
      status: 'unknown',
      error: { code: 'inactive_before', hint: expect.stringContaining('by that resource') },
    });
  });

  test('a token of 8 kB is revoked and proven', async () => {
    const audience = 'a'.repeat(6000);
    const { outcome, sent } = await outcomeAt({
      server: { ...server, revokesJwts: true },
      given,
      token: (emulator) => mint(emulator, { structured: true, claims: { audience } }),
    });
    expect(sent.length).toBeGreaterThan(8000);
    expect(outcome).toMatchObject({ status: 'revoked', verification: { method: 'probe' } });
  });
});

test('a token that is still active after a 500 keeps what the server answered in its message', async () => {
  const { outcome } = await outcomeAt({ faults: [always(/POST \/revoke/, { status: 500 })] });
  expect(outcome).toMatchObject({
    status: 'alive',
    error: { code: 'still_active', message: expect.stringMatching(/500.*; it was still active/) },
  });
});

test('introspection that rejects the client has the hint begin with the client ID and its secret', async () => {
  const { outcome } = await outcomeAt({
    server: { userinfo: false },
    faults: [always(/introspect/, { status: 401, body: { error: 'invalid_client' } })],
  });
  expect(outcome).toMatchObject({
    status: 'unknown',
    error: {
      code: 'cannot_verify',
      hint: expect.stringMatching(/^check the client ID and its secret.*; to prove it: /),
    },
  });
});
