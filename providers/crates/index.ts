/** crates.io tokens, which revoke themselves unless they have scopes; every refusal of it is a 403. */
import { active, inactive, unclear } from '../../src/contract/index.js';
import * as family from '../../src/families/index.js';
import { api, trustedPublishing, vendor } from './shapes.js';

const SETTINGS = 'https://crates.io/settings/tokens';
/** crates.io refuses requests without one. */
const AGENT = { 'user-agent': 'revoke-cli' };

export default family.defineTokenProvider({
  id: 'crates',
  service: 'crates.io',
  summary: 'revoke crates.io tokens (cio, cio_tp_) by their value',
  vendor,
  endpoint: { env: 'REVOKE_CRATES_URL', default: 'https://crates.io' },
  notes: [
    'A token with scopes cannot revoke itself: only its owner can. It is checked all the same.',
  ],
  ownCredentials: { env: ['CARGO_REGISTRY_TOKEN'] },
  families: () => [
    {
      name: 'api',
      shapes: api,
      concurrency: 1,
      consequences: ['Publishing with a crates.io token fails from then on.'],
      async check(token, { send }) {
        const headers = { authorization: token, ...AGENT };
        const answer = await send({ method: 'GET', path: '/api/v1/me', headers });
        const said = saidIn(answer);
        if (said === 'this action can only be performed on the crates.io website') return active();
        return said === 'authentication failed'
          ? inactive()
          : unclear(family.reasonOf('crates.io', answer));
      },
      async revoke(token, { send }) {
        const headers = { authorization: token, ...AGENT };
        const answer = await send({ method: 'DELETE', path: '/api/v1/tokens/current', headers });
        if (answer.status === 204) return family.accepted();
        const said = saidIn(answer);
        if (said === 'authentication failed') return family.notActive('crates.io');
        if (said !== 'this token does not have the required permissions to perform this action')
          return family.unexpected('crates.io', answer);
        return family.refused(
          'cannot_revoke',
          'its scopes do not let it revoke itself; it is active',
          {
            providerCode: 403,
            hint: `its owner can: ${SETTINGS}`,
            facts: { revocable_by: 'owner', manual_url: SETTINGS },
          },
        );
      },
    },
    {
      name: 'trusted publishing',
      shapes: trustedPublishing,
      consequences: ['The job that uses a trusted publishing token cannot publish any more.'],
      async revoke(bearer, { send }) {
        const path = '/api/v1/trusted_publishing/tokens';
        const answer = await send({ method: 'DELETE', path, bearer, headers: AGENT });
        // Said of unknown tokens too.
        if (answer.status === 204) return family.accepted();
        return family.unexpected('crates.io', answer);
      },
    },
  ],
  pages: [SETTINGS],
  startEmulator: async (options) => (await import('./emulator.js')).startCratesEmulator(options),
});

/** The words of a 403: an address that is blocked and a locked account get others. */
function saidIn({ status, json }: family.Answer): string | undefined {
  return status === 403 ? family.textAt(json, 'errors.0.detail') : undefined;
}
