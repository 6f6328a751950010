// npm run audit: what is known against the versions that are bundled.
//   node .github/release/audit.mjs [sbom] [npm's own options, such as --registry URL]
// All that is bundled is a development dependency of this repository, so `npm audit --omit=dev` looks
// at none of it and `npm audit` at a thousand others. Here npm is asked about just what ships.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
/** Any other level blocks, also one that is not known here. */
const PASSING = ['info', 'low'];

/** A version with a well-known advisory. A registry that does not name it did not look. */
const PROBE = { alias: 'probe-of-the-registry', name: 'minimist', version: '0.0.8' };

const [first, ...others] = process.argv.slice(2);
const isFile = first !== undefined && !first.startsWith('-');
try {
  const sbom = isFile ? first : join(root, 'dist/sbom.cdx.json');
  const components = componentsOf(JSON.parse(readFileSync(sbom, 'utf8')));
  const report = auditOf(components, isFile ? others : process.argv.slice(2));
  process.exitCode = tell(components, report);
} catch (error) {
  console.error(`error: the bundled packages could not be checked: ${error.message}`);
  process.exitCode = 2;
}

function componentsOf({ components }) {
  if (!components?.length) throw new Error('the SBOM names no component');
  return components.map(({ group, name, version }, index) => ({
    alias: `bundled-${index}`,
    name: group ? `${group}/${name}` : name,
    version,
  }));
}

/** npm's report. Each package has an alias: two versions of one may be bundled. */
function auditOf(components, options) {
  const folder = mkdtempSync(join(tmpdir(), 'revoke-audit-'));
  try {
    const all = [...components, PROBE];
    const dependencies = Object.fromEntries(
      all.map(({ alias, name, version }) => [alias, `npm:${name}@${version}`]),
    );
    const self = { name: 'what-is-bundled', version: '0.0.0', private: true, dependencies };
    const installed = all.map(({ alias, name, version }) => [
      `node_modules/${alias}`,
      { name, version },
    ]);
    const lock = {
      name: self.name,
      version: self.version,
      lockfileVersion: 3,
      packages: { '': self, ...Object.fromEntries(installed) },
    };
    writeFileSync(join(folder, 'package.json'), JSON.stringify(self));
    writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(lock));
    // Offline, npm reports nothing without having looked.
    const told = spawnSync(
      'npm',
      [
        'audit',
        '--json',
        '--package-lock-only',
        '--offline=false',
        '--audit-level=none',
        ...options,
      ],
      { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 26 },
    );
    return parsed(told);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function parsed({ error, stdout, stderr }) {
  if (error) throw error;
  let report;
  try {
    report = JSON.parse(stdout);
  } catch {
    throw new Error(`npm audit said: ${(stdout + stderr).trim() || 'nothing'}`);
  }
  if (report.auditReportVersion !== 2 || report.vulnerabilities === undefined)
    throw new Error(`npm audit said: ${report.message ?? report.error?.summary ?? stdout.trim()}`);
  return report;
}

/** Prints what is known, and answers the exit code. */
function tell(components, { vulnerabilities }) {
  const byNode = new Map(
    [...components, PROBE].map((one) => [`node_modules/${one.alias}`, { ...one, known: [] }]),
  );
  for (const { via, nodes } of Object.values(vulnerabilities)) {
    const known = via.filter((advisory) => typeof advisory === 'object');
    for (const node of nodes) byNode.get(node)?.known.push(...known);
  }
  const probe = byNode.get(`node_modules/${PROBE.alias}`);
  if (probe.known.length === 0)
    throw new Error(`the registry knows nothing against ${PROBE.name} ${PROBE.version}`);
  byNode.delete(`node_modules/${PROBE.alias}`);
  let blocking = 0;
  for (const { name, version, known } of byNode.values()) {
    for (const { severity, title, url } of known) {
      if (!PASSING.includes(severity)) blocking += 1;
      console.log(`${severity}: ${name} ${version}: ${title} (${url})`);
    }
  }
  console.log(
    `${byNode.size} bundled packages checked, ${blocking} advisories of moderate or more`,
  );
  return blocking > 0 ? 1 : 0;
}
