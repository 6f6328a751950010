import { proxyFrom, proxySecrets } from './proxy-env.js';

const [ONE, TWO] = ['http://one.example:3128', 'https://two.example'] as const;

test.each<[string, Record<string, string | undefined>, string | undefined]>([
  ['no variable', {}, undefined],
  ['empty variables', { https_proxy: '', HTTP_PROXY: '  ' }, undefined],
  ['https_proxy', { https_proxy: ONE }, ONE],
  ['HTTPS_PROXY', { HTTPS_PROXY: TWO }, TWO],
  ['both cases', { https_proxy: ONE, HTTPS_PROXY: TWO }, ONE],
  ['an empty lower-case name', { https_proxy: '', HTTPS_PROXY: TWO }, undefined],
  ['http_proxy alone', { http_proxy: ONE }, ONE],
  ['HTTP_PROXY alone', { HTTP_PROXY: ONE }, ONE],
  ['one for each', { http_proxy: ONE, https_proxy: TWO }, TWO],
  ['blanks around it', { https_proxy: ` ${ONE}\n` }, ONE],
])('with %s in the environment the proxy is named by it', (_what, env, url) => {
  expect(proxyFrom(env)?.url).toBe(url);
});

test.each<[Record<string, string>, string]>([
  [{}, ''],
  [{ no_proxy: 'a', NO_PROXY: 'b' }, 'a'],
  [{ NO_PROXY: 'b' }, 'b'],
  [{ no_proxy: '', NO_PROXY: 'b' }, ''],
])('with %j the hosts that are reached directly are %j', (env, noProxy) => {
  expect(proxyFrom({ https_proxy: ONE, ...env })).toEqual({ url: ONE, noProxy });
});

test.each([
  ['https_proxy', 'proxy.example:3128'],
  ['HTTPS_PROXY', 'socks5://hunter2@proxy.example'],
  ['http_proxy', 'hunter2'],
  ['HTTP_PROXY', 'http://hunter2@pro xy'],
  ['https_proxy', 'http://proxy.example/\x01hunter2'],
  ['https_proxy', 'http://proxy.example/\x7f'],
])('a proxy in %s that is no URL is refused, and its value is not shown', (name, value) => {
  // Where one is good and the other is not, nothing is skipped.
  for (const beside of [{}, name.toLowerCase() === 'http_proxy' ? { https_proxy: ONE } : {}])
    expect(() => proxyFrom({ [name]: value, ...beside })).toThrow(
      expect.objectContaining({
        kind: 'usage',
        message: `${name} is not an http(s) URL`,
        hint: `${name}=http://proxy.example.com:3128`,
      }) as Error,
    );
});

test('what never shows of a proxy is its password, in each spelling, and its login', () => {
  const secretsOf = (url: string) => proxySecrets({ url, noProxy: '' });
  expect(secretsOf('http://alice:hun%20ter2@proxy.example')).toEqual([
    'hun%20ter2',
    'hun ter2',
    Buffer.from('alice:hun ter2').toString('base64'),
  ]);
  expect(secretsOf('http://al%40ice:x@proxy.example')[2]).toBe(
    Buffer.from('al@ice:x').toString('base64'),
  );
  expect(secretsOf('http://alice@proxy.example')).toEqual([]);
});
