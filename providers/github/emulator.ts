/**
 * GitHub's REST API on loopback, as far as it revokes credentials: anonymous batches, installation
 * tokens that end themselves, the limit of an hour, and the lock after too many failed logins.
 */
import type { Handler, Reply, SeenRequest } from '../../src/contract/index.js';
import { jsonBody } from '../../src/emulator/emulator.js';
import {
  createTokenBook,
  type BookedToken,
  type TokenBook,
} from '../../src/emulator/token-book.js';
import {
  bearerOf,
  revokeAndMail,
  startTokenEmulator,
  stringsIn,
  type Mail,
  type TokenEmulator,
  type TokenEmulatorOptions,
} from '../../src/emulator/token-emulator.js';

export interface GithubEmulatorOptions extends TokenEmulatorOptions {
  /** Requests without a valid login that one address may send in an hour; 60 without it. */
  readonly requestsPerHour?: number;
  /** Failed logins after which every login is refused for five minutes; 60 without it. */
  readonly lockAfter?: number;
  /** One string that is no credential fails its whole batch with 422. */
  readonly isStrict?: boolean;
  /** GitHub Enterprise Server: revoking needs a login. */
  readonly needsLogin?: boolean;
}

const HOUR_MS = 3_600_000;
const LOCK_MS = 300_000;
const MOST = 1000;
const REVOCABLE = /^(?:gh[pour]_|github_pat_)/;
const DOCS = 'https://docs.github.com/rest';

interface State {
  readonly book: TokenBook;
  readonly options: GithubEmulatorOptions;
  readonly mails: Mail[];
  /** When this hour's budget began, and what of it is used. */
  hour: { began: number; used: number };
  failedLogins: number[];
  lockedUntil: number;
}

export function startGithubEmulator(options: GithubEmulatorOptions = {}): Promise<TokenEmulator> {
  const book = createTokenBook(options);
  const mails: Mail[] = [];
  const hour = { began: 0, used: 0 };
  const state: State = { book, options, mails, hour, failedLogins: [], lockedUntil: 0 };
  return startTokenEmulator(
    {
      book,
      mails,
      routes: {
        'POST /credentials/revoke': (request) => revokeAll(state, request),
        'GET /user': withLogin(state, (token) => showUser(state, token)),
        'GET /installation/repositories': withLogin(state, showRepositories),
        'DELETE /installation/token': withLogin(state, (token) => deleteInstallation(state, token)),
      },
      notFound: () => problem(404, 'Not Found'),
      revokes: /^POST .*\/credentials\/revoke$|^DELETE .*\/installation\/token$/,
      issues: 'github_pat_classic',
      token: { scopes: ['repo', 'read:org'] },
      environment: (url) => ({ GITHUB_API_URL: url }),
      samples: {
        GITHUB_SAMPLE_TOKEN: 'github_pat_classic',
        GITHUB_SAMPLE_FINE_GRAINED_TOKEN: 'github_pat_fine_grained',
        GITHUB_SAMPLE_REFRESH_TOKEN: 'github_refresh',
        GITHUB_SAMPLE_INSTALLATION_TOKEN: 'github_app_installation',
      },
    },
    options,
  );
}

function revokeAll(state: State, request: SeenRequest): Reply {
  const { book, options, mails } = state;
  if (options.needsLogin && !request.headers.authorization)
    return problem(401, 'Requires authentication');
  if (!options.needsLogin && request.headers.authorization)
    return problem(403, 'This endpoint does not accept authentication');
  const limited = spend(state);
  if (limited) return limited;
  const body = jsonBody(request) as { credentials?: unknown } | undefined;
  const credentials = stringsIn(body?.credentials);
  const isWrong =
    !credentials ||
    credentials.length === 0 ||
    credentials.length > MOST ||
    hasNone(state, credentials);
  if (isWrong) return withBudget(state, problem(422, 'Validation Failed'));
  for (const value of credentials) {
    const token = REVOCABLE.test(value) ? book.find(value) : undefined;
    if (token) revokeAndMail(book, mails, token);
  }
  return withBudget(state, { status: 202, body: {} });
}

