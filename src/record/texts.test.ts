import { accountText } from './texts.js';

const note = (endpoint: string, scope = {}) => ({ provider: 'leaked', endpoint, scope });

test('an account is named by its scope, or by its endpoint where it has none', () => {
  const providers = [note('https://a.example', { app: 'x', keys: ['k', 'l'] }), note('https://b')];
  expect(accountText({ providers })).toBe('x k l, https://b');
});

test('a service without an endpoint of its own is left out of the accounts', () => {
  expect(accountText({ providers: [note(''), note('https://b')] })).toBe('https://b');
});

test('more than three accounts are counted, since their names fill a screen', () => {
  const providers = ['1', '2', '3', '4'].map((name) => note(`https://${name}`));
  expect(accountText({ providers: providers.slice(1) })).toBe('https://2, https://3, https://4');
  expect(accountText({ providers })).toBe('any of 4 services');
});
