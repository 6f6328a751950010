/** Vercel's REST API on loopback, as far as tokens look at and delete themselves, and keys are reported. */
import type { Handler, Reply } from '../../src/contract/index.js';
import { jsonBody } from '../../src/emulator/emulator.js';
import { createTokenBook, shownAs, type BookedToken } from '../../src/emulator/token-book.js';
import {
  bearerOf,
  startTokenEmulator,
  type TokenEmulator,
  type TokenEmulatorOptions,
} from '../../src/emulator/token-emulator.js';

export interface VercelEmulator extends TokenEmulator {
  /** From now on this token is forbidden everything, as by a team's single sign-on. */
  forbid(token: string): void;
}

const GATEWAY = 'vercel_ai_gateway';

export async function startVercelEmulator(
  options: TokenEmulatorOptions = {},
): Promise<VercelEmulator> {
  const book = createTokenBook(options);
  const forbidden = new Set<string>();
  const withLogin =
    (invalid: Reply, handler: (token: BookedToken) => Reply): Handler =>
    (request) => {
      const value = bearerOf(request);
      const token = book.find(value);
      const isGood = token && token.type !== GATEWAY && book.stateOf(value) === 'active';
      if (!isGood) return invalid;
      return forbidden.has(token.value)
        ? refuse(403, 'forbidden', 'Not authorized')
        : handler(token);
    };
  const invalid: Reply = {
    status: 403,
    body: { error: { code: 'forbidden', message: 'Not authorized', invalidToken: true } },
  };

  const emulator = await startTokenEmulator(
    {
      book,
      routes: {
        'GET /v2/user': withLogin(invalid, ({ owner }) => ({
          status: 200,
          headers: { date: new Date(book.now()).toUTCString() },
          body: {
            user: {
              id: 'AEIIDYVk59zbFF2Sxfyxxmua',
              email: `${owner}@example.com`,
              name: 'Octavia Example',
              username: owner,
              avatar: null,
              defaultTeamId: null,
              limited: true,
              version: 'northstar',
            },
          },
        })),
        'GET /v5/user/tokens/current': withLogin(invalid, (token) => ({
          status: 200,
          body: {
            token: {
              id: idOf(token),
              name: 'deploy',
              type: 'oauth2-token',
              origin: 'manual',
              scopes: [{ type: 'user', origin: 'manual', createdAt: token.createdAt }],
              ...(token.expiresAt !== undefined && { expiresAt: token.expiresAt }),
              activeAt: token.createdAt,
              createdAt: token.createdAt,
            },
          },
        })),
        'DELETE /v3/user/tokens/current': withLogin(
          refuse(401, 'unauthorized', 'The request is not authorized.'),
          (token) => {
            book.revoke(token);
            return { status: 200, body: { tokenId: idOf(token) } };
          },
        ),
        'POST /external/compromised_secret': (request) => {
          const body = jsonBody(request) as { secret?: { api_key?: unknown } } | undefined;
          const key = body?.secret?.api_key;
          if (typeof key !== 'string') return refuse(400, 'bad_request', 'Invalid request');
          const token = book.find(key);
          if (token?.type === GATEWAY) book.revoke(token);
          return { status: 200, body: {} };
        },
      },
      notFound: () => refuse(404, 'not_found', 'Not found'),
      revokes: /^DELETE .*\/v3\/user\/tokens\/current$|^POST .*\/external\/compromised_secret$/,
      issues: 'vercel_personal',
      environment: (url) => ({ REVOKE_VERCEL_URL: url }),
      samples: {
        VERCEL_SAMPLE_TOKEN: 'vercel_personal',
        VERCEL_SAMPLE_GATEWAY_KEY: GATEWAY,
      },
    },
    options,
  );
  return { ...emulator, forbid: (token) => void forbidden.add(token) };
}

function idOf({ value }: BookedToken): string {
  return shownAs(value).replace('sha256:', 'tok_');
}

function refuse(status: number, code: string, message: string): Reply {
  return { status, body: { error: { code, message } } };
}
