import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { makeToken } from '../src/emulator/fake-tokens.js';
import { BIN, bareEnv, run, temporaryHome } from './support/cli.js';

const home = temporaryHome();
afterAll(() => home.remove());

const FINDINGS = 100_000;

function writeReport(path: string): void {
  const file = openSync(path, 'w');
  for (let index = 0; index < FINDINGS; index++) {
    const secret = makeToken('github_pat_classic', index);
    const finding = {
      RuleID: 'github-pat',
      Description: 'Uncovered a GitHub Personal Access Token',
      StartLine: index % 500,
      EndLine: index % 500,
      StartColumn: 10,
      EndColumn: 49,
      Match: `token = ${secret}`,
      Secret: secret,
      File: `src/package-${index % 997}/config.js`,
      SymlinkFile: '',
      Commit: '0123456789'.repeat(4),
      Entropy: 4.5,
      Author: 'somebody',
      Email: 'somebody@example.com',
      Date: '2026-01-01T00:00:00Z',
      Message: `commit ${index}`,
      Tags: [],
      Fingerprint: `f${index}`,
    };
    writeSync(file, `${index === 0 ? '[' : ','}${JSON.stringify(finding)}`);
  }
  writeSync(file, ']');
  closeSync(file);
}

test('a run with a gitleaks report of 100,000 findings takes less than 250 MB', async () => {
  const report = join(home.home, 'gitleaks.json');
  const peak = join(home.home, 'peak');
  writeReport(report);
  const preload = join(__dirname, 'support/peak.cjs');
  const words = ['leaked', '--from', report, '--dry-run', '--no-verify'];
  const ran = await run(process.execPath, ['-r', preload, BIN, ...words], {
    timeoutMs: 110_000,
    env: bareEnv(home.home, { PEAK_TO: peak }),
  });
  expect(ran.stderr).toContain('100,000 targets: 100,000 planned');
  expect(Number(readFileSync(peak, 'utf8'))).toBeLessThan(250);
}, 120_000);
