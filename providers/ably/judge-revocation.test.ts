import { isRevokeError, type Response } from '../../src/contract/index.js';
import { judge, timeText, type Asked } from './judge-revocation.js';

const NOW = Date.parse('2026-11-28T12:00:00Z');
const ID = 'clientId:bob';
const OTHER = 'clientId:eve';
const entry = (more: object = {}) => ({ target: ID, issuedBefore: NOW, appliesAt: NOW, ...more });
const failure = (code: number, target = ID, message = 'No') => ({
  target,
  error: { code, message },
});

type Given = Partial<Response> & Partial<Asked> & { readonly ids?: readonly string[] };

/** What an answer says of the targets, or the error of the whole request. */
function judged(status: number, body: unknown, given: Given = {}) {
  const {
    ids = [ID],
    issuedBefore,
    allowReauthMargin = false,
    firstTriedAt = NOW,
    ...rest
  } = given;
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const response = { status, headers: {}, body: text, tries: 1, inDoubt: false, ...rest };
  const targets = ids.map((id) => ({ id }));
  const asked = { targets, issuedBefore, allowReauthMargin, firstTriedAt };
  try {
    return judge(response, asked, NOW);
  } catch (error) {
    if (!isRevokeError(error)) throw error;
    const { kind, code, affects, message } = error;
    return { kind, code, affects, message };
  }
}
const first = (...of: Parameters<typeof judged>) => {
  const result = judged(...of);
  return 'kind' in result ? result : result[0];
};
const AGAIN = 'it may have taken effect: run this again';
const open = (code: string, message: unknown) => ({
  target: ID,
  status: 'unknown',
  error: { code, message, hint: AGAIN },
});

test.each<[string, number, unknown]>([
  ['a list alone', 200, [entry()]],
  ['a list alone, with 201', 201, [entry()]],
  ['a result', 201, { successCount: 1, failureCount: 0, results: [entry()] }],
  ['a result without counts', 201, { results: [entry()] }],
  ['a batch that failed for others', 400, { error: { code: 40020 }, batchResponse: [entry()] }],
])('terms in %s prove a revocation', (_what, status, body) => {
  expect(judged(status, body, { allowReauthMargin: true })).toEqual([
    {
      target: ID,
      status: 'revoked',
      issued_before: '2026-11-28T12:00:00.000Z',
      applies_at: '2026-11-28T12:00:00.000Z',
      allow_reauth_margin: true,
    },
  ]);
});

test.each<[string, number, object]>([
  ['202', 202, { results: [entry()] }],
  ['204', 204, { results: [entry()] }],
  ['400 with a list of another name', 400, { results: [entry()] }],
  ['a no beside the results', 200, { results: [entry()], success: false }],
])('an answer of %s proves nothing', (_what, status, body) => {
  expect(first(status, body)).toMatchObject({ kind: status === 400 ? 'refused' : 'in_doubt' });
});

test.each<[string, object]>([
  ['successes', { successCount: 2, failureCount: 0 }],
  ['failures', { successCount: 1, failureCount: 1 }],
])('counts of %s that do not fit leave successes open', (_what, counts) => {
  expect(first(200, { ...counts, results: [entry()] })).toEqual(
    open('no_result', 'the answer does not mention this target'),
  );
});

test('counts that do not fit leave failures as they are', () => {
  const results = [entry({ target: OTHER }), failure(40003)];
  const both = { ids: [OTHER, ID] };
  expect(judged(200, { successCount: 2, results }, both)).toMatchObject([
    { target: OTHER, status: 'unknown' },
    { target: ID, status: 'failed' },
  ]);
  expect(judged(200, { failureCount: 1, results }, both)).toMatchObject([
    { status: 'revoked' },
    {},
  ]);
  expect(judged(200, { successCount: 1, failureCount: 1, results }, both)).toMatchObject([
    { status: 'revoked' },
    { status: 'failed' },
  ]);
});

test('a target that the answer does not mention is open', () => {
  expect(first(200, [entry({ target: OTHER })])).toMatchObject({ error: { code: 'no_result' } });
});

test('the same twice is said once, two states contradict each other', () => {
  expect(first(200, [entry(), entry()])).toMatchObject({ status: 'revoked' });
  const contradiction = open(
    'unexpected_answer',
    'the answer contradicts itself about this target',
  );
  expect(first(200, [entry(), entry({ appliesAt: NOW + 1 })])).toEqual(contradiction);
  expect(first(200, [entry(), entry(), entry({ appliesAt: NOW + 1 })])).toEqual(contradiction);
});

test.each<[string, object]>([
  ['both terms beside an error', entry({ error: { code: 40003 } })],
  ['a cut-off beside an error', { target: ID, issuedBefore: NOW, error: { code: 40003 } }],
  ['a moment beside an error', { target: ID, appliesAt: NOW, error: { code: 40003 } }],
  ['terms beside a no', entry({ success: false })],
])('%s contradict each other', (_what, result) => {
  expect(first(200, [result])).toMatchObject({
    status: 'unknown',
    error: { message: 'the answer contradicts itself about this target' },
  });
});

test('an empty error is none', () => {
  expect(first(200, [entry({ error: null })])).toMatchObject({ status: 'revoked' });
});

test.each([
  ['no terms', { target: ID }],
  ['a cut-off alone', { target: ID, issuedBefore: NOW }],
  ['terms that are no times', entry({ issuedBefore: 'now' })],
])('%s are no revocation', (_what, result) => {
  expect(first(200, [result])).toEqual(
    open('unexpected_answer', 'the answer names this target without its terms'),
  );
});

