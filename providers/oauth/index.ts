/** Any authorization server that revokes by the standards: RFC 7009, found by RFC 8414. */
import { CONTRACT, type Provider } from '../../src/contract/index.js';
import { TYPE_HINTS, namedTokens, parseToken, parseTokenObject } from './token.js';

export default {
  contract: CONTRACT,
  id: 'oauth',
  summary: 'revoke OAuth 2.0 tokens at any server that follows RFC 7009',
  notes: [
    'Tokens come from stdin, --from, --token-file or --token-env, never from the command line; a fingerprint of them is all that is shown or kept.',
    'The server is found by --issuer (RFC 8414 metadata, then OpenID discovery), or named with --revocation-endpoint.',
    'A revocation endpoint answers 200 for tokens that it does not know, too: the result is `accepted`, and --verify finds out more.',
    'A server may end a JWT access token only in its own books: services that check it by themselves take it until it expires.',
  ],
  target: {
    noun: 'token',
    argument: 'token',
    secret: true,
    kinds: [
      { name: 'token', keys: ['token'] },
      { name: 'access_token', keys: ['access_token'] },
      { name: 'refresh_token', keys: ['refresh_token'] },
    ],
    lists: ['tokens'],
    parse: parseToken,
    parseObject: parseTokenObject,
  },
  settings: [
    {
      name: 'issuer',
      env: 'OAUTH_ISSUER',
      option: 'issuer',
      help: 'the issuer identifier of the authorization server, an https URL',
    },
    {
      name: 'client_id',
      env: 'OAUTH_CLIENT_ID',
      option: 'clientId',
      help: 'the client to revoke as: the one that the tokens were issued to',
    },
    {
      name: 'client_secret',
      env: 'OAUTH_CLIENT_SECRET',
      secret: true,
      help: 'the secret of that client',
    },
  ],
  options: [
    { flags: '--issuer <url>', help: 'the server, by its issuer identifier (OAUTH_ISSUER)' },
    { flags: '--revocation-endpoint <url>', help: 'where to revoke, if no metadata says it' },
    {
      flags: '--introspection-endpoint <url>',
      help: 'where --verify looks, if no metadata says it',
    },
    { flags: '--client-id <id>', help: 'the client to revoke as (OAUTH_CLIENT_ID)' },
    {
      flags: '--client-secret-file <path>',
      value: 'file',
      help: 'a file with the client secret (else OAUTH_CLIENT_SECRET)',
    },
    {
      flags: '--client-key-file <path>',
      value: 'file',
      help: 'the private key of the client, PEM (PKCS #8) or JWK, for private_key_jwt',
    },
    {
      flags: '--client-auth <method>',
      help: 'how the client authenticates; without it, what the metadata and the credential allow',
      choices: ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'],
    },
    {
      flags: '--token-type-hint <type>',
      isTerm: true,
      help: 'what the tokens are, where the input does not say',
      choices: TYPE_HINTS,
    },
    { flags: '--token-file <path>', value: 'file', help: 'a file with a token', repeatable: true },
    {
      flags: '--token-env <name>',
      help: 'an environment variable with a token',
      repeatable: true,
    },
    {
      flags: '--allow-endpoint-origin <origin>',
      help: 'trust endpoints that the metadata names on this other origin',
      repeatable: true,
    },
  ],
  examples: [
    {
      command: 'revoke oauth --token-env OAUTH_SAMPLE_TOKEN --force',
      why: 'the token in a variable, at the server in OAUTH_ISSUER',
    },
    {
      command: `printf %s "$OAUTH_SAMPLE_TOKEN" | revoke oauth - --force --json`,
      why: 'a token from another program, the result as JSON',
    },
    {
      command:
        'revoke oauth --token-env OAUTH_SAMPLE_REFRESH_TOKEN --token-type-hint refresh_token --verify --force',
      why: 'and prove it: look at the token before and after',
    },
  ],
  limits: { batch: 1, concurrency: 8 },
  verifyHelp:
    'introspection (RFC 7662) by the same client, else a userinfo request with the token: seen active before and inactive after',
  targetsFromOptions: namedTokens,
  async open(context, options) {
    const { openOauth } = await import('./revoker.js');
    return openOauth(context, options);
  },
  async startEmulator(options) {
    const { startOauthEmulator } = await import('./emulator.js');
    return startOauthEmulator(options);
  },
} satisfies Provider;
