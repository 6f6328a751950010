import { reasonOf, textAt, unexpected } from './family.js';

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

test.each([
  [undefined, 'later'],
  ['7', 'after 7 s'],
  ['Wed, 21 Oct 2026 07:28:00 GMT', 'after 2026-10-21T07:28:00.000Z'],
  ['-5', 'later'],
  ['Wed, 99 Foo 2099 00:00:00 GMT', 'later'],
  ['99999999999999999999', 'later'],
])('a service that limits requests with Retry-After %s is to be asked again %s', (header, when) => {
  const headers = header === undefined ? {} : { 'retry-after': header };
  const answer = unexpected('Slack', { status: 429, headers, text: '', json: undefined });
  expect(answer).toMatchObject({ code: 'rate_limited', hint: `run this again ${when}` });
});
