/** DigitalOcean tokens: looked at by the API, and revoked at the control panel's own host. */
import { active, inactive, unclear } from '../../src/contract/index.js';
import * as family from '../../src/families/index.js';
import { vendor } from './shapes.js';

const OAUTH = 'oauth_url';

export default family.defineTokenProvider({
  id: 'digitalocean',
  service: 'DigitalOcean',
  summary: 'revoke DigitalOcean tokens (dop_v1_, doo_v1_) by their value',
  vendor,
  endpoint: {
    env: 'REVOKE_DIGITALOCEAN_URL',
    default: 'https://api.digitalocean.com',
    others: [
      {
        name: OAUTH,
        env: 'REVOKE_DIGITALOCEAN_OAUTH_URL',
        default: 'https://cloud.digitalocean.com',
        help: 'the base URL where DigitalOcean revokes',
      },
    ],
  },
  notes: ['It has two hosts: one shows the account of a token, the other one revokes it.'],
  ownCredentials: { env: ['DIGITALOCEAN_TOKEN', 'DIGITALOCEAN_ACCESS_TOKEN'] },
  families: () => [
    {
      name: 'tokens',
      shapes: vendor.revocable,
      at: OAUTH,
      consequences: ['DigitalOcean deletes the token; what deploys or backs up with it fails.'],
      async check(bearer, { send }) {
        const answer = await send({ method: 'GET', path: '/v2/account', bearer });
        const { status, json } = answer;
        const email = family.textAt(json, 'account.email');
        const team = family.textAt(json, 'account.team.name');
        if (status === 200 && (email ?? family.textAt(json, 'account.uuid')) !== undefined)
          return active({ owner: [email, team].filter(Boolean).join(' of ') || undefined });
        return isInactive(answer) ? inactive() : unclear(family.reasonOf('DigitalOcean', answer));
      },
      async revoke(token, { send }) {
        const path = '/v1/oauth/revoke';
        const answer = await send({
          method: 'POST',
          at: OAUTH,
          path,
          bearer: token,
          form: { token },
        });
        if (family.isTaken(answer, 200)) return family.accepted();
        return isInactive(answer)
          ? family.notActive('DigitalOcean')
          : family.unexpected('DigitalOcean', answer);
      },
    },
  ],
  startEmulator: async (options) =>
    (await import('./emulator.js')).startDigitaloceanEmulator(options),
});

function isInactive({ status, json }: family.Answer): boolean {
  return status === 401 && /^unauthorized$/i.test(family.textAt(json, 'id') ?? '');
}
