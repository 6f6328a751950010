/** Ably: tokens of one API key, revoked by client ID, revocation key or channel. */
import { CONTRACT, type Provider } from '../../src/contract/index.js';
import { sentence as formatOutcome } from './sentence.js';
import { cautionAbout, namedTargets, parseSpecifier } from './specifiers.js';

export default {
  contract: CONTRACT,
  id: 'ably',
  summary: 'revoke Ably tokens by client ID, revocation key or channel',
  notes: [
    'One token cannot be revoked by its value: name the client ID, revocation key or channel of it.',
    'A revocation key matches only JWTs that carry it in the claim x-ably-revocation-key.',
    'A channel matches tokens whose capability names exactly that resource; Ably enables this per account.',
    'Only tokens of the API key in use are revoked, and only if revocable tokens were enabled on it before they were issued.',
    'Revocation is no ban: a client with an auth server just asks it for a new token, so that server must refuse.',
    'Ably never says whether any token matched: revoked means that the rule is in force.',
  ],
  target: {
    noun: 'specifier',
    argument: 'specifier',
    kinds: [
      { name: 'clientId', keys: ['client_id', 'clientId'] },
      { name: 'revocationKey', keys: ['revocation_key', 'revocationKey'] },
      { name: 'channel', keys: ['channel'] },
    ],
    lists: ['targets', 'results'],
    parse: parseSpecifier,
    caution: cautionAbout,
  },
  settings: [
    {
      name: 'api_key',
      env: 'ABLY_API_KEY',
      secret: true,
      help: 'the API key that issued the tokens: appId.keyId:secret',
    },
    {
      name: 'app',
      env: 'ABLY_APP_ID',
      option: 'app',
      help: 'the app that the tokens belong to: its ID, or its name',
    },
    {
      name: 'access_token',
      env: 'ABLY_ACCESS_TOKEN',
      secret: true,
      help: 'a Control API access token with read:app and read:key, to find apps and keys',
    },
    {
      name: 'endpoint',
      env: 'ABLY_ENDPOINT',
      option: 'endpoint',
      help: 'a host, <id>, nonprod:<id> or an http(s) URL; main without it',
    },
    {
      name: 'control_url',
      env: 'ABLY_CONTROL_URL',
      help: 'the Control API with its path: https://control.ably.net/v1',
    },
  ],
  options: [
    {
      flags: '--app <id>',
      help: 'app ID or name; without it the one of the key, or the one selected in the Ably CLI',
    },
    {
      flags: '--client-id <id>',
      help: 'revoke all tokens issued to this client ID; not with --revocation-key',
      repeatable: true,
    },
    {
      flags: '--revocation-key <key>',
      help: 'revoke all JWTs whose x-ably-revocation-key claim is this; not with --client-id',
      repeatable: true,
    },
    {
      flags: '--channel <name>',
      help: 'revoke all tokens whose capability names exactly this resource',
      repeatable: true,
    },
    {
      flags: '--allow-reauth-margin',
      isTerm: true,
      help: 'enforce it 30 s later, so that connected clients can get new tokens first',
    },
    {
      flags: '--issued-before <time>',
      isTerm: true,
      help: 'spare tokens issued later: RFC 3339, Unix ms or 10m ago, within the last hour',
    },
    {
      flags: '--key <id|name>',
      help: 'the key that issued the tokens, from the Ably CLI or the Control API',
      repeatable: true,
    },
    { flags: '--all-keys', help: 'every enabled key of the app that can revoke, one by one' },
    {
      flags: '--probe-token-file <path>',
      value: 'file',
      help: 'a live token that the target matches, for --verify to try before and after',
    },
  ],
  examples: [
    { command: 'revoke ably --client-id userClientId --force', why: 'all tokens of a client' },
    {
      command: 'revoke ably --revocation-key group1 --allow-reauth-margin --force',
      why: 'all JWTs of a group, 30 s from now',
    },
    {
      command: 'revoke ably clientId:bob clientId:eve --issued-before 10m --json --force',
      why: 'what two clients got more than ten minutes ago, the results as JSON',
    },
    {
      command: 'revoke ably --client-id bob --all-keys --dry-run',
      why: 'what would be sent, for each key of the app that can revoke',
    },
  ],
  limits: { batch: 100, concurrency: 8 },
  verifyHelp:
    'give --probe-token-file <path>: a live token that the one target matches is tried before and after; 40141 proves its death',
  targetsFromOptions: async (_context, options) => namedTargets(options),
  async open(context, options) {
    const { openAbly } = await import('./revoker.js');
    return openAbly(context, options);
  },
  formatOutcome,
  async storedLogins(context) {
    const { describeLogins } = await import('./login.js');
    return describeLogins(context);
  },
  async startEmulator(options) {
    const { startAblyEmulator } = await import('./emulator.js');
    return startAblyEmulator(options);
  },
} satisfies Provider;
