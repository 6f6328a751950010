/** Vercel tokens, which delete themselves, and AI Gateway keys, which anybody can report. */
import { active, inactive, unclear } from '../../src/contract/index.js';
import * as family from '../../src/families/index.js';
import { gateway, tokens, vendor } from './shapes.js';

const SETTINGS = 'https://vercel.com/account/settings/tokens';

export default family.defineTokenProvider({
  id: 'vercel',
  service: 'Vercel',
  summary: 'revoke Vercel tokens (vcp_, vci_) and AI Gateway keys (vck_) by their value',
  vendor,
  endpoint: { env: 'REVOKE_VERCEL_URL', default: 'https://api.vercel.com' },
  notes: ['Checking an AI Gateway key would cost its owner money: its result is `accepted`.'],
  auditUrl: 'https://vercel.com/docs/activity-log',
  ownCredentials: { env: ['VERCEL_TOKEN'] },
  families: () => [
    {
      name: 'tokens',
      shapes: tokens,
      consequences: ['Vercel deletes the token; deployments that use it fail.'],
      async check(bearer, { send }) {
        const answer = await send({ method: 'GET', path: '/v2/user', bearer });
        const { status, json } = answer;
        const user = ['user.username', 'user.email'].map((place) => family.textAt(json, place));
        if (status === 200 && user.some(Boolean)) {
          const own = await send({ method: 'GET', path: '/v5/user/tokens/current', bearer });
          const end = family.valueAt(own.json, 'token.expiresAt');
          return active({
            owner: user.find(Boolean),
            expiresAt: own.status === 200 && typeof end === 'number' ? end : undefined,
          });
        }
        if (isInactive(answer)) return inactive();
        return isForbidden(answer) ? active() : unclear(family.reasonOf('Vercel', answer));
      },
      async revoke(bearer, { send }) {
        const path = '/v3/user/tokens/current';
        const answer = await send({ method: 'DELETE', path, bearer });
        const id = family.textAt(answer.json, 'tokenId');
        if (family.isTaken(answer, 200) && id !== undefined)
          return family.revoked({ token_id: id });
        if (isInactive(answer)) return family.notActive('Vercel');
        if (answer.status === 404 && family.textAt(answer.json, 'error.code') !== undefined)
          return family.refused('not_found', 'Vercel has no such token');
        return isForbidden(answer) ? mayNot() : family.unexpected('Vercel', answer);
      },
    },
    {
      name: 'gateway',
      shapes: gateway,
      consequences: ['An AI Gateway key is reported to Vercel as compromised.'],
      async revoke(key, { send }) {
        const json = { secret: { api_key: key } };
        const answer = await send({ method: 'POST', path: '/external/compromised_secret', json });
        const isTaken = family.isTaken(answer, 200, 201, 202, 204);
        return isTaken ? family.accepted() : family.unexpected('Vercel', answer);
      },
    },
  ],
  pages: [SETTINGS],
  startEmulator: async (options) => (await import('./emulator.js')).startVercelEmulator(options),
});

/** A 403 says so only with `invalidToken`; without it the token is active and lacks a right. */
function isInactive(answer: family.Answer): boolean {
  const { status, json } = answer;
  return (
    family.isDenied(answer) ||
    (status === 403 && family.valueAt(json, 'error.invalidToken') === true)
  );
}

function isForbidden({ status, json }: family.Answer): boolean {
  return status === 403 && family.textAt(json, 'error.code') !== undefined;
}

function mayNot(): family.TokenResult {
  return family.refused('cannot_revoke', 'the token may not delete itself; it is active', {
    providerCode: 403,
    hint: `its owner can: ${SETTINGS}`,
    facts: { revocable_by: 'owner', manual_url: SETTINGS },
  });
}
