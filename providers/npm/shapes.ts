import type { Vendor } from '../../src/contract/index.js';

/** No host is its own: a token belongs to the registry that its line names. */
export const vendor: Vendor = {
  id: 'npm',
  hosts: [],
  revocable: [
    {
      type: 'npm_access',
      name: 'npm access token',
      prefixes: ['npm_'],
      rest: '[A-Za-z0-9]{36}',
      checksum: { name: 'crc32-base62', enforced: true },
    },
    {
      type: 'npm_legacy',
      name: 'npm access token (old form)',
      prefixes: [],
      rest: '[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}',
      near: '_authToken',
    },
  ],
  unrevocable: [],
};
