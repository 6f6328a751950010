/** What each answer of Vercel comes to, without a server. */
import { makeFamily, type MadeAnswer } from '../../test/support/made-answers.js';
import vercel from './index.js';

const TOKEN = 'vcp_made';
const KEY = 'vck_made';
const SETTINGS = 'https://vercel.com/account/settings/tokens';
const tokens = () => makeFamily(vercel, 'tokens');
const user = (more: object = { username: 'octavia' }, status = 200): MadeAnswer => ({
  status,
  body: { user: { id: 'u1', ...more } },
});
const error = (status: number, more: object = {}): MadeAnswer => ({
  status,
  body: { error: { code: 'forbidden', message: 'Not authorized', ...more } },
});
const INVALID = error(403, { invalidToken: true });

test('a Vercel token goes to api.vercel.com', () => {
  const { endpoint, ownCredentials, auditUrl, pages, families } = vercel.tokens;
  expect(endpoint).toEqual({ env: 'REVOKE_VERCEL_URL', default: 'https://api.vercel.com' });
  expect(ownCredentials).toEqual({ env: ['VERCEL_TOKEN'] });
  expect(auditUrl).toBe('https://vercel.com/docs/activity-log');
  expect(pages).toEqual([SETTINGS]);
  expect(families().map(({ consequences }) => consequences)).toEqual([
    [expect.stringMatching(/deployments that use it fail/)],
    [expect.stringMatching(/reported to Vercel as compromised/)],
  ]);
});

test('a Vercel token asks for its user and its end, and deletes itself, as the bearer alone', async () => {
  const family = tokens();
  await family.check(TOKEN, user(), { status: 200 });
  await family.revoke(TOKEN, { status: 200, body: { tokenId: 't1' } });
  expect(family.requests).toEqual(
    [
      { method: 'GET', path: '/v2/user' },
      { method: 'GET', path: '/v5/user/tokens/current' },
      { method: 'DELETE', path: '/v3/user/tokens/current' },
    ].map((one) => ({
      ...one,
      origin: 'https://service.example',
      headers: { accept: 'application/json', authorization: `Bearer ${TOKEN}` },
      idempotent: true,
    })),
  );
});

const END = Date.parse('2026-12-31');
test.each<[string, MadeAnswer, MadeAnswer, object]>([
  [
    'by its name, with its end',
    user({ username: 'octavia', email: 'o@example.com' }),
    { status: 200, body: { token: { expiresAt: END } } },
    { owner: 'octavia', expiresAt: END },
  ],
  ['by its address', user({ email: 'o@example.com' }), { status: 200 }, { owner: 'o@example.com' }],
  [
    'whose end is no number',
    user(),
    { status: 200, body: { token: { expiresAt: '2026' } } },
    { owner: 'octavia' },
  ],
  [
    'whose end may not be seen',
    user(),
    { status: 403, body: { token: { expiresAt: END } } },
    { owner: 'octavia' },
  ],
])('an active Vercel token is shown %s', async (_what, answer, own, expected) => {
  expect(await tokens().check(TOKEN, answer, own)).toEqual({ state: 'active', ...expected });
});

test.each<[string, MadeAnswer, object]>([
  ['403 with invalidToken', INVALID, { state: 'inactive' }],
  ['401', error(401), { state: 'inactive' }],
  ['401 and nothing else', { status: 401 }, { state: 'inactive' }],
  ['403 without invalidToken', error(403), { state: 'active' }],
  [
    '403 with invalidToken that is not true',
    error(403, { invalidToken: false }),
    { state: 'active' },
  ],
])('the check of a Vercel token that is answered with %s', async (_what, answer, expected) => {
  expect(await tokens().check(TOKEN, answer)).toEqual(expected);
});

