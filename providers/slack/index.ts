/** Slack tokens, which revoke themselves. Slack answers 200 for everything: the body has the word. */
import { active, inactive, unclear } from '../../src/contract/index.js';
import {
  alreadyRevoked,
  defineTokenProvider,
  notActive,
  refused,
  revoked,
  textAt,
  textsAt,
  unexpected,
  valueAt,
  reasonOf,
  type Answer,
  type TokenResult,
} from '../../src/families/index.js';
import { tokens, vendor } from './shapes.js';

/** Words that only an inactive token gets. `invalid_auth` is also said to an address that is not allowed. */
const INACTIVE = {
  token_revoked: 'revoked',
  account_inactive: undefined,
  token_expired: 'expired',
} as const;

export default defineTokenProvider({
  id: 'slack',
  service: 'Slack',
  summary: 'revoke Slack bot and user tokens (xoxb-, xoxp-, xoxe.) by their value',
  vendor,
  endpoint: { env: 'REVOKE_SLACK_URL', default: 'https://slack.com/api' },
  notes: [
    'An answer of invalid_auth says that a token is inactive, or that this address is not allowed: it counts only after Slack has confirmed the revocation.',
  ],
  auditUrl: 'https://slack.com/help/articles/360002084807-View-Access-Logs-for-your-workspace',
  ownCredentials: { env: ['SLACK_BOT_TOKEN', 'SLACK_TOKEN'] },
  families: () => {
    const confirmed = new Set<string>();
    return [
      {
        name: 'tokens',
        shapes: tokens,
        concurrency: 4,
        pace: { requests: 50, seconds: 60 },
        consequences: [
          'A bot leaves its channels, and its app may be uninstalled; of a user only this token is revoked.',
        ],
        async check(token, { send }) {
          const answer = await send({
            method: 'POST',
            path: '/auth.test',
            bearer: token,
            form: {},
          });
          const { json } = answer;
          if (isOk(answer) && textAt(json, 'user_id') !== undefined) {
            return active({
              owner: [textAt(json, 'user'), textAt(json, 'team')].filter(Boolean).join(' at '),
              scopes: textsAt(answer.headers['x-oauth-scopes']),
            });
          }
          const word = errorOf(answer);
          if (isInactiveWord(word)) return inactive(INACTIVE[word]);
          if (word === 'invalid_auth' && confirmed.has(token)) return inactive();
          return unclear(word === undefined ? reasonOf('Slack', answer) : `Slack says ${word}`);
        },
        async revoke(token, { send }) {
          const answer = await send({
            method: 'POST',
            path: '/auth.revoke',
            bearer: token,
            form: {},
          });
          const result = judge(answer);
          if (result.status === 'revoked') confirmed.add(token);
          return result;
        },
      },
    ];
  },
  async startEmulator(options) {
    return (await import('./emulator.js')).startSlackEmulator(options);
  },
});

function judge(answer: Answer): TokenResult {
  if (isOk(answer)) {
    const word = valueAt(answer.json, 'revoked');
    if (word === true) return revoked();
    if (word === false) return refused('not_revoked', 'Slack answered that it revoked nothing');
    return unexpected('Slack', answer);
  }
  const word = errorOf(answer);
  if (word === undefined) return unexpected('Slack', answer);
  if (word === 'token_revoked') return alreadyRevoked();
  if (isInactiveWord(word)) return notActive('Slack', word);
  return refused('request_refused', `Slack refused the request: ${word}`, { providerCode: word });
}

function isOk({ status, json }: Answer): boolean {
  return status === 200 && valueAt(json, 'ok') === true;
}

function errorOf({ status, json }: Answer): string | undefined {
  const word = textAt(json, 'error');
  const isWord = status === 200 && valueAt(json, 'ok') === false && /^\w{1,60}$/.test(word ?? '');
  return isWord ? word : undefined;
}

function isInactiveWord(word: string | undefined): word is keyof typeof INACTIVE {
  return word !== undefined && Object.hasOwn(INACTIVE, word);
}
