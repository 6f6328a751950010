import { isSafeSegment, path } from './url-path.js';

test('a value stands in a path as one segment, whatever characters it has', () => {
  expect(path`/v1/keys`).toBe('/v1/keys');
  expect(path`/v1/keys/${'app.key'}`).toBe('/v1/keys/app.key');
  expect(path`/v1/${'a/b?c#d'}/tokens/${'ü%2e'}/end`).toBe(
    '/v1/a%2Fb%3Fc%23d/tokens/%C3%BC%252e/end',
  );
});

test.each(['', '.', '..', 'a b', 'a\nb', '\t', 'a\0', 'a\x7f', '\ud800', 'a\u00a0b'])(
  'the value %j can stand in no path, and is not shown by the error',
  (value) => {
    expect(isSafeSegment(value)).toBe(false);
    expect(() => path`/v1/${value}/x`).toThrow(
      expect.objectContaining({
        kind: 'usage',
        message: 'an id that cannot be part of a URL path',
        hint: 'check the id',
      }) as Error,
    );
  },
);

test.each(['a', '...', 'a.b', '-', 'jti_1', 'ü', '🔑'])(
  'the value %j can stand in a path',
  (value) => {
    expect(isSafeSegment(value)).toBe(true);
  },
);
