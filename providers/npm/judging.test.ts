/** What each answer of an npm registry comes to, without a server. */
import { makeFamily, type MadeAnswer } from '../../test/support/made-answers.js';
import npm from './index.js';

const TOKEN = 'npm_made';
const tokens = () => makeFamily(npm, 'tokens');
const OCTAVIA: MadeAnswer = { status: 200, body: { username: 'octavia' } };
const NOBODY: MadeAnswer = { status: 200, body: ' {}\n' };
const denied = (challenge?: string): MadeAnswer => ({
  status: 401,
  ...(challenge !== undefined && { headers: { 'www-authenticate': challenge } }),
});

test('an npm token goes to no registry but the one that is configured', () => {
  const { endpoint, ownCredentials, families } = npm.tokens;
  expect(endpoint).toEqual({ env: 'NPM_CONFIG_REGISTRY', hasInstances: true });
  expect(ownCredentials).toEqual({ env: ['NPM_TOKEN', 'NODE_AUTH_TOKEN'] });
  expect(families()[0].consequences).toEqual([expect.stringMatching(/within an hour/)]);
});

test('an npm token asks who it is, and revokes itself by its encoded value, as the bearer', async () => {
  const family = tokens();
  await family.check(TOKEN, OCTAVIA);
  await family.revoke('a/b', { status: 200 });
  expect(family.requests).toEqual(
    [
      { method: 'GET', path: '/-/whoami', token: TOKEN },
      { method: 'DELETE', path: '/-/user/token/a%2Fb', token: 'a/b' },
    ].map(({ token, ...one }) => ({
      ...one,
      origin: 'https://service.example',
      headers: { accept: 'application/json', authorization: `Bearer ${token}` },
      idempotent: true,
    })),
  );
});

test('an npm token does not show where the registry repeats it', async () => {
  const answer = { status: 400, body: { error: `no ${TOKEN} here` } };
  expect((await tokens().revoke(TOKEN, answer)).error?.message).toBe(
    'the registry refused the request (400): no [secret] here',
  );
});

test.each<[string, MadeAnswer, object]>([
  ['its user', OCTAVIA, { state: 'active', owner: 'octavia' }],
  ['401', denied(), { state: 'inactive' }],
])('the check of an npm token that is answered with %s', async (_what, answer, expected) => {
  expect(await tokens().check(TOKEN, answer)).toEqual(expected);
});

test.each<[string, MadeAnswer, string]>([
  ['nobody', NOBODY, 'the registry names no user'],
  ['its user with 203', { ...OCTAVIA, status: 203 }, 'it answered 203'],
  ['nobody with 203', { ...NOBODY, status: 203 }, 'it answered 203'],
  ['200 and more than nobody', { status: 200, body: { ok: true } }, 'it answered 200'],
  ['200 and nothing', { status: 200 }, 'it answered 200'],
  ['403', { status: 403 }, 'it answered 403'],
  ['404', { status: 404 }, 'it answered 404'],
  ['500', { status: 500 }, 'it answered 500'],
])('an npm token is open where the registry answers %s', async (_what, answer, reason) => {
  expect(await tokens().check(TOKEN, answer)).toEqual({ state: 'unclear', reason });
});

test('nobody says that an npm token is inactive only after its registry named its user', async () => {
  const family = tokens();
  await family.check(TOKEN, OCTAVIA);
  expect(await family.check(TOKEN, NOBODY)).toEqual({ state: 'inactive' });
  expect(await family.check(TOKEN, { status: 500 })).toMatchObject({ state: 'unclear' });
  expect(await family.check('npm_other', NOBODY)).toMatchObject({ state: 'unclear' });
  expect(await tokens().check(TOKEN, NOBODY)).toMatchObject({ state: 'unclear' });
});

const owner = {
  status: 'failed',
  revocable_by: 'owner',
  error: {
    code: 'cannot_revoke',
    provider_code: 'EOTP',
    message: 'the registry asks for a one-time password of its owner; it is active',
    hint: 'its owner can: npm token revoke',
  },
};
const inactive = {
  status: 'failed',
  error: { code: 'not_active', message: 'it is not active at the registry' },
};
test.each<[string, MadeAnswer, object]>([
  ['200', { status: 200 }, { status: 'accepted' }],
  ['200 and a yes', { status: 200, body: { ok: 'Logged out' } }, { status: 'accepted' }],
  [
    '200 and a no',
    { status: 200, body: { ok: false } },
    { status: 'unknown', error: { code: 'unexpected_answer' } },
  ],
  ['204', { status: 204 }, { status: 'accepted' }],
  [
    '202',
    { status: 202 },
    { status: 'unknown', error: { message: 'the registry answered 202, not as documented' } },
  ],
  ['401', denied(), inactive],
  ['401 and another challenge', denied('Basic, Bearer'), inactive],
  ['401 and a challenge that only holds the letters', denied('Bearer realm="notpad"'), inactive],
  ['401 and a word that begins so', denied('otpx'), inactive],
  ['401 and a word that ends so', denied('xotp'), inactive],
  ['401 and OTP', denied('OTP'), owner],
  ['401 and otp among others', denied('Basic, otp'), owner],
  [
    '403 and OTP',
    { status: 403, headers: { 'www-authenticate': 'OTP' } },
    { status: 'failed', error: { code: 'request_refused' } },
  ],
  [
    '404',
    { status: 404 },
    {
      status: 'failed',
      error: {
        code: 'not_found',
        message: 'the registry has no such token',
        hint: 'it was revoked, is not whole, or belongs to another registry',
      },
    },
  ],
  ['503', { status: 503 }, { status: 'unknown', error: { code: 'server_error' } }],
])('the revocation of an npm token that is answered with %s', async (_what, answer, expected) => {
  expect(await tokens().revoke(TOKEN, answer)).toMatchObject({ target: TOKEN, ...expected });
});
