import { assertSecure, isLoopback } from './secure-origin.js';

test.each([
  'https://api.example.com',
  'https://api.example.com:8443',
  'http://localhost:3000',
  'http://127.0.0.1',
  'http://127.255.1.20:80',
  'http://[::1]:8080',
])('requests may go to %s', (origin) => {
  expect(() => assertSecure(origin)).not.toThrow();
});

test.each([
  ['http://api.example.com', 'http://api.example.com is not an https URL'],
  ['http://127.0.0.1.example.com', 'http://127.0.0.1.example.com is not an https URL'],
  ['http://localhost.example.com', 'http://localhost.example.com is not an https URL'],
  ['ftp://localhost', 'ftp://localhost is not an https URL'],
  ['https://user@api.example.com', 'https://api.example.com is not an https URL'],
  ['https://:hunter2@api.example.com', 'https://api.example.com is not an https URL'],
  ['http://user@localhost', 'http://localhost is not an https URL'],
  ['http://:hunter2@localhost', 'http://localhost is not an https URL'],
  ['no URL', 'the endpoint is not an https URL'],
])('requests may not go to %s, and the error shows no login', (origin, message) => {
  expect(() => assertSecure(origin)).toThrow(
    expect.objectContaining({
      kind: 'usage',
      code: 'insecure_url',
      message,
      hint: 'use https; http is for loopback only, and a URL carries no credentials',
    }) as Error,
  );
});

test.each([
  ['localhost', true],
  ['[::1]', true],
  ['127.0.0.1', true],
  ['127.200.30.4', true],
  ['128.0.0.1', false],
  ['127.0.0', false],
  ['127.0.0.1234', false],
  ['127.0.0.1.2', false],
  ['a127.0.0.1', false],
  ['127.0.0.1a', false],
  ['[::2]', false],
])('the host %s is this machine: %s', (host, isIt) => {
  expect(isLoopback(host)).toBe(isIt);
});
