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

test.each([
  ['EACCES', /denied/],
  ['EPERM', /not permitted/],
  ['EISDIR', /is a folder/],
  ['EFTYPE', /not a regular file/],
  ['ENOTDIR', /path is not a folder/],
  ['ENOSPC', /full/],
  ['EDQUOT', /quota/],
  ['EROFS', /read-only/],
  ['EMFILE', /too many files are open \(/],
  ['ENFILE', /too many files .* machine/],
  ['ELOOP', /links/],
  ['ENAMETOOLONG', /too long/],
  ['EIO', /device/],
  ['ECONNRESET', /closed/],
  ['EPIPE', /closed/],
  ['UND_ERR_SOCKET', /closed/],
  ['ENOTFOUND', /name is not known/],
  ['EAI_AGAIN', /looked up/],
  ['ETIMEDOUT', /in time/],
  ['UND_ERR_CONNECT_TIMEOUT', /in time/],
  ['EHOSTUNREACH', /host .* reached/],
  ['ENETUNREACH', /network .* reached/],
  ['ERR_ASSERTION', /not valid HTTP/],
  ['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', /not as long as it says/],
  ['UND_ERR_HEADERS_OVERFLOW', /headers .* too long/],
  ['SELF_SIGNED_CERT_IN_CHAIN', /not from an authority/],
  ['EPROTO', /not speak TLS/],
  ['CERT_NOT_YET_VALID', /not valid yet/],
  ['ERR_TLS_CERT_ALTNAME_INVALID', /another host/],
])('the words for %s name what is wrong', (code, words) => {
  expect(codeWords(code)).toMatch(words);
});

test.each(['CERT_HAS_EXPIRED', 'the words (CERT_HAS_EXPIRED)'])(
  'the hint for %j is that of the code at its end',
  (reason) => {
    expect(tlsHint(reason)).toMatch(/clock/);
  },
);

test.each(['', '?', 'TLS: ERR_OF_ANOTHER_KIND', 'CERT_HAS_EXPIRED (EOTHER)'])(
  'the hint for %j, which ends in no code that is known, is the usual one',
  (reason) => {
    expect(tlsHint(reason)).toMatch(/--ca-file/);
  },
);
