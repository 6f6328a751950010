import type { Vendor } from '../../src/contract/index.js';

export const vendor: Vendor = {
  id: 'buildkite',
  hosts: ['buildkite.com', '.buildkite.com'],
  revocable: [
    {
      type: 'buildkite_user',
      name: 'Buildkite user access token',
      prefixes: ['bkua_'],
      rest: '[a-z0-9]{40}(?:[a-z0-9]{13})?',
    },
  ],
  unrevocable: [
    {
      type: 'buildkite_service',
      name: 'Buildkite agent, cluster or portal token',
      prefixes: ['bkaa_', 'bkaj_', 'bkar_', 'bkct_', 'bkpt_', 'bkpat_', 'bkps_'],
      rest: '[\\w-]{20,200}',
      revocable_by: 'admin',
      manual_url: 'https://buildkite.com/docs/agent/v3/tokens',
    },
  ],
};
