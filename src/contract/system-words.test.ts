import { codeWords, systemWords, tlsHint } from './system-words.js';

test.each([
  ['ENOENT', 'no such file or folder (ENOENT)'],
  ['ECONNREFUSED', 'the connection was refused (ECONNREFUSED)'],
  ['CERT_HAS_EXPIRED', 'its certificate has expired (CERT_HAS_EXPIRED)'],
  ['HTTPParserError', 'the answer is not valid HTTP (HTTPParserError)'],
  ['EWHATEVER', 'EWHATEVER'],
  ['toString', 'toString'],
])('the error %s is said in words, with its code', (code, words) => {
  expect(codeWords(code)).toBe(words);
  expect(systemWords(Object.assign(new Error('x'), { code }))).toBe(words);
});

test('an error without a code says nothing that could be half a secret', () => {
  expect(systemWords(new Error('a value'))).toBe('the system gave no reason');
});

test.each([
  ['CERT_HAS_EXPIRED', /clock/],
  ['CERT_NOT_YET_VALID', /clock/],
  ['ERR_TLS_CERT_ALTNAME_INVALID', /host/],
  ['ERR_SSL_WRONG_VERSION_NUMBER', /port/],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', /--ca-file/],
])('what to do about %s names what is to be changed', (code, hint) => {
  expect(tlsHint(`TLS: ${codeWords(code)}`)).toMatch(hint);
});
