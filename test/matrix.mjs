// The whole suite on every supported Node: npm's `node` package brings the binaries.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const versions = process.argv.slice(2).length > 0 ? process.argv.slice(2) : ['20', '22', '24'];
const folder = mkdtempSync(join(tmpdir(), 'revoke-matrix-'));
let failed = 0;
try {
  for (const version of versions) {
    const path = `${dirname(nodeOf(version))}${delimiter}${process.env.PATH}`;
    console.log(
      `\n== Node ${execFileSync('node', ['--version'], { env: { ...process.env, PATH: path } })}`,
    );
    const { status } = spawnSync('npm', ['test'], {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, PATH: path },
    });
    if (status !== 0) failed += 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = failed === 0 ? 0 : 1;

/** The binary of one major version, from the package that holds it for this system. */
function nodeOf(major) {
  const into = join(folder, major);
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  execFileSync(
    'npm',
    [
      'install',
      '--prefix',
      into,
      '--no-save',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      `${name}@${major}`,
    ],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  const binary = join(into, 'node_modules', name, 'bin', 'node');
  if (!existsSync(binary))
    throw new Error(`${name}@${major} has no bin/node: ${readdirSync(into)}`);
  return binary;
}
