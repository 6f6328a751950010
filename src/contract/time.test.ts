import { claimsOf, numericDateMs } from './jwt.js';
import { durationMs, rememberLast, rfc3339, rfc3339Ms } from './time.js';

test.each([
  ['45s', 45_000],
  ['10m', 600_000],
  ['30d', 2_592_000_000],
  ['4w', 2_419_200_000],
  ['10', undefined],
  ['-1d', undefined],
  ['1.5h', undefined],
  ['1y', undefined],
])('the duration %s is %s ms', (text, ms) => expect(durationMs(text)).toBe(ms));

test.each([
  ['2026-01-31T12:00:00Z', Date.UTC(2026, 0, 31, 12)],
  ['2026-01-31T12:00:00.5+02:00', Date.UTC(2026, 0, 31, 10) + 500],
  ['2026-01-31T12:00:00', undefined],
  ['2026-13-31T12:00:00Z', undefined],
])('the time %s is %s ms', (text, ms) => expect(rfc3339Ms(text)).toBe(ms));

test('a time is written with a fraction only where it has one', () => {
  expect(rfc3339(0)).toBe('1970-01-01T00:00:00Z');
  expect(rfc3339(1)).toBe('1970-01-01T00:00:00.001Z');
  expect(rfc3339(8.64e15)).toBe('+275760-09-13T00:00:00Z');
});

test('a value that comes again right away is not worked out again', () => {
  const run = jest.fn((value: number) => value * 2);
  const remember = rememberLast(run);
  expect([1, 1, 2, 2, 1].map(remember)).toEqual([2, 2, 4, 4, 2]);
  expect(run).toHaveBeenCalledTimes(3);
});

test('the claims of a JWT are read, and nothing else is taken for one', () => {
  const jwt = (claims: unknown) =>
    `h.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.s`;
  expect(claimsOf(jwt({ jti: 'a' }))).toEqual({ jti: 'a' });
  for (const text of [jwt([1]), jwt(null), 'a.b', 'a.b.c.d', 'a.!.c', ''])
    expect(claimsOf(text)).toBeUndefined();
});

test.each([
  [1.9, 1000],
  [253_402_300_799, 253_402_300_799_000],
  [1_900_000_000_123, 1_900_000_000_000],
  [8.65e14, undefined],
  ['1', undefined],
  [Number.NaN, undefined],
])('the NumericDate %s is %s ms', (value, ms) => expect(numericDateMs(value)).toBe(ms));
