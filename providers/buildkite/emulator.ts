/** Buildkite's access token route on loopback: a token shows itself and revokes itself. */
import type { Handler, Reply } from '../../src/contract/index.js';
import { createTokenBook, type BookedToken } from '../../src/emulator/token-book.js';
import {
  bearerOf,
  isoTime,
  startTokenEmulator,
  type TokenEmulator,
  type TokenEmulatorOptions,
} from '../../src/emulator/token-emulator.js';

export function startBuildkiteEmulator(options: TokenEmulatorOptions = {}): Promise<TokenEmulator> {
  const book = createTokenBook(options);
  const withLogin =
    (handler: (token: BookedToken) => Reply): Handler =>
    (request) => {
      const token = book.find(bearerOf(request));
      return token && book.stateOf(token.value) === 'active'
        ? handler(token)
        : {
            status: 401,
            body: { message: 'Authentication required. Please supply a valid token.' },
          };
    };
  return startTokenEmulator(
    {
      book,
      routes: {
        'GET /v2/access-token': withLogin((token) => ({
          status: 200,
          headers: { date: new Date(book.now()).toUTCString() },
          body: {
            uuid: 'b63254c0-3271-4a98-8270-7cfbd6c2f14e',
            scopes: token.scopes,
            description: 'Development',
            created_at: isoTime(token.createdAt),
            expires_at: isoTime(token.expiresAt),
            user: { name: 'Octavia Example', email: `${token.owner}@example.com` },
          },
        })),
        'DELETE /v2/access-token': withLogin((token) => {
          book.revoke(token);
          return { status: 204 };
        }),
      },
      notFound: () => ({ status: 404, body: { message: 'No route found' } }),
      revokes: /^DELETE .*\/v2\/access-token$/,
      issues: 'buildkite_user',
      token: { scopes: ['read_builds'] },
      environment: (url) => ({ REVOKE_BUILDKITE_URL: url }),
      samples: { BUILDKITE_SAMPLE_TOKEN: 'buildkite_user' },
    },
    options,
  );
}
