/** Hugging Face tokens: revoked by anybody who has them, and looked at with themselves. */
import { active, inactive, unclear } from '../../src/contract/index.js';
import * as family from '../../src/families/index.js';
import { vendor } from './shapes.js';

export default family.defineTokenProvider({
  id: 'huggingface',
  service: 'Hugging Face',
  summary: 'revoke Hugging Face access tokens (hf_, api_org_) by their value',
  vendor,
  endpoint: { env: 'REVOKE_HUGGINGFACE_URL', default: 'https://huggingface.co' },
  notes: [
    'The service answers the same for unknown tokens: without a check the result is accepted.',
  ],
  ownCredentials: { env: ['HF_TOKEN'], files: ['.cache/huggingface/token'] },
  families: () => [
    {
      name: 'tokens',
      shapes: vendor.revocable,
      batch: 100,
      consequences: ['Hugging Face sends a mail to the owner of each token.'],
      async check(token, { send }) {
        const answer = await send({ method: 'GET', path: '/api/whoami-v2', bearer: token });
        const { status, json } = answer;
        const owner = status === 200 ? family.textAt(json, 'name') : undefined;
        if (owner !== undefined)
          return active({
            owner,
            scopes: family.textsAt(family.valueAt(json, 'auth.accessToken.role')),
          });
        const error = family.textAt(json, 'error');
        if (status !== 401 || error === undefined)
          return unclear(family.reasonOf('Hugging Face', answer));
        return inactive(/expired/i.test(error) ? 'expired' : undefined);
      },
      async revokeBatch(credentials, { send }) {
        const path = '/api/credentials/revoke';
        const answer = await send({ method: 'POST', path, json: { credentials } });
        return family.isTaken(answer, 202)
          ? family.accepted()
          : family.unexpected('Hugging Face', answer);
      },
    },
  ],
  startEmulator: async (options) =>
    (await import('./emulator.js')).startHuggingfaceEmulator(options),
});
