import { credentialsError, inDoubtError, refusedError } from './errors.js';
import type { Response } from './http.js';
import { deniesItself, errorFromStatus, excerpt, inDoubtAfter, json } from './judge-status.js';

const NOW = Date.parse('2026-11-28T12:00:00Z');
const response = (status: number, more: Partial<Response> = {}): Response => ({
  status,
  headers: {},
  body: '',
  tries: 1,
  inDoubt: false,
  ...more,
});
const said = { service: 'Acme', loginHint: 'log in again' };

function shown(error: ReturnType<typeof errorFromStatus>) {
  const { kind, code, affects, message, hint, providerCode } = error;
  return { kind, code, affects, message, hint, providerCode };
}

const MAYBE = 'it may have taken effect: check it at the provider, or run this again';

test.each([
  [
    200,
    'in_doubt',
    'unexpected_answer',
    'target',
    'Acme answered 200, but not as documented',
    MAYBE,
  ],
  [
    299,
    'in_doubt',
    'unexpected_answer',
    'target',
    'Acme answered 299, but not as documented',
    MAYBE,
  ],
  [
    300,
    'in_doubt',
    'redirected',
    'run',
    'Acme answered with a redirect (300), which is never followed: it may have taken effect',
    'check the endpoint',
  ],
  [400, 'refused', 'refused', 'batch', 'Acme refused the request (400)', undefined],
  [404, 'refused', 'refused', 'target', 'Acme refused the request (404)', undefined],
  [413, 'refused', 'refused', 'batch', 'Acme refused the request (413)', undefined],
  [422, 'refused', 'refused', 'batch', 'Acme refused the request (422)', undefined],
  [199, 'refused', 'refused', 'target', 'Acme refused the request (199)', undefined],
  [
    500,
    'in_doubt',
    'server_error',
    'target',
    'Acme answered 500 (after one try)',
    'it may have taken effect: run this again',
  ],
] as const)('%i says %s, %s', (status, kind, code, affects, message, hint) => {
  const error = errorFromStatus(response(status), said, NOW);
  expect(shown(error)).toEqual({ kind, code, affects, message, hint, providerCode: status });
});

test('a rejected login ends the run, and one that is not allowed this speaks of one target', () => {
  const words = { ...said, message: 'no', code: 'E1' };
  expect(shown(errorFromStatus(response(401), words, NOW))).toEqual({
    kind: 'credentials',
    code: 'credentials_rejected',
    affects: 'run',
    message: 'Acme rejected the credentials: no',
    hint: 'log in again',
    providerCode: 'E1',
  });
  expect(shown(errorFromStatus(response(403), words, NOW))).toEqual({
    kind: 'credentials',
    code: 'forbidden',
    affects: 'target',
    message: 'Acme does not allow this with these credentials: no',
    hint: 'log in again',
    providerCode: 'E1',
  });
});

test.each([
  ['2', 'in 2 s', 'target'],
  ['3600', 'in 3600 s', 'target'],
  ['3601', 'in 3601 s', 'run'],
  ['Sat, 28 Nov 2026 12:00:01 GMT', 'in 1 s', 'target'],
  ['9999999999', 'later', 'run'],
  [undefined, 'later', 'target'],
])(
  'a limit with Retry-After %s says when, and whether the run can go on',
  (after, when, affects) => {
    const headers = after === undefined ? {} : { 'retry-after': after };
    expect(shown(errorFromStatus(response(429, { headers }), said, NOW))).toEqual({
      kind: 'refused',
      code: 'rate_limited',
      affects,
      message: 'Acme is limiting requests',
      hint: `run this again ${when}, or with a lower --rate`,
      providerCode: 429,
    });
    const words = { ...said, message: 'slow down', code: 7 };
    expect(errorFromStatus(response(429), words, NOW)).toMatchObject({
      message: 'Acme is limiting requests: slow down',
      providerCode: 7,
    });
  },
);

test('what the server says stands in each error of it, with its code and the number of tries', () => {
  const words = { ...said, message: ' it\n broke ', code: 'E2' };
  expect(errorFromStatus(response(502, { tries: 3 }), words, NOW)).toMatchObject({
    message: 'Acme answered 502: it broke (after 3 tries)',
    providerCode: 'E2',
  });
  expect(errorFromStatus(response(404), words, NOW)).toMatchObject({
    message: 'Acme refused the request (404): it broke',
    providerCode: 'E2',
  });
});

test('a refusal after a try without an answer is in doubt, a rejected login and doubt stay as they are', () => {
  const refused = refusedError({ code: 'refused', message: 'no' });
  expect(inDoubtAfter({ inDoubt: false }, refused)).toBe(refused);
  expect(shown(inDoubtAfter({ inDoubt: true }, refused))).toMatchObject({
    kind: 'in_doubt',
    code: 'refused',
    message: 'no; an earlier try got no answer',
  });
  for (const error of [credentialsError('no'), inDoubtError({ code: 'x', message: 'who knows' })])
    expect(inDoubtAfter({ inDoubt: true }, error)).toBe(error);
  const answered = errorFromStatus(response(404, { inDoubt: true }), said, NOW);
  expect(answered).toMatchObject({ kind: 'in_doubt', code: 'refused' });
});

test.each([
  [{ success: false }, true],
  [{ ok: false }, true],
  [{ revoked: false }, true],
  [{ active: true }, true],
  [{ error: 'x' }, true],
  [{ errors: ['x'] }, true],
  [{ success: 'false' }, true],
  [{ active: 'true' }, false],
  [{ status: 400 }, true],
  [{ status: '500' }, true],
  [{ status: 399 }, false],
  [{ status: 200 }, false],
  [{ status: 'ERROR' }, true],
  [{ status: 'error' }, true],
  [{ status: 'fail' }, true],
  [{ status: 'failed' }, true],
  [{ status: 'Failure' }, true],
  [{ status: 'no error' }, false],
  [{ status: 'errors' }, false],
  [{ status: 'revoked' }, false],
  [{ error: { code: 1 } }, true],
  [{ error: true }, true],
  [{ success: true, ok: true, revoked: true, active: false }, false],
  [{ error: null, errors: [] }, false],
  [{ error: {}, errors: '' }, false],
  [{ error: false }, false],
  [{}, false],
  [null, false],
  ['no', false],
  [undefined, false],
])('%j says no beside what else it says: %s', (value, denies) => {
  expect(deniesItself(value)).toBe(denies);
});

test('a server is quoted on one line, and cut between words', () => {
  expect(excerpt('  a\n\n b\t')).toBe('a b');
  const exact = `${'x'.repeat(99)} ${'y'.repeat(100)}`;
  expect(excerpt(exact)).toBe(exact);
  expect(excerpt(`${'x'.repeat(99)} ${'y'.repeat(101)}`)).toBe(`${'x'.repeat(99)} …`);
  expect(excerpt('x'.repeat(201))).toBe('…');
});

test('the JSON of an answer is read, and is none where it is broken or has a key twice', () => {
  const read = (body: string) => json(response(200, { body }));
  expect(read('{"revoked":true}')).toEqual({ revoked: true });
  expect(read('{"revoked":true')).toBeUndefined();
  expect(read('{"revoked":false,"revoked":true}')).toBeUndefined();
});
