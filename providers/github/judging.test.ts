/** What each answer of GitHub comes to, without a server. */
import { makeFamily, MADE_NOW, type MadeAnswer } from '../../test/support/made-answers.js';
import github from './index.js';

const TOKEN = 'ghp_made';
const HOUR = 3_600_000;
const DOCUMENTED = { status: 401, body: { message: 'Bad credentials' } };
const user = (login: string, headers = {}): MadeAnswer => ({
  status: 200,
  body: { login },
  headers,
});
const budget = (left: number | string, resetAt: number | string = MADE_NOW + HOUR) => ({
  'x-ratelimit-limit': '60',
  'x-ratelimit-remaining': String(left),
  'x-ratelimit-reset': String(typeof resetAt === 'number' ? resetAt / 1000 : resetAt),
});
const personal = (given = {}) => makeFamily(github, 'personal', given);
const installation = () => makeFamily(github, 'installation');

describe('a batch of GitHub tokens', () => {
  test('is sent as documented, without a login', async () => {
    const family = personal();
    await family.revoke(['ghp_one', 'ghp_two'], { status: 202, body: {} });
    expect(family.requests).toEqual([
      {
        method: 'POST',
        origin: 'https://service.example',
        path: '/credentials/revoke',
        headers: {
          accept: 'application/vnd.github+json',
          'content-type': 'application/json',
          'x-github-api-version': '2022-11-28',
        },
        body: '{"credentials":["ghp_one","ghp_two"]}',
        idempotent: true,
      },
    ]);
  });

  test.each<[string, MadeAnswer, object]>([
    ['202 is accepted', { status: 202 }, { status: 'accepted' }],
    ['200 is open', { status: 200 }, { status: 'unknown', error: { code: 'unexpected_answer' } }],
    ['500 is open', { status: 500 }, { status: 'unknown', error: { code: 'server_error' } }],
    [
      '401 of GitHub itself',
      { status: 401 },
      { status: 'failed', error: { code: 'request_refused' } },
    ],
    [
      '403 of GitHub itself',
      { status: 403 },
      { status: 'failed', error: { code: 'request_refused' } },
    ],
    ['400', { status: 400 }, { error: { message: 'GitHub refused the request (400)' } }],
    ['404', { status: 404 }, { status: 'failed', error: { code: 'route_missing' } }],
    [
      '429 without a budget',
      { status: 429, headers: { 'retry-after': '7' } },
      { status: 'failed', error: { code: 'rate_limited', hint: 'run this again after 7 s' } },
    ],
  ])('%s', async (_what, answer, expected) => {
    const verdict = await personal().revoke(TOKEN, answer);
    expect(verdict).toMatchObject({ target: TOKEN, ...expected });
  });

  test('that is invalid speaks of no token: it is refused as a batch', async () => {
    await expect(personal().revoke(TOKEN, { status: 422 })).rejects.toMatchObject({
      code: 'batch_refused',
      affects: 'batch',
      providerCode: 422,
      message: 'GitHub refused the request as invalid (422)',
      hint: 'one of the values may not be a token: check them',
    });
  });

  test.each([401, 403])('refused with %i by an instance: it needs a login', async (status) => {
    expect(await personal({ isInstance: true }).revoke(TOKEN, { status })).toMatchObject({
      status: 'failed',
      revocable_by: 'owner',
      error: {
        code: 'cannot_revoke',
        provider_code: status,
        message: 'this server does not revoke tokens without a login',
        hint: 'its owner or an administrator of the server can revoke it',
      },
    });
  });

  test('refused with 400 by an instance: that says nothing of a login', async () => {
    expect(await personal({ isInstance: true }).revoke(TOKEN, { status: 400 })).toMatchObject({
      error: { code: 'request_refused' },
    });
  });
});

