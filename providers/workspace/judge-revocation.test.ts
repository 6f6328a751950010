import type { Response } from '../../src/contract/index.js';
import { isRevokeError } from '../../src/contract/index.js';
import type { Api } from './client.js';
import { revokeToken, type WorkspaceRef } from './judge-revocation.js';
import { timeReader } from './tokens.js';

const JTI = 'jti_one';
const WORKSPACE = '74e4f895-5c8a-4222-ac86-ae0885506202';
const NOW = Date.parse('2026-11-28T12:00:00Z');
const facts = { target: JTI, jti: JTI, workspace_id: WORKSPACE };

/** What one answer comes to: a verdict, or the code and kind of the error. */
async function judged(
  status: number,
  body: unknown,
  {
    response = {},
    place = {},
  }: { response?: Partial<Response>; place?: Partial<WorkspaceRef> } = {},
) {
  const asked: string[] = [];
  const api = {
    http: {
      async send({ method, path }: { method: string; path: string }) {
        asked.push(`${method} ${path}`);
        const text = typeof body === 'string' ? body : JSON.stringify(body);
        return { status, headers: {}, body: text, tries: 1, inDoubt: false, ...response };
      },
    },
    clock: { now: () => NOW },
    endpoint: { prefix: '/api' },
    origin: 'https://example.test',
    headers: {},
    remedy: 'log in again',
    readTime: timeReader(),
    watchClock: () => undefined,
  } as unknown as Api;
  const ref = { workspaceId: WORKSPACE, workspace: 'demo', legacy: false, ...place };
  const verdict = await revokeToken(api, ref, JTI).catch((error: unknown) => {
    if (!isRevokeError(error)) throw error;
    const { kind, code, affects, message, hint, providerCode } = error;
    return { kind, code, affects, message, hint, providerCode };
  });
  return { verdict, asked };
}

test.each<[string, object, object]>([
  ['its status', { token_jti: JTI, status: 'revoked' }, { status: 'revoked' }],
  ['its status in capitals', { jti: JTI, status: 'Revoked' }, { status: 'revoked' }],
  [
    'its status and date',
    { jti: JTI, workspace_id: `demo-${WORKSPACE}`, status: 'revoked', revoked_at: NOW / 1000 },
    { status: 'revoked', revoked_at: '2026-11-28T12:00:00Z' },
  ],
  [
    'its date alone',
    { token_jti: JTI, jti: JTI, revoked_at: '2026-11-28T12:00:00Z' },
    { status: 'revoked', revoked_at: '2026-11-28T12:00:00Z' },
  ],
  [
    'a date within the difference of clocks',
    { jti: JTI, revoked_at: '2026-11-28T12:01:00Z' },
    { status: 'revoked', revoked_at: '2026-11-28T12:01:00Z' },
  ],
  ['no date', { jti: JTI, status: 'revoked', revoked_at: null }, { status: 'revoked' }],
  ['already_revoked', { jti: JTI, status: 'already_revoked' }, { status: 'already_revoked' }],
  ['already revoked', { jti: JTI, status: 'ALREADY REVOKED' }, { status: 'already_revoked' }],
])('a receipt that names the token and says %s proves it', async (_what, body, expected) => {
  const { verdict, asked } = await judged(200, body);
  expect(verdict).toEqual({ ...facts, ...expected });
  expect(asked).toEqual([`DELETE /api/v1/workspaces/${WORKSPACE}/tokens/${JTI}`]);
});

