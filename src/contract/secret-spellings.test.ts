import { spell } from './secret-spellings.js';

/** Written out: what is computed here would be computed the wrong way twice. */
test.each([
  ['itself', `a é+/&<>"'~`],
  ['as a component of a URL', `a%20%C3%A9%2B%2F%26%3C%3E%22'~`],
  ['by RFC 3986', 'a%20%C3%A9%2B%2F%26%3C%3E%22%27~'],
  ['with everything encoded', 'a%20%C3%A9%2B%2F%26%3C%3E%22%27%7E'],
  ['as a form', 'a+%C3%A9%2B%2F%26%3C%3E%22%27%7E'],
  ['as a whole URL', `a%20%C3%A9+/&%3C%3E%22'~`],
  ['as a component in small letters', `a%20%c3%a9%2b%2f%26%3c%3e%22'~`],
  ['as a form in small letters', 'a+%c3%a9%2b%2f%26%3c%3e%22%27%7e'],
  ['as a whole URL in small letters', `a%20%c3%a9+/&%3c%3e%22'~`],
  ['in JSON', `a é+/&<>\\"'~`],
  ['in JSON with \\/', `a é+\\/&<>\\"'~`],
  ['in JSON of ASCII alone', `a \\u00e9+/&<>\\"'~`],
  ['in JSON that is safe in HTML', `a \\u00e9\\u002b/\\u0026\\u003c\\u003e\\"\\u0027~`],
  ['in HTML', `a é+/&amp;&lt;&gt;"'~`],
  ['in HTML with named quotes', 'a é+/&amp;&lt;&gt;&quot;&#39;~'],
  ['in HTML with numbered quotes', 'a é+/&amp;&lt;&gt;&#34;&#x27;~'],
  ['in hex', '6120c3a92b2f263c3e22277e'],
  ['in hex of capitals', '6120C3A92B2F263C3E22277E'],
  ['with each byte percent-encoded', '%61%20%c3%a9%2b%2f%26%3c%3e%22%27%7e'],
  ['with each byte percent-encoded in capitals', '%61%20%C3%A9%2B%2F%26%3C%3E%22%27%7E'],
  ['in base64', 'YSDDqSsvJjw+Iid+'],
  ['in base64url', 'YSDDqSsvJjw-Iid-'],
  ['in base64 within a URL', 'YSDDqSsvJjw%2BIid%2B'],
  ['in an excerpt that ends after its first word', 'a …'],
])('a secret is spelled %s', (_how, spelling) => {
  expect(spell(`a é+/&<>"'~`)).toContain(spelling);
});

test.each([
  ['-', '%2D'],
  ['_', '%5F'],
  ['.', '%2E'],
  ['!', '%21'],
  ['~', '%7E'],
  ['*', '%2A'],
  ["'", '%27'],
  ['(', '%28'],
  [')', '%29'],
])('the %s that a component keeps is spelled %s too', (character, code) => {
  const spellings = spell(`left${character}${character}right key`);
  expect(spellings).toContain(`left${code}${code}right%20key`);
  expect(spellings).toContain(`left${code}${code}right+key`);
});

test('a secret with blanks is spelled with one blank for each, and cut off after each word but the last', () => {
  const spellings = spell('one\t two\n\nthree');
  expect(spellings).toEqual(expect.arrayContaining(['one two three', 'one …', 'one two …']));
  expect(spellings.filter((text) => text.endsWith('…'))).toHaveLength(2);
});

test('a secret without blanks is cut off nowhere', () => {
  expect(spell('secret').filter((text) => text.includes('…'))).toEqual([]);
});

test.each([
  [0, 'onetwothr', 'b25ldHdvdGhy'],
  [0, 'onetwothre', 'b25ldHdvdGhyZ'],
  [0, 'onetwothree', 'b25ldHdvdGhyZW'],
  [1, 'onetwothr', '9uZXR3b3Roc'],
  [1, 'onetwothre', '9uZXR3b3Rocm'],
  [1, 'onetwothree', '9uZXR3b3RocmVl'],
  [2, 'onetwothr', 'vbmV0d290aH'],
  [2, 'onetwothre', 'vbmV0d290aHJl'],
  [2, 'onetwothree', 'vbmV0d290aHJlZ'],
])(
  'of base64 that begins %i bytes before %s, the characters that are its own are spelled',
  (offset, secret, spelling) => {
    expect(spell(secret)).toContain(spelling);
    for (const [before, after] of [
      ['\0\0', '\0\0\0'],
      ['\xff\xff', '\xff\xff\xff'],
    ] as const) {
      const text = `${before.slice(0, offset)}${secret}${after}`;
      expect(Buffer.from(text, 'latin1').toString('base64')).toContain(spelling);
    }
  },
);

test.each(['>>>>>>', '??????', '>?>?>?'])(
  'a login that was encoded before it went into base64 is spelled too: %s',
  (secret) => {
    const spellings = spell(secret);
    for (const text of [secret, encodeURIComponent(secret)]) {
      expect(spellings).toContain(Buffer.from(text).toString('base64').replace(/=+$/, ''));
      expect(spellings).toContain(Buffer.from(text).toString('base64url'));
    }
  },
);
