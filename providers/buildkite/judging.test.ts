/** What each answer of Buildkite comes to, without a server. */
import { makeFamily, type MadeAnswer } from '../../test/support/made-answers.js';
import buildkite from './index.js';

const TOKEN = 'bkua_made';
const user = () => makeFamily(buildkite, 'user');
const shown = (more: object = {}, status = 200): MadeAnswer => ({
  status,
  body: { uuid: 'u1', scopes: ['read_builds'], ...more },
});
const NO = { message: 'Authentication required. Please supply a valid API Access Token' };

test('a Buildkite token goes to api.buildkite.com', () => {
  const { endpoint, ownCredentials, families } = buildkite.tokens;
  expect(endpoint).toEqual({ env: 'REVOKE_BUILDKITE_URL', default: 'https://api.buildkite.com' });
  expect(ownCredentials).toEqual({ env: ['BUILDKITE_API_TOKEN', 'BUILDKITE_API_ACCESS_TOKEN'] });
  expect(families()[0].consequences).toEqual([expect.stringMatching(/deletes the token/)]);
});

test('a Buildkite token looks at itself and revokes itself by one route, as the bearer', async () => {
  const family = user();
  await family.check(TOKEN, shown());
  await family.revoke(TOKEN, { status: 204 });
  expect(family.requests).toEqual(
    ['GET', 'DELETE'].map((method) => ({
      method,
      origin: 'https://service.example',
      path: '/v2/access-token',
      headers: { accept: 'application/json', authorization: `Bearer ${TOKEN}` },
      idempotent: true,
    })),
  );
});

test.each<[string, object, object]>([
  [
    'address, and its end',
    { user: { name: 'Octavia', email: 'o@example.com' }, expires_at: '2026-12-31T00:00:00Z' },
    { owner: 'o@example.com', expiresAt: Date.parse('2026-12-31') },
  ],
  ['name', { user: { name: 'Octavia' }, expires_at: null }, { owner: 'Octavia' }],
])("an active Buildkite token is shown with its user's %s", async (_what, more, expected) => {
  expect(await user().check(TOKEN, shown(more))).toEqual({
    state: 'active',
    scopes: ['read_builds'],
    ...expected,
  });
});

test.each<[string, MadeAnswer]>([
  ['and its words', { status: 401, body: NO }],
  ['alone', { status: 401 }],
])('a Buildkite token that is answered with 401 %s is inactive', async (_what, answer) => {
  expect(await user().check(TOKEN, answer)).toEqual({ state: 'inactive' });
});

test.each<[string, MadeAnswer]>([
  ['200 without its UUID', shown({ uuid: undefined })],
  ['the token with 202', shown({}, 202)],
  ['403', { status: 403 }],
  ['404', { status: 404 }],
  ['429', { status: 429 }],
  ['500', { status: 500 }],
])('a Buildkite token is open where Buildkite answers %s', async (_what, answer) => {
  expect(await user().check(TOKEN, answer)).toEqual({
    state: 'unclear',
    reason: `Buildkite answered ${answer.status}`,
  });
});

test.each<[string, MadeAnswer, object]>([
  ['204', { status: 204 }, { status: 'accepted' }],
  [
    '200',
    { status: 200 },
    { status: 'unknown', error: { message: 'Buildkite answered 200, not as documented' } },
  ],
  [
    '401',
    { status: 401, body: NO },
    { status: 'failed', error: { code: 'not_active', message: 'it is not active at Buildkite' } },
  ],
  ['403', { status: 403 }, { status: 'failed', error: { code: 'request_refused' } }],
  ['404', { status: 404 }, { status: 'failed', error: { code: 'route_missing' } }],
  ['500', { status: 500 }, { status: 'unknown', error: { code: 'server_error' } }],
])(
  'the revocation of a Buildkite token that is answered with %s',
  async (_what, answer, expected) => {
    expect(await user().revoke(TOKEN, answer)).toMatchObject({ target: TOKEN, ...expected });
  },
);
