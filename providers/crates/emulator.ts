/** crates.io on loopback: four bodies of 403, scoped tokens, and trusted publishing. */
import type { Handler, Reply } from '../../src/contract/index.js';
import { createTokenBook, type BookedToken } from '../../src/emulator/token-book.js';
import {
  bearerOf,
  startTokenEmulator,
  type TokenEmulator,
  type TokenEmulatorOptions,
} from '../../src/emulator/token-emulator.js';

/** Why crates.io answers a good token otherwise. */
export type CratesOddity = 'scoped' | 'locked';

export interface CratesEmulator extends TokenEmulator {
  mintOdd(oddity: CratesOddity): string;
}

export async function startCratesEmulator(
  options: TokenEmulatorOptions = {},
): Promise<CratesEmulator> {
  const book = createTokenBook(options);
  const odd = new Map<string, CratesOddity>();
  const withAgent =
    (handler: Handler): Handler =>
    (request) =>
      request.headers['user-agent'] === undefined
        ? refuse('We require that all requests include a `User-Agent` header.')
        : handler(request);
  const withLogin = (handler: (token: BookedToken) => Reply): Handler =>
    withAgent(({ headers }) => {
      // The token alone, without a scheme.
      const token = book.find(headers.authorization);
      const isGood = token?.type === 'crates_api' && book.stateOf(token.value) === 'active';
      if (!isGood) return refuse('authentication failed');
      return odd.get(token.value) === 'locked'
        ? refuse('This account is indefinitely locked. Reason: abuse')
        : handler(token);
    });
  const emulator = await startTokenEmulator(
    {
      book,
      routes: {
        'GET /api/v1/me': withLogin(() => ({
          ...refuse('this action can only be performed on the crates.io website'),
          headers: { date: new Date(book.now()).toUTCString() },
        })),
        'DELETE /api/v1/tokens/current': withLogin((token) => {
          if (odd.get(token.value) === 'scoped')
            return refuse(
              'this token does not have the required permissions to perform this action',
            );
          book.revoke(token);
          return { status: 204 };
        }),
        'DELETE /api/v1/trusted_publishing/tokens': withAgent((request) => {
          const value = bearerOf(request);
          if (!/^cio_tp_[A-Za-z0-9]{32}$/.test(value ?? ''))
            return {
              status: 401,
              body: { errors: [{ detail: 'Invalid `Authorization` header' }] },
            };
          const token = book.find(value);
          if (token) book.revoke(token);
          return { status: 204 };
        }),
      },
      notFound: () => ({ status: 404, body: { errors: [{ detail: 'Not Found' }] } }),
      revokes: /^DELETE .*\/(?:tokens\/current|trusted_publishing\/tokens)$/,
      issues: 'crates_api',
      environment: (url) => ({ REVOKE_CRATES_URL: url }),
      samples: {
        CRATES_SAMPLE_TOKEN: 'crates_api',
        CRATES_SAMPLE_PUBLISHING_TOKEN: 'crates_trusted_publishing',
      },
    },
    options,
  );
  return {
    ...emulator,
    mintOdd(oddity) {
      const value = emulator.mint('crates_api');
      odd.set(value, oddity);
      return value;
    },
  };
}

function refuse(detail: string): Reply {
  return { status: 403, body: { errors: [{ detail }] } };
}