test.each<[string, MadeAnswer]>([
  ['200 without a user', user({})],
  ['200 of a user without names', user({ username: '', email: 7 })],
  ['the user with 203', user({ username: 'octavia' }, 203)],
  ['403 without a code', { status: 403, body: { error: {} } }],
  ['403 without a body', { status: 403 }],
  ['400 with invalidToken', error(400, { invalidToken: true })],
  ['404 with an error', error(404)],
  ['429', { status: 429 }],
  ['500', { status: 500 }],
])('a Vercel token is open where Vercel answers %s', async (_what, answer) => {
  expect(await tokens().check(TOKEN, answer)).toMatchObject({
    state: 'unclear',
    reason: expect.stringContaining(`Vercel answered ${answer.status}`),
  });
});

const failed = (code: string, message: string) => ({ status: 'failed', error: { code, message } });
test.each<[string, MadeAnswer, object]>([
  [
    '200 and its id',
    { status: 200, body: { tokenId: 't1' } },
    { status: 'revoked', token_id: 't1' },
  ],
  [
    '200 and no id',
    { status: 200, body: {} },
    { status: 'unknown', error: { message: 'Vercel answered 200, not as documented' } },
  ],
  [
    'its id beside an error',
    { status: 200, body: { tokenId: 't1', error: { code: 'internal' } } },
    { status: 'unknown', error: { code: 'unexpected_answer' } },
  ],
  [
    'its id with 202',
    { status: 202, body: { tokenId: 't1' } },
    { status: 'unknown', error: { code: 'unexpected_answer' } },
  ],
  ['401', error(401), failed('not_active', 'it is not active at Vercel')],
  ['403 with invalidToken', INVALID, failed('not_active', 'it is not active at Vercel')],
  [
    '403 without invalidToken',
    error(403),
    {
      status: 'failed',
      revocable_by: 'owner',
      manual_url: SETTINGS,
      error: {
        code: 'cannot_revoke',
        provider_code: 403,
        message: 'the token may not delete itself; it is active',
        hint: `its owner can: ${SETTINGS}`,
      },
    },
  ],
  ['403 without a code', { status: 403 }, { error: { code: 'request_refused' } }],
  [
    '404 with an error',
    error(404, { code: 'not_found' }),
    failed('not_found', 'Vercel has no such token'),
  ],
  ['404 without an error', { status: 404 }, { error: { code: 'route_missing' } }],
  ['410 with an error', error(410), { error: { code: 'request_refused' } }],
  [
    '500',
    error(500, { invalidToken: true }),
    { status: 'unknown', error: { code: 'server_error', message: 'Vercel answered 500' } },
  ],
])('the revocation of a Vercel token that is answered with %s', async (_what, answer, expected) => {
  expect(await tokens().revoke(TOKEN, answer)).toMatchObject({ target: TOKEN, ...expected });
});

test('an AI Gateway key is reported without a login, by its value, and never checked', async () => {
  const family = makeFamily(vercel, 'gateway');
  await family.revoke(KEY, { status: 200 });
  expect(family.requests).toEqual([
    {
      method: 'POST',
      origin: 'https://service.example',
      path: '/external/compromised_secret',
      headers: { accept: 'application/json', 'content-type': 'application/json' },
      body: `{"secret":{"api_key":"${KEY}"}}`,
      idempotent: true,
    },
  ]);
  await expect(family.check(KEY)).rejects.toThrow('no result');
});

test.each<[number, object]>([
  [200, { status: 'accepted' }],
  [201, { status: 'accepted' }],
  [202, { status: 'accepted' }],
  [204, { status: 'accepted' }],
  [207, { status: 'unknown', error: { message: 'Vercel answered 207, not as documented' } }],
  [400, { status: 'failed', error: { code: 'request_refused' } }],
  [404, { status: 'failed', error: { code: 'route_missing' } }],
  [502, { status: 'unknown', error: { code: 'server_error' } }],
])('the report of an AI Gateway key that is answered with %i', async (status, expected) => {
  const family = makeFamily(vercel, 'gateway');
  expect(await family.revoke(KEY, { status })).toMatchObject({ target: KEY, ...expected });
});