const good = { token_jti: JTI, status: 'revoked' };
test.each<[string, number, unknown]>([
  ['another token', 200, { ...good, token_jti: 'jti_two' }],
  ['another token beside it', 200, { ...good, jti: 'jti_two' }],
  ['no token', 200, { status: 'revoked' }],
  ['another workspace', 200, { ...good, workspace_id: 'b1a2c3d4-5c8a-4222-ac86-ae0885506202' }],
  ['a word of another meaning', 200, { ...good, status: 'unrevoked' }],
  ['a word with more around it', 200, { ...good, status: 'not already_revoked' }],
  ['a word with more behind it', 200, { ...good, status: 'already_revoked_not' }],
  ['neither a status nor a date', 200, { token_jti: JTI }],
  ['a date that is none', 200, { ...good, revoked_at: 'soon' }],
  ['a date to come', 200, { ...good, revoked_at: '2026-11-28T12:01:01Z' }],
  ['an error beside it', 200, { ...good, error: 'no' }],
  ['success: false beside it', 200, { ...good, success: false }],
  ['no JSON', 200, 'revoked'],
  ['a key twice', 200, `{"token_jti":"${JTI}","status":"revoked","status":"revoked"}`],
  ['another status of success', 202, good],
  ['204', 204, ''],
])('an answer with %s proves nothing', async (_what, status, body) => {
  const { verdict } = await judged(status, body);
  expect(verdict).toMatchObject({ kind: 'in_doubt', code: 'unexpected_answer' });
});

test('a date that is to come by our clock, and past by the server’s, is a date', async () => {
  const headers = { date: new Date(NOW + 3_600_000).toUTCString() };
  const { verdict } = await judged(
    200,
    { jti: JTI, revoked_at: '2026-11-28T13:00:00Z' },
    { response: { headers } },
  );
  expect(verdict).toMatchObject({ status: 'revoked' });
});

test.each<[string, number, object]>([
  ['the code, 409', 409, { error: { code: 'TOKEN_ALREADY_REVOKED' } }],
  ['the code, 410', 410, { error: { code: 'already_revoked', message: `Token ${JTI} is gone` } }],
  ['the sentence', 409, { detail: 'Token is already revoked' }],
  [
    'the sentence with its JTI',
    409,
    { detail: `Token with JTI '${JTI}' has been already revoked.` },
  ],
  ['the sentence with its JTI bare', 410, { error: `token ${JTI} was already revoked!` }],
])('already revoked counts as %s', async (_what, status, body) => {
  expect((await judged(status, body)).verdict).toEqual({ ...facts, status: 'already_revoked' });
});

test.each<[string, number, object]>([
  ['the sentence with 400', 400, { detail: 'Token is already revoked' }],
  ['the sentence about another token', 409, { detail: 'Token jti_two is already revoked' }],
  ['the code about another token', 409, { error: { code: 'ALREADY_REVOKED', message: 'jti_two' } }],
  ['the code and a not', 409, { error: { code: 'ALREADY_REVOKED', message: 'could not tell' } }],
  ['the code and an n’t', 409, { error: { code: 'ALREADY_REVOKED', message: "isn't" } }],
  ['a code with more', 409, { error: { code: 'NOT_ALREADY_REVOKED' } }],
  ['a code with more behind it', 409, { error: { code: 'ALREADY_REVOKED_NOT' } }],
  ['a sentence with more before it', 409, { detail: 'No token is already revoked' }],
  ['a sentence with more behind it', 409, { detail: 'Token is already revoked by nobody' }],
])('%s is no word on the token', async (_what, status, body) => {
  expect((await judged(status, body)).verdict).toMatchObject({ kind: 'refused', code: 'refused' });
});

test.each([
  ['an own try without an answer', { response: { inDoubt: true } }],
  ['an own try in an earlier run', { place: { isAgain: true } }],
])('already revoked after %s is revoked', async (_what, more) => {
  const { verdict } = await judged(409, { detail: 'Token is already revoked' }, more);
  expect(verdict).toEqual({ ...facts, status: 'revoked' });
});

