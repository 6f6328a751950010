/** JFrog access tokens, which look at themselves and revoke themselves: any instance, none by default. */
import { active, inactive, unclear } from '../../src/contract/index.js';
import * as family from '../../src/families/index.js';
import { vendor } from './shapes.js';

const path = '/access/api/v1/tokens/me';

export default family.defineTokenProvider({
  id: 'jfrog',
  service: 'JFrog',
  summary: 'revoke JFrog access tokens and reference tokens by their value',
  vendor,
  endpoint: { env: 'JFROG_URL', hasInstances: true },
  notes: ['A token names no server: set JFROG_URL, such as https://acme.jfrog.io.'],
  ownCredentials: { env: ['JFROG_ACCESS_TOKEN'] },
  families: () => {
    const leftOpen = new Set<string>();
    return [
      {
        name: 'access',
        shapes: vendor.revocable,
        consequences: ['Builds and package managers that use a JFrog token fail.'],
        async check(bearer, { send }) {
          const answer = await send({ method: 'GET', path, bearer });
          const { status, json } = answer;
          if (status === 200 && family.textAt(json, 'token_id') !== undefined) {
            const end = family.valueAt(json, 'expiry');
            return active({
              owner: family.textAt(json, 'subject')?.split('/').at(-1),
              scopes: family.textsAt(family.valueAt(json, 'scope')),
              expiresAt: typeof end === 'number' && end > 0 ? end * 1000 : undefined,
            });
          }
          if (family.isDenied(answer)) return inactive();
          leftOpen.add(bearer);
          return unclear(family.reasonOf('JFrog', answer));
        },
        async revoke(bearer, { send }) {
          const answer = await send({ method: 'DELETE', path, bearer });
          const { status } = answer;
          if (family.isTaken(answer, 200)) return family.accepted();
          // Documented: it was revoked before. Of a server that could not be asked it proves nothing.
          if (status === 204)
            return leftOpen.has(bearer) ? family.accepted() : family.alreadyRevoked();
          if (family.isDenied(answer)) return family.notActive('JFrog');
          return status === 400
            ? family.refused('other_instance', 'another JFrog instance issued it', {
                providerCode: status,
                hint: 'set JFROG_URL to the instance that issued it',
              })
            : family.unexpected('JFrog', answer);
        },
      },
    ];
  },
  startEmulator: async (options) => (await import('./emulator.js')).startJfrogEmulator(options),
});
