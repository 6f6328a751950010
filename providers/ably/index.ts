/** Ably: tokens of one API key, revoked by client ID, revocation key or channel. */
import { CONTRACT, type Provider } from '../../src/contract/index.js';
import { sentence as formatOutcome } from './sentence.js';
import { cautionAbout, namedTargets, parseSpecifier } from './specifiers.js';

export default {
  contract: CONTRACT,
  id: 'ably',
  summary: 'revoke Ably tokens by client ID, revocation key or channel',
  notes: [
    'One token cannot be revoked by its value: use its client ID, revocation key or channel.',
    'A revocation key matches only JWTs that carry it in the claim x-ably-revocation-key.',
    'A channel matches tokens whose capability names exactly that resource; Ably enables this per account.',
    'Only tokens of the API key in use are revoked, and only if revocable tokens were enabled on it before they were issued.',
    'Revocation does not block a client: it can get a new token from your auth server. Block it there first.',
    'Ably never says whether any token matched: revoked means that the rule is in force.',
  ],
  loginHelp:
    'set ABLY_API_KEY to the key that issued the tokens, or ABLY_ACCESS_TOKEN, or log in: ably login',
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
      help: "app ID or name (default: the key's app, or the app selected in the Ably CLI)",
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
      help: 'apply it 30 s later, so that connected clients can get new tokens first',
    },
    {
      flags: '--issued-before <time>',
      isTerm: true,
      help: 'only tokens issued before <time> (RFC 3339, Unix ms, or an age such as 10m; at most 1 h)',
    },
    {
      flags: '--key <id|name>',
      help: 'the key that issued the tokens (from the Ably CLI or the Control API)',
      repeatable: true,
    },
    { flags: '--all-keys', help: 'use every enabled key of the app that can revoke' },
    {
      flags: '--probe-token-file <path>',
      value: 'file',
      help: 'an active token that the target matches, which --verify tries before and after',
    },
  ],
  examples: [
    {
      command: 'revoke ably --client-id userClientId',
      why: 'revoke all tokens of a client (asks first)',
    },
    {
      command: 'revoke ably --revocation-key group1 --allow-reauth-margin',
      why: 'revoke all JWTs of a group, 30 s from now',
    },
    {
      command: 'revoke ably clientId:bob clientId:eve --issued-before 10m --dry-run',
      why: 'show what would be revoked of two clients: tokens issued more than ten minutes ago',
    },
    {
      command: 'revoke ably --client-id bob --all-keys --dry-run',
      why: 'show what would be sent, for each key of the app',
    },
  ],
  limits: { batch: 100, concurrency: 8 },
  verifyHelp:
    'give --probe-token-file <path>: an active token that the target matches is tried before and after; error 40141 proves the revocation',
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
