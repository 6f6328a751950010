import { distinctShape } from './distinct-shape.js';

const letters = (count: number) => 'aB3'.repeat(count).slice(0, count);
const GHP = `ghp_${letters(36)}`;
const GLPAT = `glpat-${'a_-'.repeat(7).slice(0, 20)}`;

test.each([
  ['a class of letters and digits', GHP, 'github_pat_classic', 'github'],
  ['letters, digits, _ and -', GLPAT, 'gitlab_pat', 'gitlab'],
  ['hexadecimal digits', `dop_v1_${'0f'.repeat(32)}`, 'digitalocean_personal', 'digitalocean'],
  ['small letters and digits', `bkua_${'0z'.repeat(20)}`, 'buildkite_user', 'buildkite'],
  ['base32', `AKIA${'A7'.repeat(8)}`, 'aws_access_key', 'aws'],
  ['letters alone', `api_org_${'aZ'.repeat(17)}`, 'huggingface_organization', 'huggingface'],
  ['anything but blanks', `xoxb-${'1:/!'.repeat(4)}`, 'slack_bot', 'slack'],
  ['one blank and anything', `FlyV1 ${'fm2_'.repeat(4)}`, 'fly_macaroon', 'fly'],
  ['the second of several prefixes', `ACCA${'B2'.repeat(8)}`, 'aws_service_key', 'aws'],
  [
    'a prefix that holds another',
    `sk-ant-admin01-${letters(93)}`,
    'anthropic_admin_key',
    'anthropic',
  ],
  ['the last of the table', `shppa_${letters(16)}`, 'shopify_access', 'shopify'],
])('a token of %s behind its prefix is recognised', (_what, text, type, provider) => {
  expect(distinctShape(text)).toEqual({ type, provider });
  expect(distinctShape(`${text} and more`)).toEqual({ type, provider });
});

test.each([
  ['', 'nothing'],
  ['ghp', 'less than a prefix'],
  ['ghp_', 'a prefix alone'],
  [GHP.slice(0, -1), 'one character too few'],
  [`ghp_${letters(35)}-`, 'a character of another class'],
  [`dop_v1_${'0F'.repeat(32)}`, 'capital hexadecimal digits'],
  [`bkua_${'0Z'.repeat(20)}`, 'capitals where small letters belong'],
  [`AKIA${'A1'.repeat(8)}`, 'digits that base32 has not'],
  [`api_org_${'a1'.repeat(17)}`, 'digits where letters belong'],
  [`xoxb-${'12 4'.repeat(4)}`, 'a blank too early'],
  [`FlyV1  ${'fm2_'.repeat(4)}`, 'two blanks'],
  [`GHP_${letters(36)}`, 'a prefix in capitals'],
  [`ghx_${letters(36)}`, 'no prefix'],
])('%j is no token: %s', (text) => {
  expect(distinctShape(text)).toBeUndefined();
});

test.each([
  ' ',
  '\t',
  '\n',
  '/',
  ':',
  '.',
  ',',
  ';',
  '=',
  '"',
  '(',
  '@',
  '[',
  '`',
  '{',
  'é',
  '\u6f22',
])('a token behind %j is recognised', (before) => {
  const found = { type: 'github_pat_classic', provider: 'github' };
  expect(distinctShape(`${before}${GHP}`)).toEqual(found);
  expect(distinctShape(`a word${before}${GHP}`)).toEqual(found);
});

test.each(['a', 'z', 'm', 'A', 'Z', 'M', '0', '9', '5', '_', '-'])(
  'what stands behind %j is the rest of a word, and no token',
  (before) => {
    expect(distinctShape(`${before}${GHP}`)).toBeUndefined();
    expect(distinctShape(`x ${before}${GHP}`)).toBeUndefined();
  },
);

test('of two tokens the first is named, and one behind what only begins like a token is found', () => {
  expect(distinctShape(`${GLPAT} ${GHP}`)?.type).toBe('gitlab_pat');
  expect(distinctShape(`ghp_short ${GLPAT}`)?.type).toBe('gitlab_pat');
});
