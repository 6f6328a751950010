/** Buildkite user tokens, which look at themselves and revoke themselves by one route. */
import { active, inactive, unclear } from '../../src/contract/index.js';
import * as family from '../../src/families/index.js';
import { vendor } from './shapes.js';

const path = '/v2/access-token';

export default family.defineTokenProvider({
  id: 'buildkite',
  service: 'Buildkite',
  summary: 'revoke Buildkite user tokens (bkua_) by their value',
  vendor,
  endpoint: { env: 'REVOKE_BUILDKITE_URL', default: 'https://api.buildkite.com' },
  notes: ['A token needs no scope to revoke itself. Agent tokens belong to the organization.'],
  ownCredentials: { env: ['BUILDKITE_API_TOKEN', 'BUILDKITE_API_ACCESS_TOKEN'] },
  families: () => [
    {
      name: 'user',
      shapes: vendor.revocable,
      consequences: ['Buildkite deletes the token; scripts that use it fail.'],
      async check(bearer, { send }) {
        const answer = await send({ method: 'GET', path, bearer });
        const { status, json } = answer;
        if (status === 200 && family.textAt(json, 'uuid') !== undefined)
          return active({
            owner: family.textAt(json, 'user.email') ?? family.textAt(json, 'user.name'),
            scopes: family.textsAt(family.valueAt(json, 'scopes')),
            expiresAt: family.timeOf(family.valueAt(json, 'expires_at')),
          });
        return family.isDenied(answer) ? inactive() : unclear(family.reasonOf('Buildkite', answer));
      },
      async revoke(bearer, { send }) {
        const answer = await send({ method: 'DELETE', path, bearer });
        if (answer.status === 204) return family.accepted();
        return family.isDenied(answer)
          ? family.notActive('Buildkite')
          : family.unexpected('Buildkite', answer);
      },
    },
  ],
  startEmulator: async (options) => (await import('./emulator.js')).startBuildkiteEmulator(options),
});
