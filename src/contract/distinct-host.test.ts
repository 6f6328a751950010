import { vendorsAt } from './distinct-host.js';

test.each([
  ['github.com', 'github'],
  ['models.github.ai', 'github'],
  ['nuget.pkg.github.com', 'github'],
  ['slack.com', 'slack'],
  ['acme.slack.com', 'slack'],
  ['a.b.slack.com', 'slack'],
  ['api.anthropic.com', 'anthropic'],
  ['acme.my.salesforce.com', 'salesforce'],
  ['acme.force.com', 'salesforce'],
])('the host %s is one of %s', (host, vendor) => {
  expect([...vendorsAt(host)]).toEqual([vendor]);
});

test.each([
  '',
  'com',
  'github',
  'slack',
  'github.com.evil.example',
  'evilgithub.com',
  'evilslack.com',
  'sub.github.com',
  'pkg.github.com',
  '.github.com',
  'api.github.com:8443',
  'API.GITHUB.COM',
])('the host %j is nobody’s own', (host) => {
  expect(vendorsAt(host).size).toBe(0);
});
