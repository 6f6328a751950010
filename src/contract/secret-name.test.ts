import { isSecretName, shownName } from './secret-name.js';

const OPAQUE = 'cAnArY0123456789abcdefghijklmnop';

test.each([
  `eyJhbGciOiJIUzI1NiJ9.eyJqdGkiOiJ4In0.${OPAQUE}`,
  `s57drg.3bnE1Q:${OPAQUE}`,
  `wst_${OPAQUE}`,
  `Bearer ${OPAQUE}`,
  OPAQUE,
  `ghp_${OPAQUE}1234`,
  'glpat-0123456789abcdefghij',
])('a credential is no name of a file, and is not shown as one: %s', (word) => {
  expect(isSecretName(word)).toBe(true);
  expect(shownName(word)).not.toContain(word);
});

test.each([
  'run.jsonl',
  'journals/2026-11-28-production.jsonl',
  'revocations-of-november-2026-in-production',
  'ca-bundle.pem',
  'prod',
  '-',
  `./${OPAQUE}`,
  `/secrets/${OPAQUE}`,
  '../glpat-0123456789abcdefghij',
])('a name of a file stays one: %s', (word) => {
  expect(isSecretName(word)).toBe(false);
});

test('a long word without folder and ending is used as a name, and not shown where it is none', () => {
  expect(shownName('horse-battery-staple-correct')).toContain('not shown');
  expect(shownName('nowhere/horse-battery-staple-correct')).toContain('horse');
});

const HASH = '0123456789abcdef0123456789abcdef';
test.each<[string, boolean]>([
  ['bearer x', true],
  ['BEARER\tx', true],
  ['bearer', false],
  ['my bearer x', false],
  [`eyJ${'x'.repeat(16)}`, true],
  [`eyJ${'x'.repeat(15)}`, false],
  [`x.eyJ${'x'.repeat(16)}`, false],
  ['app_1.key-2:abcdefghijkl', true],
  ['a.b:abcdefghijkl', true],
  ['app_1.key-2:abcdefghijk', false],
  ['the app_1.key-2:abcdefghijkl', false],
  ['app_1.key-2:abcdefghijkl at Ably', false],
  ['app_1:abcdefghijkl', false],
  ['.key-2:abcdefghijkl', false],
  [HASH, true],
  [HASH.toUpperCase(), true],
  [`${HASH}==`, true],
  [HASH.slice(1), false],
  [HASH.replace(/[a-f]/g, '0'), false],
  [HASH.replace(/\d/g, 'a'), false],
  [`${HASH}.txt`, false],
  [`a ${HASH}`, false],
  [`/${HASH}`, false],
  [`./${HASH}`, false],
  [`../${HASH}`, false],
  [`.../${'bearer x'}`, false],
])('the word %j is a credential: %s', (word, expected) => {
  expect(isSecretName(word)).toBe(expected);
});

test.each<[string, boolean]>([
  ['x'.repeat(24), true],
  ['x'.repeat(25), false],
  [`${'x'.repeat(25)}.jsonl`, true],
  [`${'x'.repeat(25)}.a`, true],
  [`${'x'.repeat(25)}.sevenxx`, false],
  [`${'x'.repeat(25)}.jsonl-`, false],
  [`a/${'x'.repeat(25)}`, true],
  [HASH.slice(0, 20), true],
  ['eyJ0123456789abcdef', false],
])('the name %s is shown where it cannot be read: %s', (name, expected) => {
  const hidden = 'the file (not shown: its name may be a secret)';
  expect(shownName(name)).toBe(expected ? name : hidden);
});
