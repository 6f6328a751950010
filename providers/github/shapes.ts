import type { Shape, Vendor } from '../../src/contract/index.js';

const checksum = { name: 'crc32-base62', enforced: true } as const;
/** 36 characters today; GitHub says that tokens may grow to 255. */
const rest = '[A-Za-z0-9]{36,251}';

/** Revoked by anybody who has them, many in one request. */
export const personal: readonly Shape[] = [
  {
    type: 'github_pat_classic',
    name: 'GitHub personal access token (classic)',
    prefixes: ['ghp_'],
    rest,
    checksum,
  },
  {
    type: 'github_pat_fine_grained',
    name: 'GitHub personal access token (fine-grained)',
    prefixes: ['github_pat_'],
    rest: '[A-Za-z0-9]{22}_[A-Za-z0-9]{59}',
    checksum: { name: 'sha256-base32', enforced: false },
  },
  { type: 'github_oauth', name: 'GitHub OAuth token', prefixes: ['gho_'], rest, checksum },
  {
    type: 'github_app_user',
    name: 'GitHub user access token of an app',
    prefixes: ['ghu_'],
    rest,
    checksum,
  },
];

/** The same, but nobody can see whether they are active. */
export const refresh: readonly Shape[] = [
  {
    type: 'github_refresh',
    name: 'GitHub refresh token',
    prefixes: ['ghr_'],
    rest,
    checksum,
  },
];

/** Revoked by themselves. */
export const installation: readonly Shape[] = [
  {
    type: 'github_app_installation',
    name: 'GitHub installation access token of an app',
    prefixes: ['ghs_'],
    rest: '[A-Za-z0-9]{36,251}',
  },
  {
    type: 'github_app_installation_stateless',
    name: 'GitHub installation access token of an app (stateless)',
    prefixes: ['ghs_'],
    rest: '[A-Za-z0-9]+_[\\w-]{10,}\\.[\\w-]{10,}\\.[\\w-]{10,}',
  },
];

const documented = '16C7e42F292c6912E77' + '10c838347Ae178B4a';

export const vendor: Vendor = {
  id: 'github',
  hosts: [
    'github.com',
    'www.github.com',
    'api.github.com',
    'gist.github.com',
    'uploads.github.com',
    'raw.githubusercontent.com',
    'codeload.github.com',
    'ghcr.io',
    '.pkg.github.com',
    'models.github.ai',
  ],
  revocable: [...personal, ...refresh, ...installation],
  unrevocable: [],
  examples: ['ghp_', 'gho_', 'ghu_', 'ghs_'].map((prefix) => prefix + documented),
};
