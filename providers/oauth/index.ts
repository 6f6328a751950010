/** Any authorization server that revokes by the standards: RFC 7009, found by RFC 8414. */
import { CONTRACT, type Provider } from '../../src/contract/index.js';
import { METHODS } from './credential.js';
import { TYPE_HINTS, namedTokens, parseToken, parseTokenObject } from './token.js';

export default {
  contract: CONTRACT,
  id: 'oauth',
  summary: 'revoke OAuth 2.0 tokens at any server that follows RFC 7009',
  notes: [
    'Tokens come from stdin, --from, --token-file or --token-env, never from the command line; a fingerprint of them is all that is shown or kept.',
    'The server is found by --issuer (RFC 8414 metadata, then OpenID discovery), or named with --revocation-endpoint.',
    'A revocation endpoint answers 200 for tokens that it does not know, too: the result is accepted, and --verify proves more.',
    'Services that validate JWTs locally keep accepting a revoked one until it expires.',
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
    {
      name: 'introspection_client_id',
      env: 'OAUTH_INTROSPECTION_CLIENT_ID',
      help: 'the client to introspect as, where the one that revokes may not',
    },
    {
      name: 'introspection_client_secret',
      env: 'OAUTH_INTROSPECTION_CLIENT_SECRET',
      secret: true,
      help: 'the secret of that client',
    },
  ],
  options: [
    { flags: '--issuer <url>', help: 'the server, by its issuer identifier (OAUTH_ISSUER)' },
    { flags: '--revocation-endpoint <url>', help: 'where to revoke, if no metadata names it' },
    {
      flags: '--introspection-endpoint <url>',
      help: 'where --verify introspects, if no metadata names it',
    },
    {
      flags: '--userinfo-endpoint <url>',
      help: 'where --verify checks access tokens, if no metadata names it',
    },
    {
      flags: '--probe-url <url>',
      help: 'any resource that takes the access tokens: --verify asks it with each of them',
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
      choices: [...METHODS],
    },
    {
      flags: '--assertion-audience <url>',
      help: 'the audience of JWT client assertions (default: the issuer)',
    },
    {
      flags: '--token-type-hint <type>',
      isTerm: true,
      help: 'what the tokens are, where the input does not say',
      usualValues: TYPE_HINTS,
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
    'introspection (RFC 7662), else --probe-url or userinfo with the token: active before and inactive after',
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
