import { reasonOf, textAt } from './family.js';

const SECRET = 'hvs.'.padEnd(150, 'x');

const answered = (error: string) =>
  reasonOf('Vault', { status: 400, headers: {}, text: JSON.stringify({ error }), json: { error } });

test('a long member of an answer is cut between words, so that no half of a secret stands there', () => {
  expect(textAt({ name: `known as ${SECRET}` }, 'name')).toBe('known as …');
  expect(textAt({ name: SECRET }, 'name')).toBe('…');
  expect(textAt({ name: 'Ada Lovelace' }, 'name')).toBe('Ada Lovelace');
});

test("a server's words are quoted with a whole secret, which is masked, or without it", () => {
  expect(answered(`no such token: ${SECRET}`)).toBe(`Vault answered 400: no such token: ${SECRET}`);
  expect(answered(`no such token: ${SECRET}${SECRET}`)).toBe(
    'Vault answered 400: no such token: …',
  );
});
