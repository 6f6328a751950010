import { NO_TUNNEL, tlsOptions } from './tls-options.js';

test('a connection checks its server outright, and names authorities only where it is given some', () => {
  expect(tlsOptions(undefined)).toStrictEqual({ rejectUnauthorized: true });
  expect(tlsOptions('PEM')).toStrictEqual({ rejectUnauthorized: true, ca: 'PEM' });
});

test('the code of a tunnel that was not opened is none of Node or undici', () => {
  expect(NO_TUNNEL).toMatch(/^REVOKE_/);
});
