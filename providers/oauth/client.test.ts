/** What each endpoint is asked, and what its answers say, without a server. */
import { MADE_NOW } from '../../test/support/made-answers.js';
import { makeContext, type MadeReply } from '../../test/support/made-context.js';
import { isRevokeError } from '../../src/contract/index.js';
import {
  acceptsAnything,
  askResource,
  askUserinfo,
  introspect,
  revokeToken,
  tryClient,
  type ClientEndpoint,
} from './client.js';
import type { Presentation } from './client-auth.js';
import type { Presenter } from './presenter.js';

const URL_OF = new URL('https://as.example/tenant/endpoint?x=1');
const CLOCK = { now: () => MADE_NOW, monotonic: () => MADE_NOW, sleep: async () => undefined };
const FORM = 'application/x-www-form-urlencoded';
const ACCEPT = 'application/json, application/jwt, */*;q=0.1';

const presentation = {
  method: 'client_secret_basic',
  headers: { authorization: 'Basic bWFkZQ==' },
  encode: async (parameters: Record<string, string>) => new URLSearchParams(parameters).toString(),
} as Presentation;
const presenter = {
  ask: async (http, requestAs) => ({
    response: await http.send(requestAs(presentation)),
    used: presentation,
    rejected: [],
  }),
} as Pick<Presenter, 'ask'> as Presenter;
const endpoint: ClientEndpoint = { url: URL_OF, presenter };

function place(...replies: readonly MadeReply[]) {
  const { http, requests, answer } = makeContext();
  answer(...replies);
  const asked = (token = 'opaque', hint?: string) => ({ http, token, hint });
  return { http, requests, asked };
}

const codeOf = (thrown: unknown) => (isRevokeError(thrown) ? thrown.code : thrown);
const form = (bodies: readonly string[], more: object = {}) => ({
  method: 'POST',
  origin: 'https://as.example',
  path: '/tenant/endpoint?x=1',
  headers: { authorization: 'Basic bWFkZQ==', 'content-type': FORM, ...more },
  bodies,
  idempotent: true,
});

test('a revocation posts the token and its kind as the client, and accepts any type of answer', async () => {
  const { requests, asked } = place({ status: 200 }, { status: 200 });
  await revokeToken(endpoint, asked(), CLOCK);
  await revokeToken(endpoint, asked('a b', 'pct'), CLOCK);
  expect(requests).toMatchObject([form(['token=opaque']), form(['token=a+b&token_type_hint=pct'])]);
  expect(requests[0]?.headers).not.toHaveProperty('accept');
});

test.each<[MadeReply, unknown]>([
  [{ status: 200 }, undefined],
  [{ status: 400, body: { error: 'unsupported_token_type' } }, 'unsupported_token_type'],
  [{ status: 401, body: { error: 'invalid_client' } }, 'credentials_rejected'],
  [{ status: 503 }, 'unavailable'],
])(
  'a revocation that is answered with %j comes with its error and its answer',
  async (reply, code) => {
    const { asked } = place(reply);
    const { error, answer } = await revokeToken(endpoint, asked(), CLOCK);
    expect(error?.code).toBe(code);
    expect(answer.response.status).toBe(reply.status);
    expect(answer.used).toBe(presentation);
  },
);

test('introspection posts the token and its kind as the client, and wants JSON', async () => {
  const { requests, asked } = place({ status: 200, body: { active: true } });
  await introspect(endpoint, asked('opaque', 'refresh_token'));
  expect(requests).toMatchObject([
    form(['token=opaque&token_type_hint=refresh_token'], { accept: 'application/json' }),
  ]);
});

test.each(['aGVhZA.Ym9keQ.c2ln', ' aGVhZA.Ym9keQ.c2ln\n', 'aGVhZA.Ym9keQ.'])(
  'introspection that answers the JWT %j is not read, and says how to get JSON',
  async (body) => {
    const { asked } = place({ status: 200, body });
    expect(await introspect(endpoint, asked())).toEqual({
      state: 'unclear',
      reason: 'introspection answered with a signed JWT, which is not read',
      hint: expect.stringMatching(/OAUTH_INTROSPECTION_CLIENT_ID/),
    });
  },
);

