import type { Shape, Vendor } from '../../src/contract/index.js';

const rest = '[A-Za-z0-9]{32}';

export const api: readonly Shape[] = [
  { type: 'crates_api', name: 'crates.io API token', prefixes: ['cio'], rest },
];

export const trustedPublishing: readonly Shape[] = [
  {
    type: 'crates_trusted_publishing',
    name: 'crates.io trusted publishing token',
    prefixes: ['cio_tp_'],
    rest,
    checksum: { name: 'crates-xor', enforced: true },
    notes: ['it becomes inactive by itself after about 30 minutes'],
  },
];

export const vendor: Vendor = {
  id: 'crates',
  hosts: ['crates.io', 'www.crates.io', 'index.crates.io', 'static.crates.io'],
  revocable: [...api, ...trustedPublishing],
  unrevocable: [],
};
