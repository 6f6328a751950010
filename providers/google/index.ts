/** Google OAuth tokens, revoked by their value. */
import { active, inactive, unclear } from '../../src/contract/index.js';
import * as family from '../../src/families/index.js';
import { access, refresh, vendor } from './shapes.js';

const consequences = [
  "A Google token takes the user's whole grant for that app along: its access tokens and its refresh token.",
];

export default family.defineTokenProvider({
  id: 'google',
  service: 'Google',
  summary: 'revoke Google OAuth tokens (ya29., 1//) by their value',
  vendor,
  endpoint: { env: 'REVOKE_GOOGLE_URL', default: 'https://oauth2.googleapis.com' },
  notes: ['A refresh token (1//) cannot be checked: its result is `accepted`.'],
  families: () => [
    {
      name: 'access',
      shapes: access,
      consequences,
      async check(access_token, { send, now }) {
        const answer = await send({ method: 'POST', path: '/tokeninfo', form: { access_token } });
        const { status, json } = answer;
        const app = family.textAt(json, 'aud') ?? family.textAt(json, 'azp');
        if (status === 200 && app !== undefined) {
          const left = Number(family.valueAt(json, 'expires_in') ?? NaN);
          return active({
            owner: family.textAt(json, 'email') ?? `a user of ${app}`,
            scopes: family.textsAt(family.valueAt(json, 'scope')),
            expiresAt: Number.isFinite(left) ? now() + left * 1000 : endOf(json),
            facts: { client_id: app },
          });
        }
        return isInvalid(answer) ? inactive() : unclear(family.reasonOf('Google', answer));
      },
      revoke,
    },
    { name: 'refresh', shapes: refresh, consequences, revoke },
  ],
  startEmulator: async (options) => (await import('./emulator.js')).startGoogleEmulator(options),
});

/** In the body: a URL stands in the logs of proxies. */
async function revoke(token: string, { send }: family.FamilyTools) {
  const answer = await send({ method: 'POST', path: '/revoke', form: { token } });
  if (family.isTaken(answer, 200)) return family.accepted();
  return isInvalid(answer) ? family.notActive('Google') : family.unexpected('Google', answer);
}

function isInvalid({ status, json }: family.Answer): boolean {
  return status === 400 && family.valueAt(json, 'error') === 'invalid_token';
}

function endOf(json: unknown): number | undefined {
  const seconds = Number(family.valueAt(json, 'exp') ?? NaN);
  return Number.isFinite(seconds) ? seconds * 1000 : undefined;
}
