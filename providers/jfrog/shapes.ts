import type { Shape, Vendor } from '../../src/contract/index.js';

export const reference: Shape = {
  type: 'jfrog_reference',
  name: 'JFrog reference token',
  prefixes: ['cmVmd'],
  rest: '[A-Za-z0-9]{59}',
  expiry: 'jfrog-reference',
};

/** A JWT whose issuer is a JFrog service. */
export const accessToken: Shape = {
  type: 'jfrog_access_token',
  name: 'JFrog access token',
  prefixes: ['eyJ'],
  rest: '[\\w-]{10,}\\.eyJ[\\w-]{10,}\\.[\\w-]{10,}',
  issuer: '^jf(?:ac|fe|rt)@',
  expiry: 'jwt',
  distinct: false,
};

export const vendor: Vendor = {
  id: 'jfrog',
  hosts: [],
  revocable: [reference, accessToken],
  unrevocable: [
    {
      type: 'jfrog_api_key',
      name: 'JFrog API key',
      prefixes: ['AKCp'],
      rest: '[A-Za-z0-9]{68,70}',
      revocable_by: 'owner',
      manual_url:
        'https://jfrog.com/help/r/jfrog-platform-administration-documentation/user-profile',
    },
  ],
};
