/** What each answer of Doppler comes to, without a server. */
import { makeFamily, type MadeAnswer } from '../../test/support/made-answers.js';
import doppler from './index.js';

const TOKEN = 'dp.pt.made';
const ORIGIN = { origin: 'https://service.example', idempotent: true };
const tokens = () => makeFamily(doppler, 'tokens');
const me = (more: object, status = 200): MadeAnswer => ({ status, body: more });
const NO = { success: false, messages: ['Invalid Auth token'] };

test('a Doppler token goes to api.doppler.com, and is said to be revoked for all that read with it', () => {
  const { endpoint, ownCredentials, families } = doppler.tokens;
  expect(endpoint).toEqual({ env: 'REVOKE_DOPPLER_URL', default: 'https://api.doppler.com' });
  expect(ownCredentials).toEqual({ env: ['DOPPLER_TOKEN'] });
  const consequences = [expect.stringMatching(/reads secrets with it fails/)];
  expect(families()).toMatchObject([{ consequences }, { consequences }]);
});

test('a Doppler token looks at itself as the bearer, and is revoked by its value without a login', async () => {
  const family = tokens();
  await family.check(TOKEN, me({ workplace: { name: 'Acme' } }));
  await family.revoke(TOKEN, { status: 200 });
  expect(family.requests).toEqual([
    {
      method: 'GET',
      path: '/v3/me',
      headers: { accept: 'application/json', authorization: `Bearer ${TOKEN}` },
      ...ORIGIN,
    },
    {
      method: 'POST',
      path: '/v3/auth/revoke',
      headers: { accept: 'application/json', 'content-type': 'application/json' },
      body: `{"token":"${TOKEN}"}`,
      ...ORIGIN,
    },
  ]);
});

test.each<[string, object, string]>([
  ['its name and workplace', { name: 'ci', workplace: { name: 'Acme' } }, 'ci in Acme'],
  ['its workplace alone', { workplace: { name: 'Acme' } }, 'Acme'],
])('an active Doppler token is shown with %s', async (_what, more, owner) => {
  expect(await tokens().check(TOKEN, me(more))).toEqual({ state: 'active', owner });
});

test.each<[string, MadeAnswer]>([
  ['and its words', { status: 401, body: NO }],
  ['alone', { status: 401 }],
])('a Doppler token that is answered with 401 %s is inactive', async (_what, answer) => {
  expect(await tokens().check(TOKEN, answer)).toEqual({ state: 'inactive' });
});

test.each<[string, MadeAnswer]>([
  ['200 without a workplace', me({ name: 'ci' })],
  ['the workplace with 203', me({ workplace: { name: 'Acme' } }, 203)],
  ['400', { status: 400, body: NO }],
  ['403', { status: 403, body: NO }],
  ['429', { status: 429 }],
  ['500', { status: 500 }],
])('a Doppler token is open where Doppler answers %s', async (_what, answer) => {
  expect(await tokens().check(TOKEN, answer)).toEqual({
    state: 'unclear',
    reason: `Doppler answered ${answer.status}`,
  });
});

test.each(['tokens', 'workplace'])('the revocation of a Doppler token of the %s', async (name) => {
  const family = makeFamily(doppler, name);
  const cases: readonly (readonly [MadeAnswer, object])[] = [
    [{ status: 200 }, { status: 'accepted' }],
    [{ status: 200, body: { success: true } }, { status: 'accepted' }],
    [
      { status: 200, body: NO },
      { status: 'unknown', error: { code: 'unexpected_answer' } },
    ],
    [{ status: 204 }, { error: { message: 'Doppler answered 204, not as documented' } }],
    [
      { status: 401, body: NO },
      { status: 'failed', error: { code: 'not_active', message: 'it is not active at Doppler' } },
    ],
    [
      { status: 400, body: NO },
      { status: 'failed', error: { code: 'request_refused' } },
    ],
    [
      { status: 403, body: NO },
      { status: 'failed', error: { code: 'request_refused' } },
    ],
    [{ status: 404 }, { status: 'failed', error: { code: 'route_missing' } }],
    [{ status: 502 }, { status: 'unknown', error: { code: 'server_error' } }],
  ];
  for (const [answer, expected] of cases)
    expect([answer, await family.revoke(TOKEN, answer)]).toMatchObject([answer, expected]);
});

test('a Doppler token of the workplace is never looked at', async () => {
  await expect(makeFamily(doppler, 'workplace').check('dp.scim.made')).rejects.toThrow('no result');
});
