/** What each answer of Slack comes to, without a server. */
import { makeFamily, type MadeAnswer } from '../../test/support/made-answers.js';
import slack from './index.js';

const TOKEN = 'xoxb-made';
const ok = (body: object, headers = {}): MadeAnswer => ({
  status: 200,
  body: { ok: true, ...body },
  headers,
});
const says = (error: unknown, status = 200, isOk: unknown = false): MadeAnswer => ({
  status,
  body: { ok: isOk, error },
});
const tokens = () => makeFamily(slack, 'tokens');

test('a Slack token goes to slack.com alone, four at once, fifty a minute', () => {
  const { endpoint, ownCredentials, auditUrl, families } = slack.tokens;
  expect(endpoint).toEqual({ env: 'REVOKE_SLACK_URL', default: 'https://slack.com/api' });
  expect(ownCredentials).toEqual({ env: ['SLACK_BOT_TOKEN', 'SLACK_TOKEN'] });
  expect(auditUrl).toMatch(/^https:\/\/slack\.com\/help\//);
  expect(families()).toMatchObject([{ concurrency: 4, pace: { requests: 50, seconds: 60 } }]);
  expect(families()[0].consequences).toEqual([expect.stringMatching(/app may be uninstalled/)]);
});

test('a Slack token is looked at and revoked with itself as the bearer, in a form', async () => {
  const family = tokens();
  await family.check(TOKEN, ok({ user_id: 'U1' }));
  await family.revoke(TOKEN, ok({ revoked: true }));
  const headers = {
    accept: 'application/json',
    authorization: `Bearer ${TOKEN}`,
    'content-type': 'application/x-www-form-urlencoded',
  };
  expect(family.requests).toEqual(
    ['/auth.test', '/auth.revoke'].map((path) => ({
      ...{ method: 'POST', origin: 'https://service.example', path, headers },
      ...{ body: '', idempotent: true },
    })),
  );
});

test.each<[string, object, string]>([
  ['and team', { user: 'octavia', team: 'Acme' }, 'octavia at Acme'],
  ['alone', { user: 'octavia' }, 'octavia'],
])(
  'an active Slack token is shown with its user %s, and its scopes',
  async (_what, names, owner) => {
    const answer = ok({ user_id: 'U1', ...names }, { 'x-oauth-scopes': 'chat:write,files:read' });
    expect(await tokens().check(TOKEN, answer)).toEqual({
      state: 'active',
      owner,
      scopes: ['chat:write', 'files:read'],
    });
  },
);

test.each<[string, string | undefined]>([
  ['token_revoked', 'revoked'],
  ['token_expired', 'expired'],
  ['account_inactive', undefined],
])('a Slack token of which it says %s is inactive', async (word, said) => {
  const expected = said === undefined ? { state: 'inactive' } : { state: 'inactive', said };
  expect(await tokens().check(TOKEN, says(word))).toEqual(expected);
});

test.each<[string, MadeAnswer, string]>([
  ['invalid_auth', says('invalid_auth'), 'Slack says invalid_auth'],
  ['ekm_access_denied', says('ekm_access_denied'), 'Slack says ekm_access_denied'],
  ['a name of any object', says('toString'), 'Slack says toString'],
  [
    'token_revoked with another status',
    says('token_revoked', 403),
    'Slack answered 403: token_revoked',
  ],
  [
    'token_revoked beside ok',
    says('token_revoked', 200, true),
    'Slack answered 200: token_revoked',
  ],
  [
    'token_revoked without ok',
    says('token_revoked', 200, null),
    'Slack answered 200: token_revoked',
  ],
  ['a sentence', says('not a word'), 'Slack answered 200: not a word'],
  ['a sentence that ends in a word', says('-word'), 'Slack answered 200: -word'],
  ['a word of 61 letters', says('w'.repeat(61)), `Slack answered 200: ${'w'.repeat(61)}`],
  ['no word', says(''), 'Slack answered 200'],
  ['ok without a user', ok({}), 'Slack answered 200'],
  ['a user without 200', { status: 201, body: { ok: true, user_id: 'U1' } }, 'Slack answered 201'],
  ['a user without ok', { status: 200, body: { user_id: 'U1' } }, 'Slack answered 200'],
])('a Slack token is open where Slack says %s', async (_what, answer, reason) => {
  expect(await tokens().check(TOKEN, answer)).toEqual({ state: 'unclear', reason });
});

test('invalid_auth counts only of a token whose revocation Slack confirmed', async () => {
  const family = tokens();
  await family.revoke(TOKEN, ok({ revoked: true }));
  await family.revoke('xoxb-other', ok({ revoked: false }));
  expect(await family.check(TOKEN, says('invalid_auth'))).toEqual({ state: 'inactive' });
  expect(await family.check(TOKEN, says('not_authed'))).toMatchObject({ state: 'unclear' });
  expect(await family.check('xoxb-other', says('invalid_auth'))).toMatchObject({
    state: 'unclear',
  });
});

const unknown = {
  status: 'unknown',
  error: { code: 'unexpected_answer', message: 'Slack answered 200, not as documented' },
};
test.each<[string, MadeAnswer, object]>([
  ['revoked', ok({ revoked: true }), { status: 'revoked' }],
  [
    'that it revoked nothing',
    ok({ revoked: false }),
    {
      status: 'failed',
      error: { code: 'not_revoked', message: 'Slack answered that it revoked nothing' },
    },
  ],
  ['ok alone', ok({}), unknown],
  ['nothing', { status: 200 }, unknown],
  ['revoked without ok', { status: 200, body: { revoked: true } }, unknown],
  [
    'revoked with another 2xx',
    { status: 202, body: { ok: true, revoked: true } },
    { status: 'unknown' },
  ],
  ['token_revoked', says('token_revoked'), { status: 'already_revoked' }],
  [
    'token_expired',
    says('token_expired'),
    {
      status: 'failed',
      error: { code: 'not_active', message: 'it is not active at Slack (token_expired)' },
    },
  ],
  [
    'account_inactive',
    says('account_inactive'),
    { status: 'failed', error: { code: 'not_active' } },
  ],
  [
    'invalid_auth',
    says('invalid_auth'),
    {
      status: 'failed',
      error: {
        code: 'request_refused',
        provider_code: 'invalid_auth',
        message: 'Slack refused the request: invalid_auth',
      },
    },
  ],
])('the revocation of a Slack token that is answered with %s', async (_what, answer, expected) => {
  expect(await tokens().revoke(TOKEN, answer)).toMatchObject({ target: TOKEN, ...expected });
});
