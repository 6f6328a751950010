import type { Vendor } from '../../src/contract/index.js';

const rest = '[a-f0-9]{64}';

export const vendor: Vendor = {
  id: 'digitalocean',
  hosts: ['digitalocean.com', '.digitalocean.com'],
  revocable: [
    {
      type: 'digitalocean_personal',
      name: 'DigitalOcean personal access token',
      prefixes: ['dop_v1_'],
      rest,
    },
    {
      type: 'digitalocean_oauth',
      name: 'DigitalOcean OAuth token',
      prefixes: ['doo_v1_'],
      rest,
    },
  ],
  unrevocable: [
    {
      type: 'digitalocean_refresh',
      name: 'DigitalOcean refresh token',
      prefixes: ['dor_v1_'],
      rest,
      revocable_by: 'owner',
      manual_url: 'https://cloud.digitalocean.com/account/api/access',
    },
  ],
};
