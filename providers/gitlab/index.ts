/** GitLab access tokens, which look at themselves and revoke themselves: gitlab.com and any instance. */
import { active, inactive, unclear } from '../../src/contract/index.js';
import * as family from '../../src/families/index.js';
import { personal, vendor } from './shapes.js';

const PATH = '/api/v4/personal_access_tokens/self';
const own = (token: string) => ({ path: PATH, headers: { 'private-token': token } });

export default family.defineTokenProvider({
  id: 'gitlab',
  service: 'GitLab',
  summary: 'revoke GitLab access tokens (glpat-) by their value',
  vendor,
  endpoint: { env: 'GITLAB_URL', default: 'https://gitlab.com', hasInstances: true },
  notes: ['Personal, project and group tokens revoke themselves since GitLab 15.4.'],
  auditUrl: '{base}/-/user_settings/personal_access_tokens',
  ownCredentials: { env: ['GITLAB_TOKEN'] },
  families: () => [
    {
      name: 'personal',
      shapes: personal,
      consequences: ['GitLab sends a mail to the owner of each token.'],
      async check(token, { send }) {
        const answer = await send({ method: 'GET', ...own(token) });
        const { json } = answer;
        if (answer.status === 200 && family.valueAt(json, 'active') === true) {
          const user = await send({ method: 'GET', ...own(token), path: '/api/v4/user' });
          return active({
            owner: user.status === 200 ? family.textAt(user.json, 'username') : undefined,
            scopes: family.textsAt(family.valueAt(json, 'scopes')),
            expiresAt: family.timeOf(family.valueAt(json, 'expires_at')),
          });
        }
        const word = wordOf(answer);
        if (word === 'insufficient_scope') return active();
        if (word === undefined) return unclear(family.reasonOf('GitLab', answer));
        return inactive(word === 'unknown' ? undefined : word);
      },
      async revoke(token, { send }) {
        const answer = await send({ method: 'DELETE', ...own(token) });
        if (answer.status === 204) return family.accepted();
        const word = wordOf(answer);
        if (word === 'revoked') return family.alreadyRevoked();
        const isUnknown = word === 'unknown' || word === 'expired';
        return isUnknown ? family.notActive('GitLab', word) : family.unexpected('GitLab', answer);
      },
    },
  ],
  startEmulator: async (options) => (await import('./emulator.js')).startGitlabEmulator(options),
});

/** What the body of a 401 or 403 says; undefined where it says nothing of the token's end. */
function wordOf({ status, json }: family.Answer) {
  const said = family.textAt(json, 'error_description') ?? '';
  if (status === 401 && said.startsWith('Token was revoked')) return 'revoked';
  if (status === 401 && said.startsWith('Token is expired')) return 'expired';
  if (status === 401 && family.textAt(json, 'message') === '401 Unauthorized') return 'unknown';
  const isScope = status === 403 && family.valueAt(json, 'error') === 'insufficient_scope';
  return isScope ? 'insufficient_scope' : undefined;
}
