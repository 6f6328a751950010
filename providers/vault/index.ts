/** Tokens of HashiCorp Vault and OpenBao, which revoke themselves. */
import { active, inactive, unclear, type CheckResult } from '../../src/contract/index.js';
import {
  accepted,
  defineTokenProvider,
  notActive,
  reasonOf,
  refused,
  textAt,
  textsAt,
  timeOf,
  unexpected,
  valueAt,
  type Answer,
  type FamilyTools,
  type TokenResult,
} from '../../src/families/index.js';
import { service, vendor } from './shapes.js';

/** Since Vault 1.13 the body of a 403 tells an inactive token from one whose policies forbid this. */
const INVALID = /permission denied[\s\S]*invalid token|invalid token[\s\S]*permission denied/;
const FORBIDDEN = /^1 error occurred:\s*\* permission denied\s*$/;

export default defineTokenProvider({
  id: 'vault',
  service: 'Vault',
  summary: 'revoke HashiCorp Vault and OpenBao tokens (hvs., s.) by their value',
  vendor,
  endpoint: { env: 'VAULT_ADDR', alsoEnv: ['BAO_ADDR'] },
  settings: [
    { name: 'namespace', env: 'VAULT_NAMESPACE', help: 'the namespace that the tokens belong to' },
  ],
  notes: [
    'Set VAULT_ADDR (or BAO_ADDR) to the server, and VAULT_NAMESPACE if it has namespaces.',
    'Each check uses up one use of a token with a limited number of uses.',
  ],
  ownCredentials: { env: ['VAULT_TOKEN', 'BAO_TOKEN'], files: ['.vault-token'] },
  families: () => {
    const wasActive = new Set<string>();
    return [
      {
        name: 'service',
        shapes: service,
        consequences: [
          'Revoking a Vault token also revokes its child tokens and its leases: database users, cloud keys.',
          'A token with a limited number of uses loses one with each check.',
        ],
        async check(token, tools) {
          const answer = await tools.send({ ...self(token, tools), method: 'GET' });
          const result = judgeCheck(answer, wasActive.has(token));
          if (result.state === 'active') wasActive.add(token);
          return result;
        },
        async revoke(token, tools) {
          const { headers } = self(token, tools);
          const path = '/v1/auth/token/revoke-self';
          return judgeRevocation(await tools.send({ method: 'POST', path, headers }));
        },
      },
    ];
  },
  async startEmulator(options) {
    return (await import('./emulator.js')).startVaultEmulator(options);
  },
});

function self(token: string, tools: FamilyTools) {
  const namespace = tools.setting('namespace');
  return {
    path: '/v1/auth/token/lookup-self',
    headers: {
      'x-vault-token': token,
      'x-vault-request': 'true',
      ...(namespace !== undefined && { 'x-vault-namespace': namespace }),
    },
  };
}

function judgeCheck(answer: Answer, wasActive: boolean): CheckResult {
  const { status, json } = answer;
  const data = valueAt(json, 'data');
  if (status === 200 && textsAt(valueAt(data, 'policies')) !== undefined) {
    const uses = valueAt(data, 'num_uses');
    return active({
      owner: textAt(data, 'display_name'),
      scopes: textsAt(valueAt(data, 'policies')),
      expiresAt: timeOf(valueAt(data, 'expire_time')),
      facts: typeof uses === 'number' && uses > 0 ? { uses_left: uses } : {},
    });
  }
  const said = wordsOf(answer);
  if (status !== 403 || said === undefined) return unclear(reasonOf('Vault', answer));
  if (INVALID.test(said)) return inactive();
  if (FORBIDDEN.test(said)) return active();
  // Older servers and OpenBao say the same of an inactive token and of one that may not look.
  return said.trim() === 'permission denied' && wasActive
    ? inactive()
    : unclear(reasonOf('Vault', answer));
}

function judgeRevocation(answer: Answer): TokenResult {
  const { status } = answer;
  if (status === 204) return accepted();
  const said = wordsOf(answer) ?? '';
  if (status === 400 && said.includes('batch tokens cannot be revoked')) {
    return refused('cannot_revoke', 'it is a batch token, which cannot be revoked', {
      hint: 'it becomes inactive when its time is up',
      facts: { revocable_by: 'expiry' },
    });
  }
  if (status === 403 && INVALID.test(said)) return notActive('Vault');
  if (status === 403 && FORBIDDEN.test(said)) {
    return refused('cannot_revoke', 'its policies do not let it revoke itself; it is active', {
      hint: 'an administrator can: vault token revoke, or revoke its accessor',
      facts: { revocable_by: 'admin' },
    });
  }
  return unexpected('Vault', answer);
}

/** The texts of the documented error body; undefined for any other. */
function wordsOf({ json }: Answer): string | undefined {
  const errors = valueAt(json, 'errors');
  const isDocumented = Array.isArray(errors) && errors.every((one) => typeof one === 'string');
  return isDocumented ? errors.join('\n') : undefined;
}
