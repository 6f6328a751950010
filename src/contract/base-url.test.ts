import { readBaseUrl } from './base-url.js';

const read = (value: string) => readBaseUrl({ value, source: 'ACME_URL' }, 'https://acme.example');

test.each([
  ['https://acme.example', 'https://acme.example', ''],
  ['https://acme.example/', 'https://acme.example', ''],
  ['https://acme.example:8443/base/v1///', 'https://acme.example:8443', '/base/v1'],
  ['http://127.0.0.1:3000/x', 'http://127.0.0.1:3000', '/x'],
])('the base URL %s is read', (value, origin, prefix) => {
  expect(read(value)).toEqual({ origin, prefix, url: `${origin}${prefix}` });
});

const NO_URL = ['ACME_URL is not a URL', 'for example https://acme.example'];
const MORE = ['ACME_URL has more than a host and a path', 'give no login, query or fragment'];
const EMPTY_PART = ['ACME_URL has an empty part in its path', 'check the URL'];

test.each([
  ['acme.example', NO_URL],
  ['', NO_URL],
  ['ftp://acme.example', NO_URL],
  ['xhttps://acme.example', NO_URL],
  ['https-x://acme.example', NO_URL],
  ['https://user@acme.example', MORE],
  ['https://:hunter2@acme.example', MORE],
  ['https://acme.example/?key=hunter2', MORE],
  ['https://acme.example/#hunter2', MORE],
  ['https://acme.example/a//b', EMPTY_PART],
  ['https://acme.example//b', EMPTY_PART],
])('the base URL %j is refused: it says why and shows nothing of it', (value, [message, hint]) => {
  expect(() => read(value)).toThrow(
    expect.objectContaining({ kind: 'usage', code: 'bad_endpoint', message, hint }) as Error,
  );
});

test('a base URL of plain http to another machine is refused', () => {
  expect(() => read('http://acme.example')).toThrow(
    expect.objectContaining({ code: 'insecure_url' }) as Error,
  );
});
