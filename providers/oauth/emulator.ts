/**
 * An authorization server on loopback, and a resource that asks it. Servers differ in what their
 * 200 means; each difference is a switch here.
 */
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { startEmulator } from '../../src/emulator/emulator.js';
import type { Emulator, Issued } from '../../src/contract/index.js';
import { ENDPOINTS, type Behaviour } from './emulator/behaviour.js';
import { routes } from './emulator/endpoints.js';
import {
  createState,
  isActive,
  putToken,
  shortHash,
  type NewToken,
  type RegisteredClient,
} from './emulator/state.js';

export type { NewToken, RegisteredClient };

export interface OauthEmulatorOptions extends Behaviour {
  readonly port?: number;
  /** Whether `server.requests` is kept; true without it. */
  readonly record?: boolean;
  /** More clients than those that are always there. */
  readonly moreClients?: readonly RegisteredClient[];
  /** The path of the issuer: `/tenant`; none without it. */
  readonly issuerPath?: string;
  /** The clock, in milliseconds since the epoch. */
  readonly now?: () => number;
}

/** What a grant put into the hands of a client. */
export interface TokenPair {
  readonly access_token: string;
  readonly refresh_token: string;
}

export interface OauthEmulator extends Emulator {
  readonly issuer: string;
  readonly clients: Readonly<Record<'basic' | 'post' | 'key' | 'other' | 'open', RegisteredClient>>;
  /** PEM (PKCS #8) of the key of `clients.key`. */
  readonly clientKey: string;
  /** The paths that follow the issuer's origin. */
  readonly paths: Readonly<Record<keyof typeof ENDPOINTS, string>>;
  mint(token: NewToken): string;
  mintPair(clientId: string): TokenPair;
}

/** Starts the server with a client for each authentication method, and live tokens as samples. */
export async function startOauthEmulator(
  options: OauthEmulatorOptions = {},
): Promise<OauthEmulator> {
  const keys = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const clients = seedClients(keys.publicKey);
  const all = [...Object.values(clients), ...(options.moreClients ?? [])];
  const state = createState(all, options.now ?? Date.now);
  const prefix = options.issuerPath ?? '';
  const place = { issuer: '' };
  const server = await startEmulator({
    routes: routes(state, { options, prefix, place }),
    notFound: () => ({ status: 404, body: { error: 'not_found' } }),
    ...(options.port === undefined ? {} : { port: options.port }),
    ...(options.record === undefined ? {} : { record: options.record }),
  });
  const issuer = (place.issuer = server.url + prefix);
  const mint = (token: NewToken) => putToken(state, issuer, token).value;
  const mintPair = (clientId: string): TokenPair => {
    const grantId = randomUUID();
    return {
      access_token: mint({ clientId, kind: 'access_token', grantId }),
      refresh_token: mint({ clientId, kind: 'refresh_token', grantId }),
    };
  };
  const { basic } = clients;

  return {
    server,
    issuer,
    clients,
    clientKey: keys.privateKey,
    paths: Object.fromEntries(
      Object.entries(ENDPOINTS).map(([name, path]) => [name, prefix + path]),
    ) as OauthEmulator['paths'],
    environment: {
      OAUTH_ISSUER: issuer,
      OAUTH_CLIENT_ID: basic.id,
      OAUTH_CLIENT_SECRET: basic.secret ?? '',
    },
    samples: {
      OAUTH_SAMPLE_TOKEN: mint({ clientId: basic.id, kind: 'access_token' }),
      OAUTH_SAMPLE_REFRESH_TOKEN: mintPair(basic.id).refresh_token,
      OAUTH_SAMPLE_JWT: mint({ clientId: basic.id, kind: 'access_token', structured: true }),
    },
    revokes: /^POST .*\/revoke$/,
    mint,
    mintPair,
    async issue(count) {
      return Array.from({ length: count }, (): Issued => {
        const token = mint({ clientId: basic.id, kind: 'access_token' });
        return { target: token, id: shortHash(token), token };
      });
    },
    isAlive: (token) => isActive(state, token),
    snapshot: () =>
      [...state.tokens.values()].map(({ value, kind, clientId, grantId }) => ({
        id: shortHash(value),
        kind,
        client_id: clientId,
        grant: grantId,
        active: isActive(state, value),
      })),
    close: () => server.close(),
  };
}

function seedClients(publicKey: string) {
  return {
    // Characters that RFC 6749 §2.3.1 has a client encode before Base64.
    basic: { id: 'demo app', method: 'client_secret_basic', secret: 'a+b:c%d/e&f=g secret-1' },
    post: { id: 'post-app', method: 'client_secret_post', secret: 'a+b:c%d/e&f=g secret-2' },
    key: { id: 'key-app', method: 'private_key_jwt', publicKey },
    other: { id: 'other-app', method: 'client_secret_basic', secret: 'secret-of-another-app' },
    open: { id: 'public-app', method: 'none' },
  } satisfies OauthEmulator['clients'];
}