function hasNone({ options }: State, credentials: readonly string[]): boolean {
  return options.isStrict === true && !credentials.every((value) => REVOCABLE.test(value));
}

/** Counts one request of nobody; the refusal where the hour's budget is used up. */
function spend(state: State): Reply | undefined {
  const { hour, book } = state;
  if (book.now() >= hour.began + HOUR_MS) Object.assign(hour, { began: book.now(), used: 0 });
  if (hour.used >= budget(state)) {
    const message = 'API rate limit exceeded for 127.0.0.1.';
    return withBudget(state, problem(403, message));
  }
  hour.used += 1;
  return undefined;
}

function budget({ options }: State): number {
  return options.requestsPerHour ?? 60;
}

function withBudget(state: State, reply: Reply): Reply {
  const { began, used } = state.hour;
  const headers = {
    ...reply.headers,
    'x-ratelimit-limit': String(budget(state)),
    'x-ratelimit-remaining': String(budget(state) - used),
    'x-ratelimit-used': String(used),
    'x-ratelimit-reset': String(Math.ceil((began + HOUR_MS) / 1000)),
    'x-ratelimit-resource': 'core',
  };
  return { ...reply, headers };
}

function withLogin(state: State, handler: (token: BookedToken) => Reply): Handler {
  return (request) => {
    const { book } = state;
    if (state.lockedUntil > book.now())
      return problem(403, 'Maximum number of login attempts exceeded. Please try again later.');
    const value = bearerOf(request);
    if (value === undefined) return problem(401, 'Requires authentication');
    const token = book.find(value);
    // A refresh token is no login, active or not.
    const isGood = token && token.type !== 'github_refresh' && book.stateOf(value) === 'active';
    return isGood ? handler(token) : failLogin(state);
  };
}

function failLogin(state: State): Reply {
  const now = state.book.now();
  state.failedLogins = [...state.failedLogins.filter((at) => at > now - LOCK_MS), now];
  if (state.failedLogins.length >= (state.options.lockAfter ?? 60))
    state.lockedUntil = now + LOCK_MS;
  return spend(state) ?? withBudget(state, problem(401, 'Bad credentials'));
}

function showUser({ book }: State, token: BookedToken): Reply {
  if (isInstallation(token)) return problem(403, 'Resource not accessible by integration');
  const isClassic = token.type === 'github_pat_classic' || token.type === 'github_oauth';
  return {
    status: 200,
    headers: {
      date: new Date(book.now()).toUTCString(),
      ...(isClassic && { 'x-oauth-scopes': token.scopes.join(', ') }),
      ...(token.expiresAt !== undefined && {
        'github-authentication-token-expiration': expiryHeader(token.expiresAt),
      }),
    },
    body: {
      login: token.owner,
      id: 583_231,
      type: 'User',
      name: 'Octavia Example',
      email: `${token.owner}@example.com`,
    },
  };
}

/** `2026-12-01 00:00:00 UTC` */
function expiryHeader(ms: number): string {
  return new Date(ms).toISOString().replace('T', ' ').replace(/\..*/, ' UTC');
}

function showRepositories(token: BookedToken): Reply {
  if (!isInstallation(token))
    return problem(403, 'You must authenticate with an installation access token');
  const full_name = `${token.owner}/website`;
  const body = { total_count: 1, repositories: [{ full_name, owner: { login: token.owner } }] };
  return { status: 200, body };
}

function deleteInstallation({ book }: State, token: BookedToken): Reply {
  if (!isInstallation(token))
    return problem(403, 'You must authenticate with an installation access token');
  book.revoke(token);
  return { status: 204 };
}

function isInstallation({ type }: BookedToken): boolean {
  return type === 'github_app_installation' || type === 'github_app_installation_stateless';
}

function problem(status: number, message: string): Reply {
  return { status, body: { message, documentation_url: DOCS, status: String(status) } };
}
