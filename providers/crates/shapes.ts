import type { Vendor } from '../../src/contract/index.js';

export const vendor: Vendor = {
  id: 'crates',
  hosts: ['crates.io', 'www.crates.io', 'index.crates.io', 'static.crates.io'],
  revocable: [
    {
      type: 'crates_api',
      name: 'crates.io API token',
      prefixes: ['cio'],
      rest: '[A-Za-z0-9]{32}',
    },
    {
      type: 'crates_trusted_publishing',
      name: 'crates.io trusted publishing token',
      prefixes: ['cio_tp_'],
      rest: '[A-Za-z0-9]{32}',
      checksum: { name: 'crates-xor', enforced: true },
      notes: ['it becomes inactive by itself after about 30 minutes'],
    },
  ],
  unrevocable: [],
};
