import type { Shape, Vendor } from '../../src/contract/index.js';

const CREDENTIALS = 'https://console.cloud.google.com/apis/credentials';

export const access: readonly Shape[] = [
  {
    type: 'google_access',
    name: 'Google OAuth access token',
    prefixes: ['ya29.'],
    rest: '[\\w-]{20,1024}',
  },
];

/** Nobody can see whether they are active. */
export const refresh: readonly Shape[] = [
  {
    type: 'google_refresh',
    name: 'Google OAuth refresh token',
    prefixes: ['1//'],
    rest: '[\\w-]{40,512}',
    notAfter: '[\\w/-]',
  },
];

export const vendor: Vendor = {
  id: 'google',
  hosts: ['google.com', '.google.com', 'googleapis.com', '.googleapis.com'],
  revocable: [...access, ...refresh],
  unrevocable: [
    {
      type: 'google_api_key',
      name: 'Google API key',
      prefixes: ['AIza'],
      rest: '[\\w-]{35}',
      revocable_by: 'owner',
      manual_url: CREDENTIALS,
    },
    {
      type: 'google_client_secret',
      name: 'Google OAuth client secret',
      prefixes: ['GOCSPX-'],
      rest: '[\\w-]{28}',
      revocable_by: 'owner',
      manual_url: CREDENTIALS,
    },
  ],
};
