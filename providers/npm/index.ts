/** npm tokens, which revoke themselves at the registry that is configured: no registry is written here. */
import { active, inactive, unclear } from '../../src/contract/index.js';
import * as family from '../../src/families/index.js';
import { vendor } from './shapes.js';

export default family.defineTokenProvider({
  id: 'npm',
  service: 'the npm registry',
  summary: 'revoke npm access tokens (npm_) by their value',
  vendor,
  endpoint: { env: 'NPM_CONFIG_REGISTRY', hasInstances: true },
  notes: [
    'A token names no registry: set NPM_CONFIG_REGISTRY. One that stands beside another host is not sent.',
    'A registry may take up to an hour to refuse a revoked token: --verify-timeout 3600 waits for it.',
  ],
  ownCredentials: { env: ['NPM_TOKEN', 'NODE_AUTH_TOKEN'] },
  families: () => {
    const wasActive = new Set<string>();
    return [
      {
        name: 'tokens',
        shapes: vendor.revocable,
        consequences: ['Installing and publishing with an npm token fails, within an hour.'],
        async check(bearer, { send }) {
          const answer = await send({ method: 'GET', path: '/-/whoami', bearer });
          const { status, json } = answer;
          const owner = status === 200 ? family.textAt(json, 'username') : undefined;
          if (owner !== undefined) wasActive.add(bearer);
          if (owner !== undefined) return active({ owner });
          if (family.isDenied(answer)) return inactive();
          // Some registries know nobody, active or not.
          const isNobody = status === 200 && answer.text.trim() === '{}';
          return isNobody && wasActive.has(bearer)
            ? inactive()
            : unclear(isNobody ? 'the registry names no user' : family.reasonOf('it', answer));
        },
        async revoke(bearer, { send }) {
          const path = `/-/user/token/${encodeURIComponent(bearer)}`;
          const answer = await send({ method: 'DELETE', path, bearer, secrets: [bearer] });
          const { status, headers } = answer;
          if (family.isTaken(answer, 200, 204)) return family.accepted();
          if (status === 404)
            return family.refused('not_found', 'the registry has no such token', {
              hint: 'it was revoked, is not whole, or belongs to another registry',
            });
          if (!family.isDenied(answer)) return family.unexpected('the registry', answer);
          if (!/\botp\b/i.test(headers['www-authenticate'] ?? ''))
            return family.notActive('the registry');
          const message = 'the registry asks for a one-time password of its owner; it is active';
          return family.refused('cannot_revoke', message, {
            providerCode: 'EOTP',
            hint: 'its owner can: npm token revoke',
            facts: { revocable_by: 'owner' },
          });
        },
      },
    ];
  },
  startEmulator: async (options) => (await import('./emulator.js')).startNpmEmulator(options),
});
