import type { Shape, UnrevocableShape, Vendor } from '../../src/contract/index.js';

/** `namespace.s.abc…` in program text is no token: neither a dot nor a slash may stand before it. */
const notAfter = '[\\w./-]';
/** The id of the namespace may end a token. */
const NAMESPACE = '(?:\\.[A-Za-z0-9]{5})?';

export const service: readonly Shape[] = [
  {
    type: 'vault_service',
    name: 'Vault service token',
    prefixes: ['hvs.'],
    rest: `[\\w-]{90,120}${NAMESPACE}`,
  },
  {
    type: 'vault_legacy_service',
    name: 'Vault or OpenBao service token',
    prefixes: ['s.'],
    rest: `[A-Za-z0-9]{24}${NAMESPACE}`,
    notAfter,
  },
];

/** Their end is in the token, encrypted: only the server can read it. */
const batch = {
  revocable_by: 'expiry',
  manual_url: 'https://developer.hashicorp.com/vault/docs/concepts/tokens#batch-tokens',
  look: {
    method: 'GET',
    url: '{base}/v1/auth/token/lookup-self',
    headers: { 'X-Vault-Token': '{token}', 'X-Vault-Request': 'true' },
    active: [{ status: 200 }],
    inactive: [{ status: 403, contains: 'invalid token' }],
  },
  notes: ['batch tokens are never revoked: it becomes inactive when its time is up'],
} as const satisfies Partial<UnrevocableShape>;

const recovery = {
  revocable_by: 'admin',
  manual_url: 'https://developer.hashicorp.com/vault/docs/concepts/recovery-mode',
  notes: ['recovery tokens work only while the server is in recovery mode'],
} as const satisfies Partial<UnrevocableShape>;

export const vendor: Vendor = {
  id: 'vault',
  hosts: [],
  revocable: service,
  unrevocable: [
    {
      type: 'vault_batch',
      name: 'Vault batch token',
      prefixes: ['hvb.'],
      rest: `[\\w-]{138,300}${NAMESPACE}`,
      ...batch,
    },
    {
      type: 'vault_legacy_batch',
      name: 'Vault or OpenBao batch token',
      prefixes: ['b.'],
      rest: `(?:[A-Za-z0-9]{24}|[\\w-]{100,300})${NAMESPACE}`,
      notAfter,
      ...batch,
    },
    {
      type: 'vault_recovery',
      name: 'Vault recovery token',
      prefixes: ['hvr.'],
      rest: '[\\w-]{24,300}',
      ...recovery,
    },
    {
      type: 'vault_legacy_recovery',
      name: 'Vault or OpenBao recovery token',
      prefixes: ['r.'],
      rest: `[A-Za-z0-9]{24}${NAMESPACE}`,
      notAfter,
      ...recovery,
    },
  ],
};
