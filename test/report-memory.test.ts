import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

test('a gitleaks report of 100,000 findings is read in less than 250 MB', () => {
  const folder = mkdtempSync(join(tmpdir(), 'revoke-memory-'));
  try {
    const outfile = join(folder, 'measure.cjs');
    buildSync({
      entryPoints: [join(__dirname, 'support/measure-report.ts')],
      outfile,
      bundle: true,
      platform: 'node',
      target: 'node20',
    });
    const { rows, megabytes } = JSON.parse(
      execFileSync(process.execPath, [outfile], { encoding: 'utf8' }),
    ) as { rows: number; megabytes: number };
    expect(rows).toBe(100_000);
    expect(megabytes).toBeLessThan(250);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
