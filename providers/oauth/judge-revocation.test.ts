import type { Response } from '../../src/contract/index.js';
import { judgeRevocation } from './judge-revocation.js';
import type { Answer } from './presenter.js';

const NOW = Date.parse('2026-11-28T12:00:00Z');
const BASIC = { method: 'client_secret_basic', form: 'encoded' };

/** What one answer comes to; undefined: the token was taken. */
function judged(
  status: number,
  body: unknown = '',
  {
    used = BASIC,
    rejected = [] as string[],
    ...response
  }: Partial<Response> & Partial<{ used: object; rejected: string[] }> = {},
) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const error = judgeRevocation(
    {
      response: { status, headers: {}, body: text, tries: 1, inDoubt: false, ...response },
      used,
      rejected,
    } as unknown as Answer,
    NOW,
  );
  if (!error) return undefined;
  const { kind, code, message, hint, providerCode, affects } = error;
  return { kind, code, message, hint, providerCode, affects };
}

test.each<[string, unknown]>([
  ['nothing', ''],
  ['an empty object', {}],
  ['a text', 'OK'],
  ['true', 'true'],
  ['a member that says nothing against it', { status: 'ok' }],
])('a 200 with %s takes the token', (_what, body) => {
  expect(judged(200, body)).toBeUndefined();
});

test.each<[string, number, unknown]>([
  ['a web page', 200, '<html>'],
  ['a web page behind blanks', 200, ' \n<!doctype html>'],
  ['false', 200, 'false'],
  ['an error', 200, { error: 'invalid_token' }],
  ['success: false', 200, { success: false }],
  ['another status of success', 204, ''],
])('an answer of %s leaves open whether the token was taken', (_what, status, body) => {
  expect(judged(status, body)).toMatchObject({
    kind: 'in_doubt',
    code: 'unexpected_answer',
    message: `the server answered ${status}, but not as documented`,
  });
});

test.each<[string, string, string]>([
  [
    'unsupported_token_type',
    'the server cannot revoke tokens of this type',
    'revoke the refresh token of its grant, or end the session at the server',
  ],
  [
    'invalid_token',
    'the server does not know this token',
    'check that it is complete and of this server; it may also be inactive already',
  ],
  [
    'invalid_grant',
    'the server does not know this token, or it belongs to another client',
    'check that it is complete and was issued to this client; it may also be inactive already',
  ],
])('a 400 of %s is a refusal of this token', (error, message, hint) => {
  const expected = { kind: 'refused', code: error, hint, providerCode: error, affects: 'target' };
  expect(judged(400, { error })).toEqual({ ...expected, message });
  const error_description = 'It is  odd.';
  expect(judged(400, { error, error_description })).toEqual({
    ...expected,
    message: `${message}: It is odd.`,
  });
  expect(judged(403, { error })).toMatchObject({ code: error });
});

test.each(['invalid_token', 'invalid_grant'])(
  'after an earlier try without an answer, %s may be its doing: it is open',
  (error) => {
    expect(judged(400, { error }, { inDoubt: true })).toMatchObject({
      kind: 'in_doubt',
      code: error,
      message: expect.stringMatching(/; an earlier try got no answer$/),
    });
  },
);

test('after an earlier try without an answer, a type that the server never revokes is refused', () => {
  const said = judged(400, { error: 'unsupported_token_type' }, { inDoubt: true });
  expect(said).toMatchObject({ kind: 'refused', code: 'unsupported_token_type' });
});

test.each([399, 500])('a %i that names an error of a token is none of its refusals', (status) => {
  expect(judged(status, { error: 'invalid_token' })?.code).not.toBe('invalid_token');
});

const FOREIGN = 'a client can revoke only its own tokens: check the client ID';
const DPOP =
  'the server asks for a DPoP proof (RFC 9449), which only the client that has the key can make';
