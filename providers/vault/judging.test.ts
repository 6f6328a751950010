/** What each answer of Vault and OpenBao comes to, without a server. */
import { makeFamily, type MadeAnswer } from '../../test/support/made-answers.js';
import vault from './index.js';

const TOKEN = 'hvs.made';
const errors = (status: number, ...said: readonly unknown[]): MadeAnswer => ({
  status,
  body: { errors: said },
});
/** An inactive token since 1.13, one whose policies forbid it, and what older servers say of both. */
const INVALID = '2 errors occurred:\n\t* permission denied\n\t* invalid token\n\n';
const FORBIDDEN = '1 error occurred:\n\t* permission denied\n\n';
const BARE = 'permission denied';
const shown = (data: object = {}, status = 200): MadeAnswer => ({
  status,
  body: { data: { policies: ['default'], ...data } },
});
const service = (namespace?: string) =>
  makeFamily(vault, 'service', { settings: namespace === undefined ? {} : { namespace } });

test('a Vault token goes to no server but the one that is configured', () => {
  const { endpoint, ownCredentials, settings, families } = vault.tokens;
  expect(endpoint).toEqual({ env: 'VAULT_ADDR', alsoEnv: ['BAO_ADDR'] });
  expect(settings).toMatchObject([{ name: 'namespace', env: 'VAULT_NAMESPACE' }]);
  expect(ownCredentials).toEqual({ env: ['VAULT_TOKEN', 'BAO_TOKEN'], files: ['.vault-token'] });
  expect(families()[0].consequences).toEqual([
    expect.stringMatching(/child tokens and its leases/),
    expect.stringMatching(/limited number of uses/),
  ]);
});

test.each<[string | undefined, object]>([
  [undefined, {}],
  ['team', { 'x-vault-namespace': 'team' }],
])('a Vault token looks at itself and revokes itself, in the namespace %s', async (name, more) => {
  const family = service(name);
  await family.check(TOKEN, shown());
  await family.revoke(TOKEN, { status: 204 });
  const own = { accept: 'application/json', 'x-vault-token': TOKEN, 'x-vault-request': 'true' };
  const headers = { ...own, ...more };
  expect(family.requests).toStrictEqual(
    [
      { method: 'GET', path: '/v1/auth/token/lookup-self' },
      { method: 'POST', path: '/v1/auth/token/revoke-self' },
    ].map((one) => ({ ...one, headers, origin: 'https://service.example', idempotent: true })),
  );
});

test.each<[string, object, object]>([
  ['two uses left', { num_uses: 2 }, { uses_left: 2 }],
  ['one use left', { num_uses: 1 }, { uses_left: 1 }],
  ['uses without end', { num_uses: 0 }, {}],
  ['uses that are no number', { num_uses: '2' }, {}],
])('an active Vault token with %s', async (_what, uses, facts) => {
  const data = { display_name: 'ci', expire_time: '2026-12-01T00:00:00Z', ...uses };
  expect(await service().check(TOKEN, shown(data))).toEqual({
    state: 'active',
    owner: 'ci',
    scopes: ['default'],
    expiresAt: Date.parse('2026-12-01T00:00:00Z'),
    facts,
  });
});

test.each<[string, MadeAnswer, object]>([
  ['an invalid token', errors(403, INVALID), { state: 'inactive' }],
  [
    'both in two texts, the other way round',
    errors(403, 'invalid token', 'sorry', BARE),
    { state: 'inactive' },
  ],
  ['a forbidden path', errors(403, FORBIDDEN), { state: 'active' }],
  [
    'a forbidden path in one line',
    errors(403, '1 error occurred: * permission denied'),
    { state: 'active' },
  ],
])('a Vault token of which %s is said', async (_what, answer, expected) => {
  expect(await service().check(TOKEN, answer)).toEqual(expected);
});

const OPEN: readonly [string, MadeAnswer][] = [
  ['invalid token alone', errors(403, 'invalid token')],
  ['a forbidden path with more before it', errors(403, `x ${FORBIDDEN}`)],
  ['a forbidden path with more behind it', errors(403, `${FORBIDDEN} x`)],
  ['an invalid token, with 400', errors(400, INVALID)],
  ['a forbidden path, with 503', errors(503, FORBIDDEN)],
  ['no list of errors', { status: 403, body: { errors: INVALID } }],
  ['nothing', { status: 403 }],
  ['what it is, with another status', shown({}, 473)],
  ['what it is, without its policies', { status: 200, body: { data: { display_name: 'x' } } }],
];
test.each(OPEN)('a Vault token is open where %s is said', async (_what, answer) => {
  expect(await service().check(TOKEN, answer)).toMatchObject({
    state: 'unclear',
    reason: expect.stringContaining(`Vault answered ${answer.status}`),
  });
});

test('a bare refusal says that a Vault token is inactive only after it was seen as active', async () => {
  const family = service();
  const bare = errors(403, ` ${BARE}\n`);
  expect(await family.check(TOKEN, bare)).toEqual({
    state: 'unclear',
    reason: 'Vault answered 403',
  });
  await family.check(TOKEN, shown());
  expect(await family.check(TOKEN, bare)).toEqual({ state: 'inactive' });
  expect(await family.check(TOKEN, errors(403, 'blocked'))).toMatchObject({ state: 'unclear' });
  for (const _again of [1, 2])
    expect(await family.check('hvs.other', bare)).toMatchObject({ state: 'unclear' });
});

test.each<[string, MadeAnswer, object]>([
  ['204', { status: 204 }, { status: 'accepted' }],
  [
    '200',
    { status: 200 },
    { status: 'unknown', error: { message: 'Vault answered 200, not as documented' } },
  ],
  [
    'that batch tokens cannot be revoked',
    errors(400, 'batch tokens cannot be revoked'),
    {
      status: 'failed',
      revocable_by: 'expiry',
      error: {
        code: 'cannot_revoke',
        message: 'it is a batch token, which cannot be revoked',
        hint: 'it becomes inactive when its time is up',
      },
    },
  ],
  [
    'that, with 403',
    errors(403, 'batch tokens cannot be revoked'),
    { error: { code: 'request_refused' } },
  ],
  ['another 400', errors(400, 'no'), { error: { code: 'request_refused' } }],
  [
    'an invalid token',
    errors(403, INVALID),
    { status: 'failed', error: { code: 'not_active', message: 'it is not active at Vault' } },
  ],
  ['an invalid token, with 400', errors(400, INVALID), { error: { code: 'request_refused' } }],
  [
    'a forbidden path',
    errors(403, FORBIDDEN),
    {
      status: 'failed',
      revocable_by: 'admin',
      error: {
        code: 'cannot_revoke',
        message: 'its policies do not let it revoke itself; it is active',
        hint: 'an administrator can: vault token revoke, or revoke its accessor',
      },
    },
  ],
  ['a forbidden path, with 400', errors(400, FORBIDDEN), { error: { code: 'request_refused' } }],
  ['a bare refusal', errors(403, BARE), { status: 'failed', error: { code: 'request_refused' } }],
  ['no errors', { status: 403 }, { status: 'failed', error: { code: 'request_refused' } }],
  [
    'errors that are not texts alone',
    errors(403, INVALID, 1),
    { error: { code: 'request_refused' } },
  ],
  ['503', errors(503, 'Vault is sealed'), { status: 'unknown', error: { code: 'server_error' } }],
])('the revocation of a Vault token that is answered with %s', async (_what, answer, expected) => {
  expect(await service().revoke(TOKEN, answer)).toMatchObject({ target: TOKEN, ...expected });
});
