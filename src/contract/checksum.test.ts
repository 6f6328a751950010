import { CHECKSUMS, crc32, type ChecksumName } from './checksum.js';

/** In pieces, so that no scanner takes them for tokens: fake, and whole by their checksum. */
const BODY = 'FAKEfakeFAKEfakeFAKEfakeFAKE00';
const VERCEL = `${BODY}FAKEfakeFAKEfakeFAKE` + '00nZkt';
const VECTORS: readonly (readonly [string, ChecksumName, readonly string[]])[] = [
  ...['ghp_', 'gho_', 'ghu_', 'npm_'].map(
    (prefix) => [prefix, 'crc32-base62', [prefix, BODY, '289HgS']] as const,
  ),
  ...['vcp_', 'vck_'].map((prefix) => [prefix, 'crc32-base62', [prefix, VERCEL]] as const),
  [
    'github_pat_',
    'sha256-base32',
    ['github_pat_', '11FAKEFAKE0fakefakefak_', `${BODY}FAKEfakeFAKEf`, 'VXBFT4WE', 'FAKEfake'],
  ],
  ['cfut_', 'crc32-hex', ['cfut_', `${BODY}FAKEfakeFA`, '0f0255a5']],
  [
    'glpat-, routable',
    'gitlab-routable',
    ['glpat-', 'AAAAAAAAAAAAAAAAAAAAAG86MQp1OjJzCA', '.01.0y', '1vfqyx6'],
  ],
  ['cio_tp_', 'crates-xor', ['cio_tp_', `${BODY}0`, '5']],
  ['glsa_', 'crc32-hex-reversed', ['glsa_', `${BODY}00`, '_89617266']],
];

describe('checksums of tokens', () => {
  test('CRC-32 of 123456789 is the check value of the standard', () => {
    expect(crc32('123456789')).toBe(0xcbf43926);
  });

  test.each(VECTORS)('the published vector of %s matches %s', (_prefix, name, pieces) => {
    expect(CHECKSUMS[name](pieces.join(''))).toBe(true);
  });

  test.each(VECTORS)('the vector of %s with one character changed does not match %s', (...row) => {
    const [, name, pieces] = row;
    const token = pieces.join('');
    const at = token.indexOf('FAKE', 12) === -1 ? 12 : token.indexOf('FAKE', 12);
    const changed = `${token.slice(0, at)}${token[at] === 'B' ? 'C' : 'B'}${token.slice(at + 1)}`;
    expect(CHECKSUMS[name](changed)).toBe(false);
  });
});
