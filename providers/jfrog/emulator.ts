/** JFrog's access service on loopback, as far as a token looks at itself and revokes itself. */
import { createTokenBook, type NewToken } from '../../src/emulator/token-book.js';
import {
  bearerOf,
  startTokenEmulator,
  type TokenEmulator,
  type TokenEmulatorOptions,
} from '../../src/emulator/token-emulator.js';

export interface JfrogEmulator extends TokenEmulator {
  /** A token that works here and was issued by another instance. */
  mintForeign(details?: NewToken): string;
}

const PATH = '/access/api/v1/tokens/me';

export async function startJfrogEmulator(
  options: TokenEmulatorOptions = {},
): Promise<JfrogEmulator> {
  const book = createTokenBook(options);
  const foreign = new Set<string>();
  const emulator = await startTokenEmulator(
    {
      book,
      routes: {
        [`GET ${PATH}`]: (request) => {
          const value = bearerOf(request);
          const token = book.find(value);
          if (!token || book.stateOf(value) !== 'active')
            return refuse(401, 'Token failed verification');
          return {
            status: 200,
            headers: { date: new Date(book.now()).toUTCString() },
            body: {
              token_id: '4b1bd0d8-8eb2-4e8a-b2d1-5d6f2a9f1c9e',
              subject: `jfac@01c3gffhg2e8w614/users/${token.owner}`,
              expiry: token.expiresAt === undefined ? 0 : Math.floor(token.expiresAt / 1000),
              issued_at: Math.floor(token.createdAt / 1000),
              issuer: 'jfac@01c3gffhg2e8w614',
              refreshable: false,
              scope: token.scopes.join(' '),
            },
          };
        },
        [`DELETE ${PATH}`]: (request) => {
          const value = bearerOf(request);
          const token = book.find(value);
          if (!token || book.stateOf(value) === 'expired')
            return refuse(401, 'Token failed verification');
          if (foreign.has(token.value)) return refuse(400, 'Token was issued by another instance');
          return book.revoke(token) ? { status: 200 } : { status: 204 };
        },
      },
      notFound: () => refuse(404, 'Not Found'),
      revokes: /^DELETE .*\/access\/api\/v1\/tokens\/me$/,
      issues: 'jfrog_reference',
      token: { scopes: ['applied-permissions/user'] },
      environment: (url) => ({ JFROG_URL: url }),
      samples: { JFROG_SAMPLE_TOKEN: 'jfrog_reference' },
    },
    options,
  );
  return {
    ...emulator,
    mintForeign(details) {
      const value = emulator.mint('jfrog_reference', details);
      foreign.add(value);
      return value;
    },
  };
}

function refuse(status: number, message: string) {
  return {
    status,
    body: { errors: [{ code: status === 401 ? 'UNAUTHORIZED' : 'ERROR', message }] },
  };
}
