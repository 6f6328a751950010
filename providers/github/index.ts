/** GitHub tokens: anonymous batches, refresh tokens that nobody can look at, installation tokens. */
import { defineTokenProvider } from '../../src/families/index.js';
import { createBatchRevocation } from './batch.js';
import { createUserCheck } from './check-user.js';
import { checkInstallation, deleteInstallation } from './installation.js';
import { installation, personal, refresh, vendor } from './shapes.js';

const MAIL = 'GitHub sends a mail to the owner of each token, without saying who reported it.';

export default defineTokenProvider({
  id: 'github',
  service: 'GitHub',
  summary: 'revoke GitHub tokens (ghp_, github_pat_, gho_, ghu_, ghr_, ghs_) by their value',
  vendor,
  endpoint: { env: 'GITHUB_API_URL', default: 'https://api.github.com', hasInstances: true },
  notes: [
    'Without a login GitHub accepts 60 requests an hour from one address, of 1000 tokens each.',
    'It counts failed logins: only the first 50 tokens of a run are checked, one a second. --verify checks all of them.',
    'A refresh token (ghr_) cannot be checked: its result is accepted.',
  ],
  auditUrl: 'https://github.com/settings/security-log',
  ownCredentials: { env: ['GITHUB_TOKEN', 'GH_TOKEN'] },
  families() {
    const hour = { left: Infinity, resetAt: 0 };
    const revokeBatch = createBatchRevocation(hour);
    const shared = {
      batch: 1000,
      concurrency: 1,
      maxSplits: 10,
      pace: { requests: 60, seconds: 3600 },
      consequences: [MAIL],
      revokeBatch,
    };
    return [
      {
        ...shared,
        name: 'personal',
        shapes: personal,
        checks: { first: 50, perSecond: 1 },
        check: createUserCheck(hour),
      },
      { ...shared, name: 'refresh', shapes: refresh },
      {
        name: 'installation',
        shapes: installation,
        consequences: ['The job or app that uses an installation token stops working.'],
        check: checkInstallation,
        revoke: deleteInstallation,
      },
    ];
  },
  async startEmulator(options) {
    return (await import('./emulator.js')).startGithubEmulator(options);
  },
});