describe("GitHub's hour without a login", () => {
  test('used up by the last answer: nothing is sent until it is whole again', async () => {
    const family = personal();
    await family.revoke(TOKEN, { status: 202, headers: budget(0) });
    expect(await family.revoke(TOKEN, { status: 202 })).toMatchObject({ status: 'accepted' });
    expect(family.waits).toEqual([
      [HOUR + 1000, "GitHub's hourly limit is used up: waiting until 2026-11-28T13:00:00Z"],
    ]);
    expect(family.requests).toHaveLength(2);
  });

  test('is waited for once: after it the next batch leaves at once', async () => {
    const family = personal();
    await family.revoke(TOKEN, { status: 202, headers: budget(0) });
    await family.revoke(TOKEN, { status: 202 });
    await family.revoke(TOKEN, { status: 202 });
    expect(family.waits).toHaveLength(1);
  });

  test('that is over by now is not waited for', async () => {
    const family = personal();
    await family.revoke(TOKEN, { status: 202, headers: budget(0) });
    family.elapse(HOUR);
    await family.revoke(TOKEN, { status: 202 });
    expect(family.waits).toEqual([]);
  });

  test('with requests left is not waited for', async () => {
    const family = personal();
    await family.revoke(TOKEN, { status: 202, headers: budget(1) });
    await family.revoke(TOKEN, { status: 202 });
    expect(family.waits).toEqual([]);
  });

  test.each([403, 429])('used up by others: a %i is sent again after it', async (status) => {
    const family = personal();
    const refused = { status, headers: budget(0, MADE_NOW - 5000) };
    expect(await family.revoke(TOKEN, refused, { status: 202 })).toMatchObject({
      status: 'accepted',
    });
    expect(family.waits.map(([ms]) => ms)).toEqual([1000]);
  });

  test.each<[string, Record<string, string>, number]>([
    ['no budget', {}, 0],
    ['no time', budget(0, 'soon'), 1],
  ])('is what an answer before said of it, where one says %s', async (_what, headers, waits) => {
    const family = personal();
    await family.revoke(TOKEN, { status: 202, headers: budget(10) });
    await family.revoke(TOKEN, { status: 202, headers });
    expect(await family.check(TOKEN)).toMatchObject({ endsChecks: true });
    await family.revoke(TOKEN, { status: 202 });
    expect(family.waits).toHaveLength(waits);
  });

  test('used up by others twice: the second refusal is the outcome, and is remembered', async () => {
    const family = personal();
    const refused = { status: 403, headers: budget(0) };
    const again = { status: 403, headers: budget(0, MADE_NOW + 2 * HOUR) };
    expect(await family.revoke(TOKEN, refused, again)).toMatchObject({
      status: 'failed',
      error: { code: 'request_refused' },
    });
    await family.revoke(TOKEN, { status: 202 });
    expect(family.waits.map(([ms]) => ms)).toEqual([HOUR + 1000, HOUR]);
  });

  test.each([
    ['another status', { status: 401, headers: budget(0) }],
    ['requests left', { status: 403, headers: budget(1) }],
    ['no time at which it is whole again', { status: 403, headers: budget(0, 'soon') }],
    ['no budget', { status: 403 }],
  ])('a refusal with %s is not sent again', async (_what, refused) => {
    const family = personal();
    expect(await family.revoke(TOKEN, refused)).toMatchObject({ status: 'failed' });
    expect(family.waits).toEqual([]);
  });

  test.each([
    ['before it was sent', [{ status: 202, headers: budget(0) }]],
    ['before it was sent again', [{ status: 403, headers: budget(0) }]],
  ])('an interrupt %s: it was not sent', async (what, answers) => {
    const family = personal({ interrupts: true });
    if (what === 'before it was sent') await family.revoke(TOKEN, ...answers.splice(0));
    expect(await family.revoke(TOKEN, ...answers)).toMatchObject({
      status: 'failed',
      error: { code: 'interrupted', message: 'it was not sent: the run was interrupted' },
    });
    expect(family.requests).toHaveLength(1);
  });

  test.each([
    ['a budget that names no limit is the small one', { 'x-ratelimit-limit': undefined }, 1],
    ['the larger budget of a good login is another one', { 'x-ratelimit-limit': '5000' }, 0],
  ])('%s', async (_what, header, waits) => {
    const family = personal();
    const headers = JSON.parse(JSON.stringify({ ...budget(0), ...header })) as typeof header;
    await family.revoke(TOKEN, { status: 202, headers: headers as Record<string, string> });
    await family.revoke(TOKEN, { status: 202 });
    expect(family.waits).toHaveLength(waits);
  });
});

