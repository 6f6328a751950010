// Runs suites as they would run elsewhere: another zone, another language, another umask. CI runs in
// UTC, in English and with umask 022, where a wrong zone or a mode that is left to the umask shows nothing.
//   npm run test:elsewhere              the suites below, in each place
//   npm run test:elsewhere -- test/e2e  others
import { spawnSync } from 'node:child_process';

const PLACES = [
  { TZ: 'America/New_York', LC_ALL: 'tr_TR.UTF-8', umask: 0o002 },
  { TZ: 'Asia/Kolkata', LC_ALL: 'ar_EG.UTF-8', umask: 0o077 },
];
const SUITES = [
  'src/',
  'test/e2e/output',
  'test/e2e/pauses',
  'test/e2e/secrets',
  'test/e2e/surroundings',
  'providers/ably',
  'providers/workspace',
];

const asked = process.argv.slice(2);
let worst = 0;
for (const { umask, ...env } of PLACES) {
  const mode = umask.toString(8).padStart(3, '0');
  console.log(`TZ=${env.TZ} LC_ALL=${env.LC_ALL} umask ${mode}`);
  process.umask(umask);
  const suites = asked.length > 0 ? asked : SUITES;
  const { status } = spawnSync('npx', ['jest', ...suites], {
    env: { ...process.env, ...env, REVOKE_TEST_PLACE: env.TZ },
    stdio: 'inherit',
  });
  worst ||= status ?? 1;
}
process.exitCode = worst;
