import { quoteUnlessSecret } from './text.js';

describe('a word in an error', () => {
  test.each(['lst', 'prod-eu', 'yaml', 'My workspace', '12x', 'client-id-of-bob'])(
    '%s is shown: it is too plain to be a secret',
    (word) => expect(quoteUnlessSecret(word)).toBe(`"${word}"`),
  );

  test.each([
    ['a JWT', 'eyJhbGciOi'],
    ['a bearer', 'Bearer abc'],
    ['a key with its secret', 'name:value'],
    ['twenty characters without a break', 'abcdefghijklmnopqrst'],
    ['letters and digits mixed', 'wst_4fk2x9q7p1'],
    ['a long text', 'a b '.repeat(11)],
  ])('%s is not shown: it may be a secret', (_what, word) => {
    expect(quoteUnlessSecret(word)).not.toContain(word);
  });

  test('what a provider knows for a secret of its own is not shown', () => {
    expect(quoteUnlessSecret('short', (word) => word === 'short')).not.toContain('short');
  });
});