test('a 404 about the token is not found, with the code of the server or its status', async () => {
  const error = {
    code: 'not_found',
    provider_code: 404,
    message: `Token with JTI '${JTI}' not found in workspace demo`,
    hint: 'check the JTI and the workspace: revoke workspace list --show-expired',
  };
  const { verdict } = await judged(404, { detail: 'Token not found' });
  expect(verdict).toEqual({ ...facts, status: 'failed', error });
  const coded = await judged(404, { error: { code: 'TOKEN_NOT_FOUND', message: 'gone' } });
  expect(coded.verdict).toMatchObject({ error: { provider_code: 'TOKEN_NOT_FOUND' } });
  const jti = await judged(404, { detail: 'no such jti' });
  expect(jti.verdict).toMatchObject({ status: 'failed', error: { code: 'not_found' } });
});

test.each<[string, number, object, object]>([
  ['405', 405, { detail: 'Token' }, { code: 'no_token_api', affects: 'run', providerCode: 405 }],
  ['a bare 404', 404, {}, { code: 'no_token_api', affects: 'run', providerCode: 404 }],
  ['Not Found', 404, { detail: 'Not Found' }, { code: 'no_token_api', affects: 'run' }],
  [
    'a 404 about the workspace',
    404,
    { detail: 'Workspace not found' },
    { code: 'workspace_not_found', affects: 'run', hint: 'check --workspace and the endpoint' },
  ],
  [
    'a 404 with the code of the workspace',
    404,
    { error: { code: 'WORKSPACE_NOT_FOUND', message: 'no token of it' } },
    { code: 'workspace_not_found', providerCode: 'WORKSPACE_NOT_FOUND' },
  ],
  ['another 404', 404, { detail: 'gone away' }, { code: 'refused', affects: 'target' }],
  [
    '422 with its complaints',
    422,
    { detail: [{ msg: 'too long' }, { msg: 'too odd' }, {}] },
    {
      code: 'refused',
      message: 'the workspace service refused the request (422): too long; too odd',
    },
  ],
  [
    '400 with a detail that is an object',
    400,
    { detail: { message: 'bad' } },
    { message: 'the workspace service refused the request (400): bad' },
  ],
  [
    '400 with a message',
    400,
    { message: 'bad' },
    { message: 'the workspace service refused the request (400): bad' },
  ],
  ['400 without words', 400, [], { message: 'the workspace service refused the request (400)' }],
  ['401', 401, {}, { kind: 'credentials', code: 'credentials_rejected', hint: 'log in again' }],
])('%s is the error that it stands for', async (_what, status, body, expected) => {
  expect((await judged(status, body)).verdict).toMatchObject(expected);
});

describe('the first releases', () => {
  const legacy = { place: { legacy: true } };

  test.each([
    ['Token revoked successfully', 'accepted'],
    ['The token was REVOKED.', 'accepted'],
    ['Token is already revoked', 'already_revoked'],
  ])('their sentence "%s" is %s', async (message, status) => {
    const { verdict, asked } = await judged(200, { message }, legacy);
    expect(verdict).toEqual({ ...facts, status });
    expect(asked).toEqual([`POST /api/v1/workspaces/${WORKSPACE}/tokens/${JTI}/revoke`]);
  });

  test.each([
    'Token was not revoked',
    'failed: revoked',
    'error: revoked',
    'revoked? unknown',
    'cannot be revoked',
    'denied, not revoked',
    'unrevoked',
    'OK',
  ])('their sentence "%s" proves nothing', async (message) => {
    const { verdict } = await judged(200, { message }, legacy);
    expect(verdict).toMatchObject({ code: 'unexpected_answer' });
  });

  test('their sentence counts for them alone, and not beside an error', async () => {
    const message = 'Token revoked successfully';
    expect((await judged(200, { message })).verdict).toMatchObject({ code: 'unexpected_answer' });
    const denied = await judged(200, { message, error: 'no' }, legacy);
    expect(denied.verdict).toMatchObject({ code: 'unexpected_answer' });
    const receipt = await judged(200, good, legacy);
    expect(receipt.verdict).toEqual({ ...facts, status: 'revoked' });
    const route = await judged(404, {}, legacy);
    expect(route.verdict).toMatchObject({
      hint: 'check the endpoint, or unset WORKSPACE_LEGACY_REVOKE',
    });
  });
});
