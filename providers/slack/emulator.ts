/** Slack's Web API on loopback: HTTP 200 for everything but its limit, the word is in the body. */
import type { Handler, Reply, SeenRequest } from '../../src/contract/index.js';
import {
  createTokenBook,
  type BookedToken,
  type TokenBook,
} from '../../src/emulator/token-book.js';
import {
  bearerOf,
  startTokenEmulator,
  type TokenEmulator,
  type TokenEmulatorOptions,
} from '../../src/emulator/token-emulator.js';

export interface SlackEmulatorOptions extends TokenEmulatorOptions {
  /** Requests to one method in a minute; 50 without it. */
  readonly requestsPerMinute?: number;
}

export interface SlackEmulator extends TokenEmulator {
  /** Switches on a list of allowed addresses that this one is not in: `invalid_auth` for all. */
  blockAddress(isBlocked: boolean): void;
}

const MINUTE_MS = 60_000;

export async function startSlackEmulator(
  options: SlackEmulatorOptions = {},
): Promise<SlackEmulator> {
  const book = createTokenBook(options);
  const isLimited = createLimit(book, options.requestsPerMinute ?? 50);
  let isBlocked = false;
  const method =
    (name: string, handler: (token: BookedToken, request: SeenRequest) => Reply): Handler =>
    (request) => {
      const wait = isLimited(name);
      if (wait !== undefined) {
        const headers = { 'retry-after': String(wait) };
        return { status: 429, headers, body: { ok: false, error: 'ratelimited' } };
      }
      const value = bearerOf(request) ?? formOf(request).get('token') ?? undefined;
      if (value === undefined) return refuse('not_authed');
      const token = book.find(value);
      const state = book.stateOf(value);
      if (isBlocked || !token) return refuse('invalid_auth');
      if (state === 'expired') return refuse('token_expired');
      if (state === 'revoked') return refuse(isBot(token) ? 'account_inactive' : 'token_revoked');
      return handler(token, request);
    };

  const revoke = method('auth.revoke', (token, request) => {
    const isTest = (formOf(request).get('test') ?? request.query.get('test')) === '1';
    if (!isTest) book.revoke(token);
    return { status: 200, body: { ok: true, revoked: !isTest } };
  });
  const test = method('auth.test', (token) => ({
    status: 200,
    headers: {
      'x-oauth-scopes': token.scopes.join(','),
      date: new Date(book.now()).toUTCString(),
    },
    body: {
      ok: true,
      url: 'https://example.slack.com/',
      team: 'Example',
      user: token.owner,
      team_id: 'T0EXAMPLE',
      user_id: 'U0EXAMPLE',
      ...(isBot(token) && { bot_id: 'B0EXAMPLE' }),
      is_enterprise_install: false,
    },
  }));
  const emulator = await startTokenEmulator(
    {
      book,
      routes: {
        'POST /api/auth.revoke': revoke,
        'GET /api/auth.revoke': revoke,
        'POST /api/auth.test': test,
        'GET /api/auth.test': test,
      },
      notFound: () => refuse('unknown_method'),
      revokes: /^(?:POST|GET) .*\/auth\.revoke$/,
      issues: 'slack_bot',
      token: { scopes: ['chat:write', 'channels:read'] },
      environment: (url) => ({ REVOKE_SLACK_URL: `${url}/api` }),
      samples: { SLACK_SAMPLE_TOKEN: 'slack_bot', SLACK_SAMPLE_USER_TOKEN: 'slack_user' },
    },
    options,
  );
  return { ...emulator, blockAddress: (value) => void (isBlocked = value) };
}

/** Counts the requests to each method; seconds to wait where there were too many in a minute. */
function createLimit(book: TokenBook, most: number): (name: string) => number | undefined {
  const seen = new Map<string, number[]>();
  return (name) => {
    const now = book.now();
    const recent = (seen.get(name) ?? []).filter((at) => at > now - MINUTE_MS);
    seen.set(name, recent);
    if (recent.length >= most) {
      return Math.max(1, Math.ceil(((recent[0] as number) + MINUTE_MS - now) / 1000));
    }
    recent.push(now);
    return undefined;
  };
}

function formOf({ body }: SeenRequest): URLSearchParams {
  return new URLSearchParams(body.toString('utf8'));
}

function isBot({ type }: BookedToken): boolean {
  return type === 'slack_bot' || type === 'slack_rotated_bot';
}

function refuse(error: string): Reply {
  return { status: 200, body: { ok: false, error } };
}
