/** `npm run audit` against a registry on loopback: what it asks, and that it never passes unseen. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { run } from '../support/cli.js';

const AUDIT = resolve(__dirname, '../../.github/release/audit.mjs');
const BULK = '/-/npm/v1/security/advisories/bulk';

interface Advisory {
  readonly name: string;
  readonly severity: string;
  readonly range: string;
}
type Asked = Record<string, string[]>;

/** Every such registry knows this one: see the probe in .github/release/audit.mjs. */
const PROBED: Advisory = { name: 'minimist', severity: 'critical', range: '<0.2.4' };

let folder: string;
let sbom: string;
const servers: Server[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'revoke-audit-test-'));
  sbom = join(folder, 'sbom.json');
});
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }
  rmSync(folder, { recursive: true, force: true });
});

/** A registry that knows these advisories, or answers all questions about them by `status`. */
async function registry({
  advisories = [PROBED],
  status = 200,
  hasPackages = true,
}: { advisories?: readonly Advisory[]; status?: number; hasPackages?: boolean } = {}) {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const reply = (code: number, value: unknown) => {
        response.writeHead(code, { 'content-type': 'application/json' });
        response.end(JSON.stringify(value));
      };
      if (request.url === BULK && status !== 200) return reply(status, { error: 'not here' });
      if (request.url === BULK) {
        const zipped = request.headers['content-encoding'] === 'gzip';
        const versions = JSON.parse((zipped ? gunzipSync(body) : body).toString()) as Asked;
        asked.push(versions);
        return reply(200, bulk(advisories, versions));
      }
      if (request.method !== 'GET' || !hasPackages) return reply(404, { error: 'not found' });
      return reply(200, packument(decodeURIComponent((request.url ?? '').slice(1))));
    });
  });
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, asked };
}

function bulk(advisories: readonly Advisory[], versions: Asked) {
  const known: Record<string, unknown[]> = {};
  for (const [index, { name, severity, range }] of advisories.entries()) {
    if (versions[name] === undefined) continue;
    (known[name] ??= []).push({
      id: index + 1,
      url: `https://advisories.example/${index + 1}`,
      title: `Weakness ${index + 1}`,
      severity,
      vulnerable_versions: range,
      cwe: [],
      cvss: { score: 0, vectorString: null },
    });
  }
  return known;
}

function packument(name: string) {
  const versions = ['0.0.8', '1.0.0', '2.0.0', '3.0.0'];
  return {
    name,
    'dist-tags': { latest: '3.0.0' },
    versions: Object.fromEntries(
      versions.map((version) => [version, { name, version, dist: { tarball: 'none' } }]),
    ),
  };
}

async function audit(
  url: string,
  components: readonly { group?: string; name: string; version: string }[],
  { options = [], env = {} }: { options?: string[]; env?: Record<string, string> } = {},
) {
  writeFileSync(sbom, JSON.stringify({ components }));
  return run(process.execPath, [AUDIT, sbom, '--registry', url, ...options], {
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: folder,
      npm_config_cache: join(folder, 'cache'),
      npm_config_fetch_retries: '0',
      ...env,
    },
  });
}

test('the audit asks about each bundled version, and passes where nothing is known', async () => {
  const { url, asked } = await registry();
  const told = await audit(url, [
    { name: 'alpha', version: '1.0.0' },
    { name: 'alpha', version: '2.0.0' },
    { group: '@scope', name: 'beta', version: '3.0.0' },
  ]);
  expect(told).toMatchObject({ code: 0, stderr: '' });
  expect(told.stdout).toBe('3 bundled packages checked, 0 advisories of moderate or more\n');
  expect(asked[0]).toMatchObject({ alpha: ['1.0.0', '2.0.0'], '@scope/beta': ['3.0.0'] });
});

test.each(['moderate', 'high', 'critical'])(
  'the audit fails for a bundled version with an advisory of level %s',
  async (severity) => {
    const { url } = await registry({
      advisories: [PROBED, { name: 'alpha', severity, range: '<2.0.0' }],
    });
    const told = await audit(url, [{ name: 'alpha', version: '1.0.0' }]);
    expect(told.code).toBe(1);
    expect(told.stdout).toContain(
      `${severity}: alpha 1.0.0: Weakness 2 (https://advisories.example/2)`,
    );
  },
);

test('the audit tells a vulnerable version from another of the same package', async () => {
  const { url } = await registry({
    advisories: [PROBED, { name: 'alpha', severity: 'high', range: '<2.0.0' }],
  });
  const both = await audit(url, [
    { name: 'alpha', version: '3.0.0' },
    { name: 'alpha', version: '1.0.0' },
  ]);
  expect(both.code).toBe(1);
  expect(both.stdout).toContain('high: alpha 1.0.0');
  expect(both.stdout).not.toContain('alpha 3.0.0');
  const fixed = await audit(url, [{ name: 'alpha', version: '3.0.0' }]);
  expect(fixed.code).toBe(0);
});

test('the audit fails for a vulnerable version that the registry does not list', async () => {
  const { url } = await registry({
    advisories: [PROBED, { name: 'alpha', severity: 'high', range: '<2.0.0' }],
    hasPackages: false,
  });
  const told = await audit(url, [{ name: 'alpha', version: '1.0.0' }]);
  expect(told.code).toBe(1);
  expect(told.stdout).toContain('high: alpha 1.0.0');
});

test('the audit tells of an advisory of level low, and passes', async () => {
  const { url } = await registry({
    advisories: [PROBED, { name: 'alpha', severity: 'low', range: '*' }],
  });
  const told = await audit(url, [{ name: 'alpha', version: '1.0.0' }]);
  expect(told.code).toBe(0);
  expect(told.stdout).toContain('low: alpha 1.0.0');
});

describe('the audit fails where it could not look', () => {
  const one = [{ name: 'alpha', version: '1.0.0' }];
  const could = /^error: the bundled packages could not be checked: /;

  test.each([400, 404, 405, 500])('the registry answers %i', async (status) => {
    const { url } = await registry({ status });
    const told = await audit(url, one);
    expect(told.code).toBe(2);
    expect(told.stderr).toMatch(could);
  });

  test('the audit fails where no registry answers', async () => {
    const { url } = await registry();
    for (const server of servers.splice(0)) await new Promise((done) => server.close(done));
    const told = await audit(url, one);
    expect(told.code).toBe(2);
    expect(told.stderr).toMatch(could);
  });

  test('the registry knows nothing against a version that is known to be weak', async () => {
    const { url } = await registry({ advisories: [] });
    const told = await audit(url, one);
    expect(told.code).toBe(2);
    expect(told.stderr).toContain('the registry knows nothing against minimist 0.0.8');
  });

  test('npm is set to be offline', async () => {
    const { url, asked } = await registry({
      advisories: [PROBED, { name: 'alpha', severity: 'high', range: '*' }],
    });
    const told = await audit(url, one, { env: { npm_config_offline: 'true' } });
    expect(told.code).toBe(1);
    expect(asked).toHaveLength(1);
  });

  test('npm is told to be offline', async () => {
    const { url } = await registry();
    const told = await audit(url, one, { options: ['--offline'] });
    expect(told.code).toBe(2);
    expect(told.stderr).toMatch(could);
  });

  test('the audit fails where the SBOM names nothing', async () => {
    const { url, asked } = await registry();
    const told = await audit(url, []);
    expect(told.code).toBe(2);
    expect(told.stderr).toContain('the SBOM names no component');
    expect(asked).toEqual([]);
  });
});