describe('a check of a GitHub token', () => {
  test('asks whose it is, with the token', async () => {
    const family = personal();
    await family.check(TOKEN, user('octavia'));
    expect(family.requests).toMatchObject([
      {
        method: 'GET',
        path: '/user',
        headers: { authorization: `Bearer ${TOKEN}`, 'x-github-api-version': '2022-11-28' },
      },
    ]);
  });

  test.each<[string, string | undefined]>([
    ['2026-12-01 00:00:00 UTC', '2026-12-01T00:00:00.000Z'],
    ['2026-12-01 00:00:00 -0700', '2026-12-01T07:00:00.000Z'],
    ['2026-12-01 00:00:00 +02:00', '2026-11-30T22:00:00.000Z'],
    ['2026-12-01T00:00:00Z', '2026-12-01T00:00:00.000Z'],
    ['never', undefined],
  ])('reads the expiry %s', async (header, expected) => {
    const headers = { 'github-authentication-token-expiration': header };
    const result = await personal().check(TOKEN, user('octavia', headers));
    const at = result.state === 'active' ? result.expiresAt : NaN;
    expect(at === undefined ? at : new Date(at).toISOString()).toBe(expected);
  });

  test('that shows an owner is active, with its scopes', async () => {
    const headers = { 'x-oauth-scopes': 'repo, read:org' };
    expect(await personal().check(TOKEN, user('octavia', headers))).toEqual({
      state: 'active',
      owner: 'octavia',
      scopes: ['repo', 'read:org'],
      expiresAt: undefined,
      facts: { audit_url: 'https://github.com/settings/security-log' },
    });
  });

  test('answered with the documented 401 is inactive', async () => {
    expect(await personal().check(TOKEN, DOCUMENTED)).toEqual({ state: 'inactive' });
  });

  test.each<[string, MadeAnswer]>([
    ['401 of another text', { status: 401, body: { message: 'Requires authentication' } }],
    ['its documented text, without 401', { status: 404, body: { message: 'Bad credentials' } }],
    ['200 without an owner', { status: 200, body: {} }],
    ['an owner, without 200', { status: 203, body: { login: 'octavia' } }],
    ['500', { status: 500 }],
  ])('answered with %s leaves it open, and others are checked', async (_what, answer) => {
    const result = await personal().check(TOKEN, answer);
    expect(result.state).toBe('unclear');
    expect(result).not.toHaveProperty('endsChecks');
  });

  test.each([403, 429])(
    'answered with %i ends the checks: good logins are locked',
    async (status) => {
      const answer = { status, body: { message: 'Maximum number of login attempts exceeded.' } };
      expect(await personal().check(TOKEN, answer)).toEqual({
        state: 'unclear',
        reason: `GitHub answered ${status}: Maximum number of login attempts exceeded.`,
        endsChecks: true,
      });
    },
  );

  test('is not made where the hour has ten requests left', async () => {
    const family = personal();
    await family.revoke(TOKEN, { status: 202, headers: budget(11) });
    expect(await family.check(TOKEN, user('octavia', budget(10)))).toMatchObject({
      state: 'active',
    });
    expect(await family.check(TOKEN)).toEqual({
      state: 'unclear',
      reason: "GitHub's hourly limit is nearly used up: no more tokens are checked",
      endsChecks: true,
    });
  });

  test('is not made after ten tokens in a row that were inactive', async () => {
    const family = personal();
    for (let n = 0; n < 9; n++) await family.check(`ghp_${n}`, DOCUMENTED);
    expect(await family.check('ghp_9', DOCUMENTED)).toEqual({ state: 'inactive' });
    expect(await family.check('ghp_10')).toEqual({
      state: 'unclear',
      reason: 'ten tokens in a row were inactive: no more tokens are checked',
      endsChecks: true,
    });
  });

  test('of an active token, or one that stays open, begins the row anew or leaves it', async () => {
    const family = personal();
    for (let n = 0; n < 9; n++) await family.check(`ghp_${n}`, DOCUMENTED);
    await family.check('ghp_open', { status: 500 });
    await family.check('ghp_active', user('octavia'));
    for (let n = 0; n < 10; n++) {
      expect(await family.check(`ghp_1${n}`, DOCUMENTED)).toEqual({ state: 'inactive' });
    }
  });

  test('of a token that was active is made after the row too, and does not count for it', async () => {
    const family = personal();
    await family.check(TOKEN, user('octavia'));
    for (let n = 0; n < 9; n++) await family.check(`ghp_${n}`, DOCUMENTED);
    expect(await family.check(TOKEN, DOCUMENTED)).toEqual({ state: 'inactive' });
    expect(await family.check('ghp_9', DOCUMENTED)).toEqual({ state: 'inactive' });
    expect(await family.check('ghp_10')).toMatchObject({ endsChecks: true });
    expect(await family.check(TOKEN, DOCUMENTED)).toEqual({ state: 'inactive' });
  });
});