test.each<[string, MadeReply, string]>([
  ['a JWT with 403', { status: 403, body: 'aGVhZA.Ym9keQ.c2ln' }, 'introspection answered 403'],
  [
    'a text of two parts',
    { status: 200, body: 'aGVhZA.Ym9keQ' },
    'introspection answered 200, and not whether it is active',
  ],
  [
    'a JWT with more before it',
    { status: 200, body: '(aGVhZA.Ym9keQ.c2ln' },
    'introspection answered 200, and not whether it is active',
  ],
  [
    'a JWT with more behind it',
    { status: 200, body: 'aGVhZA.Ym9keQ.c2ln)' },
    'introspection answered 200, and not whether it is active',
  ],
  [
    'active as a text',
    { status: 200, body: { active: 'false' } },
    'introspection answered 200, and not whether it is active',
  ],
  [
    'active twice',
    { status: 200, body: '{"active":true,"active":false}' },
    'introspection answered 200, and not whether it is active',
  ],
])('introspection that answers %s leaves a token open', async (_what, reply, reason) => {
  const { asked } = place(reply);
  expect(await introspect(endpoint, asked())).toEqual({ state: 'unclear', reason });
});

test('a client that introspection rejects is named as the cause, and only then', async () => {
  const rejected = { status: 401, body: { error: 'invalid_client' } };
  const { asked } = place(rejected, { status: 403 });
  expect(await introspect(endpoint, asked())).toMatchObject({
    hint: expect.stringMatching(/client ID and its secret/),
  });
  expect(await introspect(endpoint, asked())).not.toHaveProperty('hint');
});

test('userinfo and resources get the token as the bearer, and no more than 16 MiB are read', async () => {
  const { http, requests, asked } = place(
    { status: 200, body: {} },
    { status: 200 },
    { status: 200 },
  );
  await askUserinfo(URL_OF, asked());
  await askResource(URL_OF, asked());
  expect(await acceptsAnything(URL_OF, http)).toBe(true);
  const bearer = (token: unknown) => ({
    method: 'GET',
    origin: 'https://as.example',
    path: '/tenant/endpoint?x=1',
    headers: { authorization: token, accept: ACCEPT },
    idempotent: true,
    maxBytes: 16_777_216,
    bodies: [],
  });
  expect(requests).toEqual([
    bearer('Bearer opaque'),
    bearer('Bearer opaque'),
    bearer(expect.stringMatching(/^Bearer not-a-token/)),
  ]);
});

test.each([
  [200, true],
  [204, true],
  [299, true],
  [300, false],
  [401, false],
  [500, false],
])('a resource that answers %i to what is no token accepts anything: %s', async (status, is) => {
  expect(await acceptsAnything(URL_OF, place({ status }).http)).toBe(is);
});

test.each<[string, Readonly<Record<string, string>>, object]>([
  [
    'its type with a parameter',
    { 'content-type': 'application/jwt; charset=utf-8' },
    { state: 'active' },
  ],
  ['another type', { 'content-type': 'text/application/jwt' }, { state: 'unclear' }],
  ['a type that begins so', { 'content-type': 'application/jwtx' }, { state: 'unclear' }],
])('userinfo that answers no JSON, of %s', async (_what, headers, expected) => {
  const { asked } = place({ status: 200, body: 'aGVhZA', headers });
  expect(await askUserinfo(URL_OF, asked())).toMatchObject(expected);
});

test.each<[string, object]>([
  ['Bearer error=invalid_token', { state: 'inactive' }],
  ['Bearer realm="x", error="invalid_token"', { state: 'inactive' }],
  ['Bearer error="invalid_token_x"', { state: 'unclear' }],
  ['Bearer xerror="invalid_token"', { state: 'unclear' }],
  ['Bearer error_description="invalid_token"', { state: 'unclear' }],
])('userinfo that refuses with %s', async (challenge, expected) => {
  const { asked } = place({ status: 401, headers: { 'www-authenticate': challenge } });
  expect(await askUserinfo(URL_OF, asked())).toMatchObject(expected);
});

describe('whether introspection takes a client', () => {
  test('is asked with a text that is no token, as JSON', async () => {
    const { http, requests } = place({ status: 200, body: { active: false } });
    expect(await tryClient(endpoint, http, CLOCK)).toBe(true);
    expect(requests).toMatchObject([form(['token=not-a-token'], { accept: 'application/json' })]);
  });

  test.each<[string, MadeReply, boolean]>([
    ['an answer without active', { status: 200, body: {} }, false],
    ['active with 201', { status: 201, body: { active: false } }, false],
    ['403', { status: 403 }, false],
    ['500', { status: 500 }, false],
  ])('is not told by %s', async (_what, reply, expected) => {
    expect(await tryClient(endpoint, place(reply).http, CLOCK)).toBe(expected);
  });

  test.each<[string, MadeReply]>([
    ['401', { status: 401 }],
    ['invalid_client with 400', { status: 400, body: { error: 'invalid_client' } }],
  ])('is denied by %s, which is thrown', async (_what, reply) => {
    const thrown = await tryClient(endpoint, place(reply).http, CLOCK).catch(codeOf);
    expect(thrown).toBe('credentials_rejected');
  });
});
