/** What Ably's codes come to, without a server. */
import type { Response } from '../../src/contract/index.js';
import { errorCodeOf, errorOfCode, errorOfResponse } from './error-codes.js';

const NOW = Date.parse('2026-11-28T12:00:00Z');
const CHECK_NAMES = 'check the app and key name in ABLY_API_KEY, and the endpoint';

function response(status: number, body: unknown, more: Partial<Response> = {}): Response {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { status, headers: {}, body: text, tries: 1, inDoubt: false, ...more };
}
const error = (code: unknown, message: unknown = 'No') => ({ error: { code, message } });
const judged = (...of: Parameters<typeof response>) => errorOfResponse(response(...of), NOW);

/** https://ably.com/docs/platform/errors/codes */
const CODES: readonly (readonly [number, string, string, string])[] = [
  [40000, 'bad_request', 'target', 'refused'],
  [40001, 'bad_request', 'target', 'refused'],
  [40003, 'invalid_parameter', 'target', 'refused'],
  [40005, 'credentials_rejected', 'run', 'credentials'],
  [40101, 'credentials_rejected', 'run', 'credentials'],
  [40103, 'tls_required', 'run', 'refused'],
  [40110, 'account_disabled', 'run', 'refused'],
  [40115, 'account_limited', 'run', 'refused'],
  [40120, 'app_disabled', 'run', 'refused'],
  [40121, 'revocation_not_enabled', 'run', 'refused'],
  [40130, 'credentials_rejected', 'run', 'credentials'],
  [40131, 'credentials_rejected', 'run', 'credentials'],
  [40132, 'credentials_expired', 'run', 'credentials'],
  [40133, 'wrong_key', 'run', 'refused'],
  [40162, 'credentials_unfit', 'run', 'credentials'],
  [40163, 'key_not_revocable', 'run', 'refused'],
  [40164, 'key_not_revocable', 'run', 'refused'],
  [40330, 'wrong_endpoint', 'run', 'refused'],
  [40331, 'wrong_endpoint', 'run', 'refused'],
  [40400, 'app_or_key_not_found', 'run', 'refused'],
  [42900, 'rate_limited', 'target', 'refused'],
  [42918, 'rate_limited', 'target', 'refused'],
  [42999, 'rate_limited', 'target', 'refused'],
];

test.each(CODES)("Ably's code %i is %s, for the %s (%s)", (code, name, affects, kind) => {
  const known = errorOfCode({ code });
  expect(known).toMatchObject({ code: name, affects, kind, providerCode: code });
  expect(known?.message).toMatch(/^(?:the|only|Ably|token) .*\w$|^\w+ revocation .*\w$/);
  expect(known?.hint).toMatch(/\w{3}/);
});

test.each(CODES)("Ably's own words for %i stand beside ours", (code) => {
  const plain = errorOfCode({ code })?.message;
  expect(errorOfCode({ code, message: "Ably's words" })?.message).toBe(
    `${plain} (Ably: Ably's words)`,
  );
  expect(errorOfCode({ code, message: '' })?.message).toBe(plain);
});

test.each([40002, 40099, 42899, 43000, 50000, 0])('%i is no code that is known', (code) => {
  expect(errorOfCode({ code })).toBeUndefined();
});

test('40121 of a channel is said of the channel, and of anything else of the app', () => {
  const channel = errorOfCode({ code: 40121 }, 'channel:bob');
  expect(channel).toMatchObject({ code: 'channel_not_enabled', affects: 'target' });
  expect(channel?.message).toMatch(/by channel/);
  expect(channel?.hint).toMatch(/clientId: or revocationKey:/);
  for (const target of ['clientId:channel:x', undefined])
    expect(errorOfCode({ code: 40121 }, target)?.code).toBe('revocation_not_enabled');
  expect(errorOfCode({ code: 40131 }, 'channel:bob')?.code).toBe('credentials_rejected');
});

