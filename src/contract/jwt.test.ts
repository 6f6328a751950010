import { claimsOf, numericDateMs, textClaim, timeClaim } from './jwt.js';

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const jwt = (payload: unknown) => `${part({ alg: 'none' })}.${part(payload)}.c2ln`;

test('the claims of a JWT are read, with an empty signature too', () => {
  expect(claimsOf(jwt({ sub: 'bob' }))).toEqual({ sub: 'bob' });
  expect(claimsOf(`e30.${part({ sub: 'bob' })}.`)).toEqual({ sub: 'bob' });
});

test.each([
  ['two parts', `e30.${part({ sub: 'bob' })}`],
  ['four parts', `${jwt({ sub: 'bob' })}.more`],
  ['an empty payload', 'e30..c2ln'],
  ['a payload that is a text', jwt('bob')],
  ['a payload that is null', jwt(null)],
  ['a payload that is a list', jwt(['bob'])],
  ['a payload that is no JSON', 'e30.bm90IGpzb24.c2ln'],
  ['no dot', 'bob'],
])('a text with %s has no claims', (_what, text) => {
  expect(claimsOf(text)).toBeUndefined();
});

test('a text claim is there only where it is a text that is not empty', () => {
  const claims = { a: 'x', b: '', c: 7, d: null };
  expect(['a', 'b', 'c', 'd', 'e'].map((name) => textClaim(claims, name))).toEqual([
    'x',
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
  expect(textClaim(undefined, 'a')).toBeUndefined();
});

test.each<[unknown, number | undefined]>([
  [0, 0],
  [1.9, 1000],
  [1_700_000_000, 1_700_000_000_000],
  [-5, -5000],
  // The last second that RFC 3339 can write, and the first that can only be meant in milliseconds.
  [253_402_300_799, 253_402_300_799_000],
  [253_402_300_800, 253_402_300_000],
  [1_700_000_000_123, 1_700_000_000_000],
  [-253_402_300_800, -253_402_301_000],
  [253_402_300_799_000, 253_402_300_799_000],
  [253_402_300_799_001, undefined],
  [Infinity, undefined],
  [NaN, undefined],
  ['1700000000', undefined],
  [undefined, undefined],
])('the date %p of a JWT is %p milliseconds', (value, ms) => {
  expect(numericDateMs(value)).toBe(ms);
  expect(timeClaim({ exp: value }, 'exp')).toBe(ms);
});

test('a time claim of no claims is none', () => {
  expect(timeClaim(undefined, 'exp')).toBeUndefined();
});
