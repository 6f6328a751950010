/** Doppler tokens, revoked by their value. */
import { active, inactive, unclear } from '../../src/contract/index.js';
import * as family from '../../src/families/index.js';
import { tokens, vendor, workplace } from './shapes.js';

const consequences = ['Doppler revokes the token; what reads secrets with it fails.'];

export default family.defineTokenProvider({
  id: 'doppler',
  service: 'Doppler',
  summary: 'revoke Doppler tokens (dp.ct., dp.pt., dp.st., dp.sa.) by their value',
  vendor,
  endpoint: { env: 'REVOKE_DOPPLER_URL', default: 'https://api.doppler.com' },
  notes: [
    'SCIM and audit tokens (dp.scim., dp.audit.) cannot be checked: their result is `accepted`.',
  ],
  ownCredentials: { env: ['DOPPLER_TOKEN'] },
  families: () => [
    {
      name: 'tokens',
      shapes: tokens,
      consequences,
      async check(bearer, { send }) {
        const answer = await send({ method: 'GET', path: '/v3/me', bearer });
        const { status, json } = answer;
        const [name, place] = ['name', 'workplace.name'].map((key) => family.textAt(json, key));
        if (status === 200 && place !== undefined)
          return active({ owner: [name, place].filter(Boolean).join(' in ') });
        return family.isDenied(answer) ? inactive() : unclear(family.reasonOf('Doppler', answer));
      },
      revoke,
    },
    { name: 'workplace', shapes: workplace, consequences, revoke },
  ],
  startEmulator: async (options) => (await import('./emulator.js')).startDopplerEmulator(options),
});

/** The token in the body is the whole login. */
async function revoke(token: string, { send }: family.FamilyTools) {
  const answer = await send({ method: 'POST', path: '/v3/auth/revoke', json: { token } });
  if (family.isTaken(answer, 200)) return family.accepted();
  return family.isDenied(answer)
    ? family.notActive('Doppler')
    : family.unexpected('Doppler', answer);
}
