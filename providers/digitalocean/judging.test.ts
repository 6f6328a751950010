/** What each answer of DigitalOcean comes to, without a server. */
import { makeFamily, type MadeAnswer } from '../../test/support/made-answers.js';
import digitalocean from './index.js';

const TOKEN = 'dop_v1_made';
const CONTROL_PANEL = 'https://panel.example';
const tokens = () => makeFamily(digitalocean, 'tokens', { others: { oauth_url: CONTROL_PANEL } });
const account = (more: object, status = 200): MadeAnswer => ({ status, body: { account: more } });
const says = (status: number, id: unknown): MadeAnswer => ({ status, body: { id, message: 'No' } });

test('a DigitalOcean token goes to the API and to the control panel, each by its own name', () => {
  const { endpoint, ownCredentials, families } = digitalocean.tokens;
  expect(endpoint).toMatchObject({
    env: 'REVOKE_DIGITALOCEAN_URL',
    default: 'https://api.digitalocean.com',
    others: [
      {
        name: 'oauth_url',
        env: 'REVOKE_DIGITALOCEAN_OAUTH_URL',
        default: 'https://cloud.digitalocean.com',
        help: expect.stringMatching(/revokes/),
      },
    ],
  });
  expect(ownCredentials).toEqual({ env: ['DIGITALOCEAN_TOKEN', 'DIGITALOCEAN_ACCESS_TOKEN'] });
  expect(families()).toMatchObject([
    { at: 'oauth_url', consequences: [expect.stringMatching(/deletes the token/)] },
  ]);
});

test('a DigitalOcean token is looked at by the API, and revoked at the control panel in header and form', async () => {
  const family = tokens();
  await family.check(TOKEN, account({ email: 'o@example.com' }));
  await family.revoke(TOKEN, { status: 200 });
  const headers = { accept: 'application/json', authorization: `Bearer ${TOKEN}` };
  expect(family.requests).toEqual([
    {
      method: 'GET',
      origin: 'https://service.example',
      path: '/v2/account',
      headers,
      idempotent: true,
    },
    {
      method: 'POST',
      origin: CONTROL_PANEL,
      path: '/v1/oauth/revoke',
      headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
      body: `token=${TOKEN}`,
      idempotent: true,
    },
  ]);
});

test.each<[string, object, object]>([
  [
    'and its team',
    { email: 'o@example.com', uuid: 'u', team: { name: 'Acme' } },
    { owner: 'o@example.com of Acme' },
  ],
  ['alone', { email: 'o@example.com' }, { owner: 'o@example.com' }],
  ['that has a UUID and a team', { uuid: 'u', team: { name: 'Acme' } }, { owner: 'Acme' }],
  ['that has a UUID alone', { uuid: 'u' }, {}],
])('an active DigitalOcean token is shown with its account %s', async (_what, more, owner) => {
  expect(await tokens().check(TOKEN, account(more))).toEqual({ state: 'active', ...owner });
});

test.each(['Unauthorized', 'unauthorized'])(
  'a DigitalOcean token of which 401 %s is said is inactive',
  async (id) => {
    expect(await tokens().check(TOKEN, says(401, id))).toEqual({ state: 'inactive' });
  },
);

test.each<[string, MadeAnswer]>([
  ['200 without an account', { status: 200, body: {} }],
  ['200 of an account without names', account({ team: { name: 'Acme' } })],
  ['the account with 206', account({ email: 'o@example.com' }, 206)],
  ['401 with another word', says(401, 'unauthorized_client')],
  ['401 with a word before it', says(401, 'not_unauthorized')],
  ['401 without a word', { status: 401 }],
  ['403 with the word of 401', says(403, 'Unauthorized')],
  ['403', says(403, 'forbidden')],
  ['429', says(429, 'too_many_requests')],
])('a DigitalOcean token is open where it is answered with %s', async (_what, answer) => {
  expect(await tokens().check(TOKEN, answer)).toMatchObject({
    state: 'unclear',
    reason: expect.stringContaining(`DigitalOcean answered ${answer.status}`),
  });
});

test.each<[string, MadeAnswer, object]>([
  ['200', { status: 200 }, { status: 'accepted' }],
  ['200 and an empty object', { status: 200, body: {} }, { status: 'accepted' }],
  [
    '204',
    { status: 204 },
    { status: 'unknown', error: { message: 'DigitalOcean answered 204, not as documented' } },
  ],
  [
    '401 Unauthorized',
    says(401, 'Unauthorized'),
    {
      status: 'failed',
      error: { code: 'not_active', message: 'it is not active at DigitalOcean' },
    },
  ],
  ['401 alone', { status: 401 }, { status: 'failed', error: { code: 'request_refused' } }],
  [
    '403 with the word of 401',
    says(403, 'Unauthorized'),
    { status: 'failed', error: { code: 'request_refused' } },
  ],
  ['404', { status: 404 }, { status: 'failed', error: { code: 'route_missing' } }],
  ['503', { status: 503 }, { status: 'unknown', error: { code: 'server_error' } }],
])(
  'the revocation of a DigitalOcean token that is answered with %s',
  async (_what, answer, expected) => {
    expect(await tokens().revoke(TOKEN, answer)).toMatchObject({ target: TOKEN, ...expected });
  },
);
