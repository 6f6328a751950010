/** Reads a gitleaks report of 100,000 findings that is made as it is read, and prints the peak memory in MB. */
import { createReportReader } from '../../src/input/reports/read-report.js';
import { find, MADE, token } from './made-reports.js';

const FINDINGS = 100_000;
const PIECE = 100;

function main(): void {
  const gitleaks = MADE[0];
  if (!gitleaks) throw new Error('no report is made');
  const reader = createReportReader({ find });
  for (let from = 0; from < FINDINGS; from += PIECE) {
    const secrets = [...Array(PIECE).keys()].map((index) => token(from + index));
    reader.push(gitleaks.make(secrets));
  }
  const read = reader.end();
  const rows = read.kind === 'report' ? read.rows.filter(({ secret }) => secret).length : 0;
  const megabytes = Math.round(process.resourceUsage().maxRSS / 1024);
  process.stdout.write(JSON.stringify({ rows, megabytes }));
}

main();
