/** Any authorization server that revokes by the standards: RFC 7009, found by RFC 8414. */
import { CONTRACT, type Provider } from '../../src/contract/index.js';
import { METHODS } from './credential.js';
import { TYPE_HINTS, namedTokens, parseToken, parseTokenObject } from './token.js';

export default {
  contract: CONTRACT,
  id: 'oauth',
  summary: 'revoke OAuth 2.0 tokens at any server that follows RFC 7009',
  notes: [
    'Tokens come from stdin, --from, --token-file or --token-env, or are typed at a terminal (not shown); never from the command line. Only a fingerprint is shown or stored.',
    'Give the server with --issuer (RFC 8414 metadata, then OpenID discovery) or with --revocation-endpoint.',
    'A revocation endpoint also answers 200 for unknown tokens: the result is accepted, and --verify proves more.',
    'Services that validate JWTs locally keep accepting a revoked one until it expires.',
  ],
  loginHelp:
    'set OAUTH_ISSUER (or give --revocation-endpoint), OAUTH_CLIENT_ID and OAUTH_CLIENT_SECRET',
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
      help: 'the client that the tokens were issued to',
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
      help: 'the client that may introspect, if the one that revokes may not',
    },
    {
      name: 'introspection_client_secret',
      env: 'OAUTH_INTROSPECTION_CLIENT_SECRET',
      secret: true,
      help: 'the secret of that client',
    },
  ],
  options: [
    { flags: '--issuer <url>', help: 'the issuer identifier of the server (OAUTH_ISSUER)' },
    {
      flags: '--revocation-endpoint <url>',
      help: 'revocation endpoint, if the metadata does not give it',
    },
    {
      flags: '--introspection-endpoint <url>',
      help: 'introspection endpoint for --verify, if the metadata does not give it',
    },
    {
      flags: '--userinfo-endpoint <url>',
      help: 'userinfo endpoint for --verify, if the metadata does not give it',
    },
    {
      flags: '--probe-url <url>',
      help: 'any resource that accepts the access tokens: --verify requests it with each of them',
    },
    {
      flags: '--client-id <id>',
      help: 'the client that the tokens were issued to (OAUTH_CLIENT_ID)',
    },
    {
      flags: '--client-secret-file <path>',
      value: 'file',
      help: 'a file with the client secret (OAUTH_CLIENT_SECRET)',
    },
    {
      flags: '--client-key-file <path>',
      value: 'file',
      help: 'the private key of the client, PEM (PKCS #8) or JWK, for private_key_jwt',
    },
    {
      flags: '--client-auth <method>',
      help: 'how the client authenticates (default: what the metadata and the credential allow)',
      choices: [...METHODS],
    },
    {
      flags: '--assertion-audience <url>',
      help: 'the audience of JWT client assertions (default: the issuer)',
    },
    {
      flags: '--token-type-hint <type>',
      isTerm: true,
      help: 'the type of the tokens, if the input does not say it',
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
      help: 'trust endpoints on this other origin, if the metadata gives them',
      repeatable: true,
    },
  ],
  examples: [
    {
      command: 'revoke oauth --token-env OAUTH_SAMPLE_TOKEN',
      why: 'revoke the token in a variable (asks first)',
    },
    {
      command: `printf %s "$OAUTH_SAMPLE_TOKEN" | revoke oauth - --dry-run --json`,
      why: 'show what would happen to a token from another program, as JSON',
    },
    {
      command:
        'revoke oauth --token-env OAUTH_SAMPLE_REFRESH_TOKEN --token-type-hint refresh_token --verify',
      why: 'revoke a refresh token and prove it',
    },
  ],
  limits: { batch: 1, concurrency: 8 },
  verifyHelp:
    'introspection (RFC 7662), else --probe-url or userinfo with the token: active before and inactive after',
  targetsFromOptions: namedTokens,
  async hostOf(context, options) {
    const endpoint = options.text('revocationEndpoint') ?? (await context.setting('issuer'))?.value;
    return endpoint !== undefined && URL.canParse(endpoint)
      ? new URL(endpoint).hostname
      : undefined;
  },
  async open(context, options) {
    const { openOauth } = await import('./revoker.js');
    return openOauth(context, options);
  },
  async startEmulator(options) {
    const { startOauthEmulator } = await import('./emulator.js');
    return startOauthEmulator(options);
  },
} satisfies Provider;
