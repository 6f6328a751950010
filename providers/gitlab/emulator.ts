/** GitLab's API on loopback, as far as a personal access token looks at itself and revokes itself. */
import type { Handler, Reply, SeenRequest } from '../../src/contract/index.js';
import { createTokenBook, type BookedToken, type NewToken } from '../../src/emulator/token-book.js';
import {
  bearerOf,
  isoTime,
  revokeAndMail,
  startTokenEmulator,
  type Mail,
  type TokenEmulator,
  type TokenEmulatorOptions,
} from '../../src/emulator/token-emulator.js';

export interface GitlabEmulatorOptions extends TokenEmulatorOptions {
  /** The service refuses every revocation: 400 without a body. */
  readonly refuses?: boolean;
}

/** What makes a token one that the service answers otherwise. */
export type GitlabOddity = 'oauth' | 'impersonation_disabled' | 'dpop';

export interface GitlabEmulator extends TokenEmulator {
  mintOdd(oddity: GitlabOddity, details?: NewToken): string;
}

const USER_SCOPES = ['api', 'read_api', 'read_user'];
const DESCRIPTIONS = {
  revoked: 'Token was revoked. You have to re-authorize from the user.',
  expired: 'Token is expired. You can either do re-authorization or token refresh.',
} as const;
const IMPERSONATION = 'Token is an impersonation token but impersonation was disabled.';
const NOT_PERSONAL = 'This endpoint requires token type to be a personal access token';

export async function startGitlabEmulator(
  options: GitlabEmulatorOptions = {},
): Promise<GitlabEmulator> {
  const book = createTokenBook(options);
  const mails: Mail[] = [];
  const odd = new Map<string, GitlabOddity>();

  const withLogin =
    (handler: (token: BookedToken) => Reply): Handler =>
    (request) => {
      const value = tokenOf(request);
      const oddity = value === undefined ? undefined : odd.get(value);
      const state = book.stateOf(value);
      if (state === 'revoked' || state === 'expired') return invalid(DESCRIPTIONS[state]);
      if (oddity === 'impersonation_disabled') return invalid(IMPERSONATION);
      if (oddity === 'dpop') return { status: 401, body: { error: 'dpop_error' } };
      const token = book.find(value);
      return token ? handler(token) : { status: 401, body: { message: '401 Unauthorized' } };
    };
  const personal = (handler: (token: BookedToken) => Reply): Handler =>
    withLogin((token) =>
      odd.get(token.value) === 'oauth'
        ? { status: 400, body: { message: `400 Bad request - ${NOT_PERSONAL}` } }
        : handler(token),
    );

  const emulator = await startTokenEmulator(
    {
      book,
      mails,
      routes: {
        'GET /api/v4/personal_access_tokens/self': personal((token) => ({
          status: 200,
          headers: { date: new Date(book.now()).toUTCString() },
          body: describeToken(token),
        })),
        'DELETE /api/v4/personal_access_tokens/self': personal((token) => {
          if (options.refuses) return { status: 400 };
          revokeAndMail(book, mails, token);
          return { status: 204 };
        }),
        'GET /api/v4/personal_access_tokens/self/associations': personal(({ owner }) => ({
          status: 200,
          body: {
            groups: [{ full_path: owner }],
            projects: [{ path_with_namespace: `${owner}/website` }],
          },
        })),
        'GET /api/v4/user': withLogin((token) =>
          token.scopes.some((scope) => USER_SCOPES.includes(scope))
            ? { status: 200, body: { id: 2, username: token.owner, name: 'Octavia Example' } }
            : insufficient(),
        ),
      },
      notFound: ({ path }) =>
        path.includes('/api/v4/')
          ? { status: 404, body: { error: '404 Not Found' } }
          : {
              status: 404,
              headers: { 'content-type': 'text/html; charset=utf-8' },
              body: '<!DOCTYPE html><html><head><title>The page could not be found (404)</title></head></html>',
            },
      revokes: /^DELETE .*\/personal_access_tokens\/self$/,
      issues: 'gitlab_pat',
      token: { scopes: ['api'] },
      environment: (url) => ({ GITLAB_URL: url }),
      samples: {
        GITLAB_SAMPLE_TOKEN: 'gitlab_pat',
        GITLAB_SAMPLE_ROUTABLE_TOKEN: 'gitlab_pat_routable',
      },
    },
    options,
  );
  return {
    ...emulator,
    mintOdd(oddity, details) {
      const value = emulator.mint('gitlab_pat', details);
      odd.set(value, oddity);
      return value;
    },
  };
}

function tokenOf(request: SeenRequest): string | undefined {
  const header = request.headers['private-token'];
  return typeof header === 'string' ? header : bearerOf(request);
}

function describeToken(token: BookedToken) {
  return {
    id: 42,
    name: 'deploy',
    description: null,
    scopes: token.scopes,
    user_id: 2,
    active: true,
    revoked: false,
    created_at: isoTime(token.createdAt),
    last_used_at: null,
    expires_at: isoTime(token.expiresAt)?.slice(0, 10) ?? null,
  };
}

function invalid(error_description: string): Reply {
  return { status: 401, body: { error: 'invalid_token', error_description } };
}

function insufficient(): Reply {
  return {
    status: 403,
    body: {
      error: 'insufficient_scope',
      error_description:
        'The request requires higher privileges than provided by the access token.',
      scope: USER_SCOPES.join(' '),
    },
  };
}