describe('an installation token of GitHub', () => {
  const version = { 'x-github-api-version': '2022-11-28', authorization: 'Bearer ghs_made' };

  test('is looked at by its repositories, and deleted by itself', async () => {
    const family = installation();
    await family.check('ghs_made', { status: 200, body: { repositories: [] } });
    await family.revoke('ghs_made', { status: 204 });
    expect(family.requests).toMatchObject([
      { method: 'GET', path: '/installation/repositories?per_page=1', headers: version },
      { method: 'DELETE', path: '/installation/token', headers: version },
    ]);
  });

  test.each<[string, MadeAnswer, object]>([
    [
      'a list with its owner',
      { status: 200, body: { repositories: [{ owner: { login: 'acme' } }] } },
      { state: 'active', owner: 'acme' },
    ],
    ['an empty list', { status: 200, body: { repositories: [] } }, { state: 'active' }],
    ['no list', { status: 200, body: {} }, { state: 'unclear' }],
    ['a list without 200', { status: 203, body: { repositories: [] } }, { state: 'unclear' }],
    ['the documented 401', DOCUMENTED, { state: 'inactive' }],
    ['another 401', { status: 401, body: { message: 'No' } }, { state: 'unclear' }],
    [
      '403',
      { status: 403, body: { message: 'Bad credentials' } },
      { state: 'unclear', reason: 'GitHub answered 403: Bad credentials' },
    ],
  ])('answered with %s is seen as what that says', async (_what, answer, expected) => {
    expect(await installation().check('ghs_made', answer)).toMatchObject(expected);
  });

  test.each<[number, object]>([
    [204, { status: 'accepted' }],
    [200, { status: 'unknown', error: { message: 'GitHub answered 200, not as documented' } }],
    [
      401,
      { status: 'failed', error: { code: 'not_active', message: 'it is not active at GitHub' } },
    ],
    [
      403,
      {
        status: 'failed',
        error: { code: 'request_refused', message: 'GitHub refused the request (403)' },
      },
    ],
    [500, { status: 'unknown', error: { code: 'server_error' } }],
  ])('whose deletion is answered with %i comes to that', async (status, expected) => {
    expect(await installation().revoke('ghs_made', { status })).toMatchObject(expected);
  });
});
