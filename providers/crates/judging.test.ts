/** What each answer of crates.io comes to, without a server. */
import { makeFamily, type MadeAnswer } from '../../test/support/made-answers.js';
import crates from './index.js';

const TOKEN = 'cio-made';
const SETTINGS = 'https://crates.io/settings/tokens';
const api = () => makeFamily(crates, 'api');
const says = (detail: unknown, status = 403): MadeAnswer => ({
  status,
  body: { errors: [{ detail }] },
});
const WEBSITE = 'this action can only be performed on the crates.io website';
const UNKNOWN = 'authentication failed';
const SCOPED = 'this token does not have the required permissions to perform this action';

test('a crates.io token goes to crates.io, one at a time', () => {
  const { endpoint, ownCredentials, pages, families } = crates.tokens;
  expect(endpoint).toEqual({ env: 'REVOKE_CRATES_URL', default: 'https://crates.io' });
  expect(ownCredentials).toEqual({ env: ['CARGO_REGISTRY_TOKEN'] });
  expect(pages).toEqual([SETTINGS]);
  expect(families()).toMatchObject([
    { concurrency: 1, consequences: [expect.stringMatching(/Publishing/)] },
    { consequences: [expect.stringMatching(/cannot publish any more/)] },
  ]);
});

test('a crates.io token looks at itself and revokes itself without a scheme before it, and with a user agent', async () => {
  const family = api();
  await family.check(TOKEN, says(WEBSITE));
  await family.revoke(TOKEN, { status: 204 });
  expect(family.requests).toEqual(
    [
      { method: 'GET', path: '/api/v1/me' },
      { method: 'DELETE', path: '/api/v1/tokens/current' },
    ].map((one) => ({
      ...one,
      origin: 'https://service.example',
      headers: { accept: 'application/json', authorization: TOKEN, 'user-agent': 'revoke-cli' },
      idempotent: true,
    })),
  );
});

test.each<[string, object]>([
  [WEBSITE, { state: 'active' }],
  [UNKNOWN, { state: 'inactive' }],
])('a crates.io token of which it is said that %s', async (words, expected) => {
  expect(await api().check(TOKEN, says(words))).toEqual(expected);
});

test.each<[string, MadeAnswer]>([
  ['200 and a user', { status: 200, body: { user: { login: 'octavia' } } }],
  ['401 and the words of an inactive one', says(UNKNOWN, 401)],
  ['401 and the words of an active one', says(WEBSITE, 401)],
  ['403 and other words', says('This account is indefinitely locked')],
  ['403 and no words', { status: 403 }],
  ['403 and the words of a missing scope', says(SCOPED)],
  ['429', { status: 429 }],
  ['500', { status: 500 }],
])('a crates.io token is open where crates.io answers %s', async (_what, answer) => {
  expect(await api().check(TOKEN, answer)).toEqual({
    state: 'unclear',
    reason: `crates.io answered ${answer.status}`,
  });
});

test.each<[string, MadeAnswer, object]>([
  ['204', { status: 204 }, { status: 'accepted' }],
  [
    '200',
    { status: 200 },
    { status: 'unknown', error: { message: 'crates.io answered 200, not as documented' } },
  ],
  [
    'that it is unknown',
    says(UNKNOWN),
    { status: 'failed', error: { code: 'not_active', message: 'it is not active at crates.io' } },
  ],
  [
    'that it lacks a permission',
    says(SCOPED),
    {
      status: 'failed',
      revocable_by: 'owner',
      manual_url: SETTINGS,
      error: {
        code: 'cannot_revoke',
        provider_code: 403,
        message: 'its scopes do not let it revoke itself; it is active',
        hint: `its owner can: ${SETTINGS}`,
      },
    },
  ],
  ['that, with 401', says(SCOPED, 401), { error: { code: 'request_refused' } }],
  ['that it is unknown, with 401', says(UNKNOWN, 401), { error: { code: 'request_refused' } }],
  ['other words', says('locked'), { status: 'failed', error: { code: 'request_refused' } }],
  ['404', { status: 404 }, { status: 'failed', error: { code: 'route_missing' } }],
  ['500', says(UNKNOWN, 500), { status: 'unknown', error: { code: 'server_error' } }],
])(
  'the revocation of a crates.io token that is answered with %s',
  async (_what, answer, expected) => {
    expect(await api().revoke(TOKEN, answer)).toMatchObject({ target: TOKEN, ...expected });
  },
);

test('a trusted publishing token revokes itself as the bearer, and is never looked at', async () => {
  const family = makeFamily(crates, 'trusted publishing');
  await family.revoke('cio_tp_made', { status: 204 });
  expect(family.requests).toEqual([
    {
      method: 'DELETE',
      origin: 'https://service.example',
      path: '/api/v1/trusted_publishing/tokens',
      headers: {
        accept: 'application/json',
        authorization: 'Bearer cio_tp_made',
        'user-agent': 'revoke-cli',
      },
      idempotent: true,
    },
  ]);
  await expect(family.check('cio_tp_made')).rejects.toThrow('no result');
});

test.each<[number, object]>([
  [204, { status: 'accepted' }],
  [200, { status: 'unknown', error: { message: 'crates.io answered 200, not as documented' } }],
  [401, { status: 'failed', error: { code: 'request_refused' } }],
  [403, { status: 'failed', error: { code: 'request_refused' } }],
  [502, { status: 'unknown', error: { code: 'server_error' } }],
])(
  'the revocation of a trusted publishing token that is answered with %i',
  async (status, expected) => {
    const family = makeFamily(crates, 'trusted publishing');
    expect(await family.revoke('cio_tp_made', { status })).toMatchObject(expected);
  },
);
