/** What each answer of a JFrog instance comes to, without a server. */
import { makeFamily, type MadeAnswer } from '../../test/support/made-answers.js';
import jfrog from './index.js';

const TOKEN = 'cmVmd-made';
const access = () => makeFamily(jfrog, 'access');
const shown = (more: object = {}, status = 200): MadeAnswer => ({
  status,
  body: { token_id: 't1', ...more },
});

test('a JFrog token goes to no server but the instance that is configured', () => {
  const { endpoint, ownCredentials, families } = jfrog.tokens;
  expect(endpoint).toEqual({ env: 'JFROG_URL', hasInstances: true });
  expect(ownCredentials).toEqual({ env: ['JFROG_ACCESS_TOKEN'] });
  expect(families()[0].consequences).toEqual([expect.stringMatching(/package managers/)]);
});

test('a JFrog token looks at itself and revokes itself by one route, as the bearer', async () => {
  const family = access();
  await family.check(TOKEN, shown());
  await family.revoke(TOKEN, { status: 200 });
  expect(family.requests).toEqual(
    ['GET', 'DELETE'].map((method) => ({
      method,
      origin: 'https://service.example',
      path: '/access/api/v1/tokens/me',
      headers: { accept: 'application/json', authorization: `Bearer ${TOKEN}` },
      idempotent: true,
    })),
  );
});

const END = Date.parse('2026-12-31');
test.each<[string, object, object]>([
  [
    'its user, scopes and end',
    { subject: 'jfac@01/users/octavia', scope: 'api:* admin', expiry: END / 1000 },
    { owner: 'octavia', scopes: ['api:*', 'admin'], expiresAt: END },
  ],
  ['a subject without a path', { subject: 'octavia' }, { owner: 'octavia' }],
  ['no subject, and no end', { expiry: 0 }, {}],
  ['an end that is no number', { expiry: String(END / 1000) }, {}],
])('an active JFrog token is shown with %s', async (_what, more, expected) => {
  expect(await access().check(TOKEN, shown(more))).toEqual({ state: 'active', ...expected });
});

test('a JFrog token that is answered with 401 is inactive', async () => {
  const answer = { status: 401, body: { errors: [{ code: 'UNAUTHORIZED' }] } };
  expect(await access().check(TOKEN, answer)).toEqual({ state: 'inactive' });
});

const OPEN: readonly [string, MadeAnswer][] = [
  ['200 without its id', shown({ token_id: '' })],
  ['the token with 203', shown({}, 203)],
  ['400', { status: 400 }],
  ['403', { status: 403 }],
  ['404', { status: 404 }],
  ['500', { status: 500 }],
];
test.each(OPEN)('a JFrog token is open where the instance answers %s', async (_what, answer) => {
  expect(await access().check(TOKEN, answer)).toEqual({
    state: 'unclear',
    reason: `JFrog answered ${answer.status}`,
  });
});

test.each<[string, MadeAnswer, object]>([
  ['200', { status: 200 }, { status: 'accepted' }],
  ['204', { status: 204 }, { status: 'already_revoked' }],
  [
    '202',
    { status: 202 },
    { status: 'unknown', error: { message: 'JFrog answered 202, not as documented' } },
  ],
  [
    '400',
    { status: 400 },
    {
      status: 'failed',
      error: {
        code: 'other_instance',
        provider_code: 400,
        message: 'another JFrog instance issued it',
        hint: 'set JFROG_URL to the instance that issued it',
      },
    },
  ],
  [
    '401',
    { status: 401 },
    { status: 'failed', error: { code: 'not_active', message: 'it is not active at JFrog' } },
  ],
  ['403', { status: 403 }, { status: 'failed', error: { code: 'request_refused' } }],
  ['404', { status: 404 }, { status: 'failed', error: { code: 'route_missing' } }],
  ['500', { status: 500 }, { status: 'unknown', error: { code: 'server_error' } }],
])('the revocation of a JFrog token that is answered with %s', async (_what, answer, expected) => {
  expect(await access().revoke(TOKEN, answer)).toMatchObject({ target: TOKEN, ...expected });
});

test('204 does not say that a JFrog token was revoked before where its check was left open', async () => {
  const family = access();
  await family.check(TOKEN, { status: 503 });
  await family.check('cmVmd-seen', shown());
  expect(await family.revoke(TOKEN, { status: 204 })).toMatchObject({ status: 'accepted' });
  expect(await family.revoke('cmVmd-seen', { status: 204 })).toMatchObject({
    status: 'already_revoked',
  });
});
