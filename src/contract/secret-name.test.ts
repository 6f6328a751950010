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
