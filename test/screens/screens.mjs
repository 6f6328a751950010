// npm run screens: what a person sees, as text files at three widths, to be read before a release.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../..');
const bin = join(root, 'dist/bin.cjs');
// Beside node_modules, where the packages that are not bundled are found.
const folder = mkdtempSync(join(root, '.dist-screens-'));
try {
  const program = join(folder, 'write-screens.cjs');
  await build({
    entryPoints: [join(here, 'write-screens.ts')],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    packages: 'external',
    logLevel: 'error',
  });
  const into = mkdtempSync(join(tmpdir(), 'revoke-screens-'));
  let failed = 0;
  // A sandbox for each size: what one has revoked is active in the next.
  for (const size of ['40x24', '80x24', '200x50']) {
    const words = ['sandbox', '--', process.execPath, program, bin, join(into, size)];
    const { status } = spawnSync(process.execPath, [bin, ...words], { stdio: 'inherit' });
    if (status !== 0) failed += 1;
  }
  console.log(into);
  process.exitCode = failed === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
