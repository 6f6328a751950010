import { hostsBeside, otherHost } from './hosts.js';

const TOKEN = 'glpat-' + 'a1B2c3D4e5F6g7H8i9J0';
const hostsOf = (line: string) => {
  const start = line.indexOf(TOKEN);
  return hostsBeside(line, start, start + TOKEN.length);
};

describe('hostsBeside', () => {
  test.each([
    ['a git remote', `https://oauth2:${TOKEN}@git.acme.io/g/p.git`, ['git.acme.io']],
    [
      'a git remote with the token as user',
      `https://${TOKEN}@git.acme.io:8443/p`,
      ['git.acme.io:8443'],
    ],
    [
      'a git remote with the token before a colon',
      `https://${TOKEN}:x@git.acme.io/p`,
      ['git.acme.io'],
    ],
    ['a query', `GET https://git.acme.io/api?private_token=${TOKEN}&x=1`, ['git.acme.io']],
    ['an .npmrc line', `//packages.acme.io/npm/:_authToken=${TOKEN}`, ['packages.acme.io']],
    ['a netrc line', `machine git.acme.io login a password ${TOKEN}`, ['git.acme.io']],
    ['curl', `curl -H "PRIVATE-TOKEN: ${TOKEN}" https://GIT.acme.io:443/api`, ['git.acme.io']],
    ['another line', `https://git.acme.io\nTOKEN=${TOKEN}\nhttps://other.example`, []],
    ['nothing', `GITLAB_TOKEN=${TOKEN}`, []],
    ['a comment', `${TOKEN} // note`, []],
    [
      'a URL of its own beside another',
      `https://a.example https://u:${TOKEN}@b.example/`,
      ['b.example'],
    ],
  ])('%s names its host, and only that', (_what, line, hosts) => {
    expect(hostsOf(line)).toEqual(hosts);
  });
});

describe('otherHost', () => {
  const vendor = { hosts: ['github.com', '.pkg.github.com'] };
  const byDefault = { endpoint: 'https://api.github.com', isDefault: true };
  const configured = { endpoint: 'https://ghes.acme.io/api/v3', isDefault: false };

  test.each([
    ['no host', [], byDefault, undefined],
    ['the host of the default', ['github.com'], byDefault, undefined],
    ['a host below one of the default', ['npm.pkg.github.com'], byDefault, undefined],
    ['a host that only ends like it', ['evilgithub.com'], byDefault, 'evilgithub.com'],
    [
      'a host that only begins like it',
      ['github.com.evil.example'],
      byDefault,
      'github.com.evil.example',
    ],
    [
      'a host that has one of the default inside',
      ['x.pkg.github.com.evil.example'],
      byDefault,
      'x.pkg.github.com.evil.example',
    ],
    ['the configured host', ['ghes.acme.io'], configured, undefined],
    ['the default where another is configured', ['github.com'], configured, 'github.com'],
    ['another port', ['ghes.acme.io:8443'], configured, 'ghes.acme.io:8443'],
  ])('a line that names %s', (_what, hosts, destination, expected) => {
    expect(otherHost(vendor, hosts, destination)).toBe(expected);
  });
});
