/** What each answer of Google comes to, without a server. */
import { MADE_NOW, makeFamily, type MadeAnswer } from '../../test/support/made-answers.js';
import google from './index.js';

const TOKEN = 'ya29.made';
const APP = 'app.apps.googleusercontent.com';
const access = () => makeFamily(google, 'access');
const info = (more: object = {}, status = 200): MadeAnswer => ({
  status,
  body: { aud: APP, ...more },
});
const error = (status: number, word: unknown = 'invalid_token'): MadeAnswer => ({
  status,
  body: { error: word },
});

test("a Google token goes to Google's OAuth host, and takes its grant along", () => {
  const { endpoint, families } = google.tokens;
  expect(endpoint).toEqual({
    env: 'REVOKE_GOOGLE_URL',
    default: 'https://oauth2.googleapis.com',
  });
  const consequences = [expect.stringMatching(/whole grant for that app/)];
  expect(families()).toMatchObject([{ consequences }, { consequences }]);
});

test('a Google token stands in the body alone, of the question whose it is and of its revocation', async () => {
  const family = access();
  await family.check(TOKEN, info());
  await family.revoke(TOKEN, { status: 200, body: {} });
  expect(family.requests).toEqual(
    [
      { path: '/tokeninfo', body: `access_token=${TOKEN}` },
      { path: '/revoke', body: `token=${TOKEN}` },
    ].map((one) => ({
      ...one,
      method: 'POST',
      origin: 'https://service.example',
      headers: {
        accept: 'application/json',
        'content-type': 'application/x-www-form-urlencoded',
      },
      idempotent: true,
    })),
  );
});

const END = Date.parse('2026-12-31');
test.each<[string, object, object]>([
  [
    'its user, scopes and what is left of it',
    { email: 'o@example.com', scope: 'openid email', expires_in: '3599', exp: '1' },
    { owner: 'o@example.com', scopes: ['openid', 'email'], expiresAt: MADE_NOW + 3_599_000 },
  ],
  ['its end', { exp: String(END / 1000) }, { owner: `a user of ${APP}`, expiresAt: END }],
  [
    'its end, where what is left is no number',
    { exp: END / 1000, expires_in: 'soon' },
    { owner: `a user of ${APP}`, expiresAt: END },
  ],
  ['no end where that is none', { exp: 'never' }, { owner: `a user of ${APP}` }],
  ['its app alone', {}, { owner: `a user of ${APP}` }],
])('an active Google token is shown with %s', async (_what, more, expected) => {
  expect(await access().check(TOKEN, info(more))).toEqual({
    state: 'active',
    facts: { client_id: APP },
    ...expected,
  });
});

test('an active Google token whose app is named as azp alone is shown with it', async () => {
  expect(await access().check(TOKEN, info({ aud: undefined, azp: 'other' }))).toEqual({
    state: 'active',
    owner: 'a user of other',
    facts: { client_id: 'other' },
  });
});

test('a Google token that is called an invalid_token is inactive', async () => {
  expect(await access().check(TOKEN, error(400))).toEqual({ state: 'inactive' });
});

test.each<[string, MadeAnswer]>([
  ['200 without an app', info({ aud: undefined, email: 'o@example.com' })],
  ['the app with 206', info({}, 206)],
  ['invalid_token with 401', error(401)],
  ['invalid_token with 500', error(500)],
  ['invalid_token with 200', error(200)],
  ['another word with 400', error(400, 'invalid_request')],
  ['400 alone', { status: 400 }],
  ['403', { status: 403 }],
  ['429', { status: 429 }],
])('a Google token is open where Google answers %s', async (_what, answer) => {
  expect(await access().check(TOKEN, answer)).toMatchObject({
    state: 'unclear',
    reason: expect.stringContaining(`Google answered ${answer.status}`),
  });
});

test.each(['access', 'refresh'])('the revocation of a Google %s token', async (name) => {
  const family = makeFamily(google, name);
  const cases: readonly (readonly [MadeAnswer, object])[] = [
    [{ status: 200, body: {} }, { status: 'accepted' }],
    [error(200), { status: 'unknown', error: { code: 'unexpected_answer' } }],
    [{ status: 204 }, { error: { message: 'Google answered 204, not as documented' } }],
    [
      error(400),
      { status: 'failed', error: { code: 'not_active', message: 'it is not active at Google' } },
    ],
    [error(400, 'invalid_request'), { status: 'failed', error: { code: 'request_refused' } }],
    [error(401), { status: 'failed', error: { code: 'request_refused' } }],
    [{ status: 403 }, { status: 'failed', error: { code: 'request_refused' } }],
    [{ status: 404 }, { status: 'failed', error: { code: 'route_missing' } }],
    [error(503), { status: 'unknown', error: { code: 'server_error' } }],
  ];
  for (const [answer, expected] of cases)
    expect([answer, await family.revoke(TOKEN, answer)]).toMatchObject([answer, expected]);
});

test('a Google refresh token is never looked at', async () => {
  await expect(makeFamily(google, 'refresh').check('1//made')).rejects.toThrow('no result');
});
