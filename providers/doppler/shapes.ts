import type { Shape, Vendor } from '../../src/contract/index.js';

const rest = '[A-Za-z0-9]{40,44}';

export const tokens: readonly Shape[] = [
  { type: 'doppler_cli', name: 'Doppler CLI token', prefixes: ['dp.ct.'], rest },
  { type: 'doppler_personal', name: 'Doppler personal token', prefixes: ['dp.pt.'], rest },
  {
    type: 'doppler_service',
    name: 'Doppler service token',
    prefixes: ['dp.st.'],
    rest: `(?:[a-z0-9_-]{2,35}\\.)?${rest}`,
  },
  {
    type: 'doppler_service_account',
    name: 'Doppler service account token',
    prefixes: ['dp.sa.'],
    rest,
  },
];

/** Of a whole workplace. That they can look at themselves is not documented. */
export const workplace: readonly Shape[] = [
  { type: 'doppler_scim', name: 'Doppler SCIM token', prefixes: ['dp.scim.'], rest },
  { type: 'doppler_audit', name: 'Doppler audit token', prefixes: ['dp.audit.'], rest },
];

export const vendor: Vendor = {
  id: 'doppler',
  hosts: ['doppler.com', '.doppler.com'],
  revocable: [...tokens, ...workplace],
  unrevocable: [],
};
