import type { Shape, Vendor } from '../../src/contract/index.js';

const rest = '[\\w-]{50}[A-Za-z0-9]{6}';
const checksum = { name: 'crc32-base62', enforced: true } as const;

/** Revoked by themselves. */
export const tokens: readonly Shape[] = [
  {
    type: 'vercel_personal',
    name: 'Vercel personal access token',
    prefixes: ['vcp_'],
    rest,
    checksum,
  },
  {
    type: 'vercel_integration',
    name: 'Vercel integration token',
    prefixes: ['vci_'],
    rest,
    checksum,
  },
  {
    type: 'vercel_legacy',
    name: 'Vercel access token (old form)',
    prefixes: [],
    rest: '[A-Za-z0-9]{24}',
    near: '(?:vercel|now)_?(?:access_?|api_?|auth_?)?token',
  },
];

/** Reported by anybody who has them. */
export const gateway: readonly Shape[] = [
  {
    type: 'vercel_ai_gateway',
    name: 'Vercel AI Gateway key',
    prefixes: ['vck_'],
    rest,
    checksum,
  },
];

export const vendor: Vendor = {
  id: 'vercel',
  hosts: ['vercel.com', 'www.vercel.com', 'api.vercel.com', 'ai-gateway.vercel.sh'],
  revocable: [...tokens, ...gateway],
  unrevocable: [
    {
      type: 'vercel_app_access',
      name: 'Vercel app access token',
      prefixes: ['vca_'],
      rest,
      checksum,
      revocable_by: 'owner',
      manual_url: 'https://vercel.com/account/settings/authentication',
    },
    {
      type: 'vercel_app_refresh',
      name: 'Vercel app refresh token',
      prefixes: ['vcr_'],
      rest,
      checksum,
      revocable_by: 'owner',
      manual_url: 'https://vercel.com/account/settings/authentication',
    },
  ],
};
