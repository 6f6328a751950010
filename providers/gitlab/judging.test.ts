/** What each answer of GitLab comes to, without a server. */
import { makeFamily, type MadeAnswer } from '../../test/support/made-answers.js';
import gitlab from './index.js';

const TOKEN = 'glpat-made';
const SELF = '/api/v4/personal_access_tokens/self';
const SHOWN = { active: true, scopes: ['api'], expires_at: '2026-12-31' };
const ended = (error_description: string) => ({ error: 'invalid_token', error_description });
const REVOKED = ended('Token was revoked. You have to re-authorize from the user.');
const EXPIRED = ended('Token is expired. You can either do re-authorization or token refresh.');
const NOT_FOUND = { message: '401 Unauthorized' };
const SCOPE = { error: 'insufficient_scope', error_description: 'The request requires higher' };
const personal = () => makeFamily(gitlab, 'personal');

test('a GitLab token goes to gitlab.com, or to the instance that GITLAB_URL names', () => {
  const { endpoint, ownCredentials, auditUrl, families } = gitlab.tokens;
  expect(endpoint).toEqual({
    env: 'GITLAB_URL',
    default: 'https://gitlab.com',
    hasInstances: true,
  });
  expect(ownCredentials).toEqual({ env: ['GITLAB_TOKEN'] });
  expect(auditUrl).toBe('{base}/-/user_settings/personal_access_tokens');
  expect(families()[0].consequences).toEqual(['GitLab sends a mail to the owner of each token.']);
});

test('a GitLab token looks at itself, asks whose it is, and revokes itself by its own header', async () => {
  const family = personal();
  await family.check(TOKEN, { status: 200, body: SHOWN }, { status: 200, body: {} });
  await family.revoke(TOKEN, { status: 204 });
  const headers = { accept: 'application/json', 'private-token': TOKEN };
  expect(family.requests).toEqual(
    [
      { method: 'GET', path: SELF },
      { method: 'GET', path: '/api/v4/user' },
      { method: 'DELETE', path: SELF },
    ].map((one) => ({ ...one, headers, origin: 'https://service.example', idempotent: true })),
  );
});

test.each<[string, MadeAnswer, string | undefined]>([
  ['is named', { status: 200, body: { username: 'octavia' } }, 'octavia'],
  ['may not be seen', { status: 403, body: { username: 'octavia' } }, undefined],
])('an active GitLab token whose user %s', async (_what, user, owner) => {
  expect(await personal().check(TOKEN, { status: 200, body: SHOWN }, user)).toEqual({
    state: 'active',
    owner,
    scopes: ['api'],
    expiresAt: Date.parse('2026-12-31'),
  });
});

test.each<[string, MadeAnswer, object]>([
  ['revoked', { status: 401, body: REVOKED }, { state: 'inactive', said: 'revoked' }],
  ['expired', { status: 401, body: EXPIRED }, { state: 'inactive', said: 'expired' }],
  ['unknown to this host', { status: 401, body: NOT_FOUND }, { state: 'inactive' }],
  ['without the scope', { status: 403, body: SCOPE }, { state: 'active' }],
])('a GitLab token that is said to be %s', async (_what, answer, expected) => {
  expect(await personal().check(TOKEN, answer)).toEqual(expected);
});

const UNCLEAR: readonly [string, MadeAnswer][] = [
  ['of 200 that does not call it active', { status: 200, body: { active: false } }],
  ['that calls it active without 200', { status: 203, body: SHOWN }],
  ['of 401 for impersonation', { status: 401, body: ended('Token is an impersonation token but') }],
  ['of 401 that says it later', { status: 401, body: ended(`x ${REVOKED.error_description}`) }],
  [
    'of 401 that says expired later',
    { status: 401, body: ended(`x ${EXPIRED.error_description}`) },
  ],
  ['of 401 without words', { status: 401, body: {} }],
  ['of 403 that says revoked', { status: 403, body: REVOKED }],
  ['of 403 that says expired', { status: 403, body: EXPIRED }],
  ['of 403 that says it is unknown', { status: 403, body: NOT_FOUND }],
  ['of 401 that says scope', { status: 401, body: { error: 'insufficient_scope' } }],
  ['of 403 of another reason', { status: 403, body: { error: 'dpop_error' } }],
];

test.each(UNCLEAR)(
  'an answer of GitLab %s leaves open whether a token is active',
  async (_what, answer) => {
    expect(await personal().check(TOKEN, answer)).toMatchObject({
      state: 'unclear',
      reason: expect.stringContaining(`GitLab answered ${answer.status}`),
    });
  },
);

test.each<[string, MadeAnswer, object]>([
  ['204', { status: 204 }, { status: 'accepted' }],
  ['revoked', { status: 401, body: REVOKED }, { status: 'already_revoked' }],
  [
    'expired',
    { status: 401, body: EXPIRED },
    {
      status: 'failed',
      error: { code: 'not_active', message: 'it is not active at GitLab (expired)' },
    },
  ],
  [
    'unknown',
    { status: 401, body: NOT_FOUND },
    {
      status: 'failed',
      error: { code: 'not_active', message: 'it is not active at GitLab (unknown)' },
    },
  ],
  [
    'without the scope',
    { status: 403, body: SCOPE },
    { status: 'failed', error: { code: 'request_refused' } },
  ],
  [
    'another type',
    { status: 400, body: { message: 'requires token type' } },
    {
      status: 'failed',
      error: {
        code: 'request_refused',
        message: 'GitLab refused the request (400): requires token type',
      },
    },
  ],
  ['200', { status: 200 }, { status: 'unknown', error: { code: 'unexpected_answer' } }],
  ['502', { status: 502 }, { status: 'unknown', error: { code: 'server_error' } }],
])('the revocation of a GitLab token that is answered with %s', async (_what, answer, expected) => {
  expect(await personal().revoke(TOKEN, answer)).toMatchObject({ target: TOKEN, ...expected });
});
