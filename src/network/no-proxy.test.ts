import { reachedDirectly } from './no-proxy.js';

const direct = (noProxy: string, url: string) => reachedDirectly(noProxy)(new URL(url));

test.each([
  'https://localhost',
  'http://localhost:8080',
  'http://127.0.0.1:9',
  'http://127.8.9.1',
  'http://[::1]:9',
  'https://[::ffff:127.0.0.1]',
])('%s is this machine: no proxy is used, whatever NO_PROXY says', (url) => {
  expect(direct('', url)).toBe(true);
});

test.each([
  ['*', 'https://api.example.com'],
  ['internal,*', 'https://api.example.com'],
  ['* , internal', 'https://api.example.com'],
  ['example.com', 'https://example.com'],
  ['example.com', 'https://api.example.com'],
  ['EXAMPLE.com', 'https://API.example.COM'],
  ['.example.com', 'https://api.example.com'],
  ['.example.com', 'https://example.com'],
  ['*.example.com', 'https://a.b.example.com'],
  ['example.com.', 'https://example.com'],
  ['example.com', 'https://example.com./'],
  ['example.com:8443', 'https://example.com:8443'],
  ['example.com:443', 'https://example.com'],
  ['10.0.0.0/8', 'https://10.1.2.3'],
  ['192.168.1.7', 'https://192.168.1.7:8443'],
  ['192.168.1.7:8443', 'https://192.168.1.7:8443'],
  ['2001:db8::/32', 'https://[2001:db8::7]'],
  ['2001:db8::7', 'https://[2001:db8::7]'],
  ['[2001:db8::7]', 'https://[2001:db8::7]'],
  ['[2001:db8::7]:8443', 'https://[2001:db8::7]:8443'],
  ['one.example two.example', 'https://two.example'],
  ['one.example,\ttwo.example,', 'https://two.example'],
])('NO_PROXY=%s: %s is reached directly', (noProxy, url) => {
  expect(direct(noProxy, url)).toBe(true);
});

test.each([
  ['', 'https://example.com'],
  ['ample.com', 'https://example.com'],
  ['example.com', 'https://example.com.evil.test'],
  ['example.com:8443', 'https://example.com'],
  ['10.0.0.0/8', 'https://11.1.2.3'],
  ['10.0.0.0/99', 'https://10.0.0.0'],
  ['10.0.0.0/x', 'https://10.0.0.0'],
  ['10.0.0.0/8', 'https://10.example.com'],
  ['2001:db8::7', 'https://[2001:db8::8]'],
  ['::1:8443', 'https://example.com'],
  [',', 'https://example.com'],
])('NO_PROXY=%s: %s goes through the proxy', (noProxy, url) => {
  expect(direct(noProxy, url)).toBe(false);
});