describe('the cut-off that Ably used', () => {
  const earlier = open('cutoff_mismatch', 'Ably used an earlier time than was asked for');

  test('may be the one that was asked for, or later', () => {
    const given = { issuedBefore: NOW - 1000 };
    expect(first(200, [entry({ issuedBefore: NOW - 1000 })], given)).toMatchObject({
      status: 'revoked',
    });
    expect(first(200, [entry({ issuedBefore: NOW - 1001 })], given)).toEqual(earlier);
  });

  test('where none was asked for, may be ten seconds before the first try', () => {
    expect(first(200, [entry({ issuedBefore: NOW - 10_000 })])).toMatchObject({
      status: 'revoked',
    });
    expect(first(200, [entry({ issuedBefore: NOW - 10_001 })])).toEqual(earlier);
    const given = { firstTriedAt: NOW - 5000 };
    expect(first(200, [entry({ issuedBefore: NOW - 15_000 })], given)).toMatchObject({
      status: 'revoked',
    });
    expect(first(200, [entry({ issuedBefore: NOW - 15_001 })], given)).toEqual(earlier);
    // Our clock was set back since then.
    const ahead = { firstTriedAt: NOW + 60_000 };
    expect(first(200, [entry({ issuedBefore: NOW - 10_001 })], ahead)).toEqual(earlier);
  });

  test("is compared by the server's clock, to the end of its second", () => {
    const headers = { date: new Date(NOW + 3_600_000).toUTCString() };
    const at = (ms: number) => [entry({ issuedBefore: ms, appliesAt: NOW + 3_600_000 })];
    const edge = NOW + 3_600_000 + 999 - 10_000;
    expect(first(200, at(edge), { headers })).toMatchObject({ status: 'revoked' });
    expect(first(200, at(edge - 1), { headers })).toEqual(earlier);
  });
});

test.each<[string, number, string]>([
  ['two seconds to come is in force', 2000, 'revoked'],
  ['later is accepted', 2001, 'accepted'],
  ['in ten minutes is accepted', 600_000, 'accepted'],
])('a revocation that applies %s', (_what, ahead, status) => {
  expect(first(200, [entry({ appliesAt: NOW + ahead })])).toMatchObject({ status });
});

test('a revocation that applies much later is open', () => {
  expect(first(200, [entry({ appliesAt: NOW + 600_001 })])).toEqual(
    open('unexpected_answer', 'the revocation applies only from 2026-11-28T12:10:00.001Z'),
  );
});

describe('an error of a target', () => {
  test('that is known is said in our words, with its code', () => {
    const results = [entry({ target: OTHER }), failure(40003)];
    expect(judged(200, results, { ids: [OTHER, ID] })).toMatchObject([
      { status: 'revoked' },
      {
        target: ID,
        status: 'failed',
        error: {
          code: 'invalid_parameter',
          provider_code: 40003,
          message: 'Ably does not accept a value of the request (Ably: No)',
          hint: expect.stringContaining('--issued-before'),
        },
      },
    ]);
  });

  test.each<[number, string, object]>([
    [
      49999,
      'No',
      {
        status: 'failed',
        error: { code: 'refused', provider_code: 49999, message: 'Ably refused this target: No' },
      },
    ],
    [49999, '', { status: 'failed', error: { message: 'Ably refused this target' } }],
    [
      50000,
      'No',
      {
        status: 'unknown',
        error: {
          code: 'server_error',
          provider_code: 50000,
          message: 'Ably failed: No',
          hint: AGAIN,
        },
      },
    ],
  ])('%i, which is not known, with the words "%s"', (code, message, expected) => {
    const verdict = first(200, [failure(code, ID, message)]);
    expect(verdict).toMatchObject(expected);
    if (code < 50000) expect(verdict).not.toHaveProperty('error.hint');
  });

  test('without a code leaves it open', () => {
    expect(first(200, [{ target: ID, error: { message: 'No' } }])).toEqual(
      open('unexpected_answer', 'the answer names an error without a code'),
    );
  });

  test('after an earlier try without an answer leaves it open', () => {
    expect(first(200, [failure(40003)], { inDoubt: true })).toMatchObject({
      status: 'unknown',
      error: {
        code: 'invalid_parameter',
        message: expect.stringMatching(/\); an earlier try got no answer$/),
      },
    });
    expect(first(200, [entry()], { inDoubt: true })).toMatchObject({ status: 'revoked' });
  });
});

describe('an error that every target holds', () => {
  const both = { ids: [ID, OTHER] };
  const all = (one: number, other: number) => [failure(one), failure(other, OTHER)];

  test('is of the request where every other target would meet it too', () => {
    expect(judged(200, all(40121, 40121), both)).toMatchObject({
      kind: 'refused',
      code: 'revocation_not_enabled',
      affects: 'run',
    });
    expect(judged(200, all(40121, 40121), { ...both, inDoubt: true })).toMatchObject({
      kind: 'in_doubt',
    });
  });

  test.each<[string, readonly object[]]>([
    ['is of one target', all(40003, 40003)],
    ['is not the same', all(40121, 40130)],
    ['is not known', all(49999, 49999)],
    ['has no code', [failure(40121), { target: OTHER, error: {} }]],
    ['does not speak for all', [failure(40121)]],
    ['stands beside a success', [failure(40121), entry({ target: OTHER })]],
    ['contradicts terms', [failure(40121), { ...entry(), ...failure(40121, OTHER) }]],
  ])('is of each target by itself where it %s', (_what, results) => {
    expect(judged(200, results, both)).toMatchObject([{ target: ID }, { target: OTHER }]);
  });
});

test('a moment that no calendar has is written as it is', () => {
  expect(timeText(NOW)).toBe('2026-11-28T12:00:00.000Z');
  expect(timeText(9e15)).toBe('9000000000000000');
});