test.each<[string, number, string, string]>([
  ['invalid_request', 400, FOREIGN, ''],
  ['unauthorized_client', 400, FOREIGN, ''],
  ['unauthorized_client', 403, FOREIGN, 'Not yours'],
  ['invalid_dpop_proof', 400, DPOP, ''],
  ['use_dpop_nonce', 400, DPOP, ''],
])('a refusal of %s with %i is of the request', (error, status, hint, words) => {
  const body = { error, ...(words !== '' && { error_description: words }) };
  const tail = words === '' ? '' : `: ${words}`;
  expect(judged(status, body)).toEqual({
    kind: 'refused',
    code: 'refused',
    message: `the server refused the request (${error})${tail}`,
    hint,
    providerCode: error,
    affects: 'target',
  });
  expect(judged(status, body, { inDoubt: true })).toMatchObject({ kind: 'in_doubt' });
});

test('another error with another status than 400 is judged by its status', () => {
  expect(judged(409, { error: 'odd', error_description: 'No' })).toMatchObject({
    kind: 'refused',
    message: 'the server refused the request (409): No',
    providerCode: 'odd',
  });
  expect(judged(500, { error: 'odd' })).toMatchObject({
    kind: 'in_doubt',
    code: 'server_error',
    providerCode: 'odd',
  });
});

test.each([[401], [400], [403]])('invalid_client with %i rejects the client', (status) => {
  const body = { error: 'invalid_client', error_description: 'Who?' };
  expect(judged(status, body)).toEqual({
    kind: 'credentials',
    code: 'credentials_rejected',
    message: 'the server rejected the client: Who?',
    hint: 'the server said invalid_client; client_secret_basic (encoded) was used: check the client ID and its secret, or choose another method with --client-auth',
    providerCode: 'invalid_client',
    affects: 'run',
  });
});

test.each<[string, string]>([
  ['none', 'check the client ID, or'],
  ['client_secret_post', 'check the client ID and its secret, or'],
  ['private_key_jwt', 'check the client ID and its key, or'],
  ['bearer', 'check the client ID and its access token, or'],
])('a client that was rejected by %s is told what to check', (method, hint) => {
  expect(judged(401, '', { used: { method } })?.hint).toContain(hint);
});

test.each<[string, boolean]>([
  ['private_key_jwt', true],
  ['client_secret_jwt', true],
  ['client_secret_post', false],
])(
  'the audience of an assertion is named to a client of %s where it has one',
  (method, isNamed) => {
    const tail = '; some servers want their token endpoint as --assertion-audience <url>';
    const { hint = '' } = judged(401, { error: 'invalid_client' }, { used: { method } }) ?? {};
    expect(hint.endsWith(isNamed ? tail : 'with --client-auth')).toBe(true);
  },
);

test('all ways in which a client was presented are named', () => {
  const used = { method: 'client_secret_basic', form: 'raw' };
  const rejected = ['client_secret_post', 'none'];
  expect(judged(401, '', { used, rejected })?.hint).toMatch(
    'the server said 401; client_secret_basic (not encoded), then client_secret_post, then none were used',
  );
});

test('a 403 without an error may be about this token alone', () => {
  expect(judged(403)).toMatchObject({
    kind: 'credentials',
    code: 'forbidden',
    affects: 'target',
    hint: 'the token may belong to another client, or this client may not revoke: check the client ID',
  });
});

test.each<[string, number, string | undefined, string]>([
  ['once', 1, undefined, ''],
  ['once', 1, '7', ' in 7 s'],
  ['3 times', 3, '123456789', ' in 123456789 s'],
  ['2 times', 2, '1234567890', ''],
  ['2 times', 2, 'in 7', ''],
  ['2 times', 2, '7 s', ''],
])('503 after it was tried %s: the token is still there', (tried, tries, after, when) => {
  const headers: Record<string, string> = after === undefined ? {} : { 'retry-after': after };
  expect(judged(503, { error: 'invalid_client' }, { tries, headers })).toEqual({
    kind: 'refused',
    code: 'unavailable',
    message: `the server cannot revoke now (503, tried ${tried})`,
    hint: `the token is still active: run this again${when}`,
    providerCode: 503,
    affects: 'target',
  });
});
