import { createLoginMask } from './login-mask.js';

function start() {
  const masked: string[] = [];
  return { masked, see: createLoginMask((secret) => void masked.push(secret)) };
}
const basic = (login: string) => `Basic ${Buffer.from(login).toString('base64')}`;

test('the token of a login is masked, without the word before it, once in a row', () => {
  const { masked, see } = start();
  for (const login of [
    undefined,
    'Bearer tok_1',
    'Bearer tok_1',
    undefined,
    'tok_2',
    'Bearer tok 3',
  ])
    see(login);
  expect(masked).toEqual(['tok_1', 'tok_2', 'tok 3']);
});

test.each([
  ['alice:hunter2', 'hunter2'],
  ['alice:hun:ter\n2', 'hun:ter\n2'],
  [':hunter2', 'hunter2'],
  ['alice:', ''],
])('of the Basic login %j the password is masked too', (login, password) => {
  for (const word of ['Basic', 'basic']) {
    const { masked, see } = start();
    const header = basic(login).replace('Basic', word);
    see(header);
    expect(masked).toEqual([header.slice(6), password]);
  }
});

test('of a Basic login without a password, and of another login that looks like one, only the whole is masked', () => {
  const { masked, see } = start();
  see(basic('alice'));
  const credentials = Buffer.from('a:b').toString('base64');
  see(`Bearer ${credentials}`);
  see(`X-basic ${credentials}`);
  expect(masked).toEqual([basic('alice').slice(6), credentials, credentials]);
});

test('a run masks a hundred logins, and no more: where each target is one, its outcome is cleaned', () => {
  const { masked, see } = start();
  for (let count = 0; count < 150; count++) see(`Bearer tok_${count}`);
  expect(masked).toHaveLength(100);
});