describe("where Ably's code of an answer stands", () => {
  const headers = { 'x-ably-errorcode': '40131', 'x-ably-errormessage': 'key revoked' };

  test('the body goes before the headers', () => {
    expect(errorCodeOf(response(401, error(40101), { headers }))).toBe(40101);
  });

  test.each<[string, unknown]>([
    ['is empty', ''],
    ['is a web page', '<h1>Unauthorized</h1>'],
    ['has an error without a code', error(undefined)],
    ['has a code that is no number', error('40101')],
  ])('the headers count where the body %s', (_what, body) => {
    const answer = response(401, body, { headers });
    expect(errorCodeOf(answer)).toBe(40131);
    expect(errorOfResponse(answer, NOW).message).toMatch(/ \(Ably: key revoked\)$/);
  });

  test('a code in the headers without words is a code', () => {
    const alone = { 'x-ably-errorcode': '40131' };
    expect(judged(401, '', { headers: alone }).message).toBe('the API key is revoked');
  });

  test.each(['4013', '401310', 'x40131', '40131x', ''])('%j in the headers is no code', (code) => {
    const odd = { 'x-ably-errorcode': code };
    expect(errorCodeOf(response(401, '', { headers: odd }))).toBeUndefined();
  });
});

describe('the error of a whole request', () => {
  test.each<[number, number, string]>([
    [400, 40003, 'batch'],
    [400, 40005, 'run'],
    [401, 40131, 'run'],
    [403, 40330, 'run'],
    [404, 40400, 'run'],
    [422, 40003, 'target'],
  ])('%i with %i is of the %s', (status, code, affects) => {
    expect(judged(status, error(code))).toMatchObject({ providerCode: code, affects });
  });

  test.each<[number, string, string]>([
    [200, 'unexpected_answer', 'in_doubt'],
    [201, 'unexpected_answer', 'in_doubt'],
    [299, 'unexpected_answer', 'in_doubt'],
    [302, 'redirected', 'in_doubt'],
    [399, 'redirected', 'in_doubt'],
    [429, 'rate_limited', 'refused'],
    [500, 'server_error', 'in_doubt'],
    [503, 'server_error', 'in_doubt'],
  ])('%i is %s whatever code it carries', (status, code, kind) => {
    expect(judged(status, error(40131))).toMatchObject({ code, kind });
  });

  test.each<[number, unknown, object]>([
    [400, error(40099), { code: 'refused', providerCode: 40099, affects: 'batch' }],
    [
      401,
      error(40199),
      {
        code: 'credentials_rejected',
        providerCode: 40199,
        affects: 'run',
        message: 'Ably rejected the credentials: No',
        hint: 'check ABLY_API_KEY: it must be the key that issued the tokens',
      },
    ],
    [401, '', { code: 'credentials_rejected' }],
    [403, '<html>', { code: 'forbidden', affects: 'target' }],
    [409, '', { code: 'refused', providerCode: 409, affects: 'target' }],
    [429, error(42910), { code: 'rate_limited', providerCode: 42910, affects: 'target' }],
    [429, '', { code: 'rate_limited', providerCode: 429 }],
    [500, error(50000), { code: 'server_error', providerCode: 50000, kind: 'in_doubt' }],
  ])('%i with %j is what the status says', (status, body, expected) => {
    expect(judged(status, body)).toMatchObject(expected);
  });

  test('a 404 is never a token that was not found: it names the app, the key and the endpoint', () => {
    for (const body of ['', '<h1>Not Found</h1>', error(40499), error(40400)]) {
      const found = judged(404, body);
      expect(found.hint).toBe(CHECK_NAMES);
      expect(found.code).not.toBe('not_found');
    }
    expect(judged(405, '').hint).not.toBe(CHECK_NAMES);
  });

  test('a refusal after a try without an answer is in doubt, but for a rejected key', () => {
    const inDoubt = { inDoubt: true };
    expect(judged(400, error(40003), inDoubt)).toMatchObject({
      kind: 'in_doubt',
      affects: 'batch',
      message: expect.stringMatching(/; an earlier try got no answer$/),
    });
    expect(judged(403, error(40330), inDoubt)).toMatchObject({ kind: 'in_doubt' });
    expect(judged(404, '', inDoubt)).toMatchObject({ kind: 'in_doubt', hint: CHECK_NAMES });
    expect(judged(401, error(40131), inDoubt)).toMatchObject({ kind: 'credentials' });
  });
});
