/** A registry of npm packages on loopback, as far as its tokens go: whoami, the list, revocations. */
import type { Handler, Reply } from '../../src/contract/index.js';
import { createTokenBook, shownAs, type BookedToken } from '../../src/emulator/token-book.js';
import {
  bearerOf,
  isoTime,
  startTokenEmulator,
  type TokenEmulator,
  type TokenEmulatorOptions,
} from '../../src/emulator/token-emulator.js';

export interface NpmEmulatorOptions extends TokenEmulatorOptions {
  /** `whoami` answers `{}` to everybody whose token is not good, as some registries do. */
  readonly knowsNobody?: boolean;
}

export interface NpmEmulator extends TokenEmulator {
  /** From now on revoking as this token's owner takes a one-time password. */
  askForPassword(token: string): void;
}

const UNAUTHORIZED: Reply = { status: 401, body: { error: 'Unauthorized' } };
const PAGE = 2;

export async function startNpmEmulator(options: NpmEmulatorOptions = {}): Promise<NpmEmulator> {
  const book = createTokenBook(options);
  const secondFactor = new Set<string>();
  let base = '';
  const withLogin =
    (refusal: Reply, handler: (token: BookedToken, params: Params) => Reply): Handler =>
    (request) => {
      const token = book.find(bearerOf(request));
      if (!token || book.stateOf(token.value) !== 'active') return refusal;
      return handler(token, { ...request.params, page: request.query.get('page') ?? '0' });
    };
  const revoke = (by: BookedToken, token: BookedToken | undefined): Reply => {
    if (secondFactor.has(by.value)) return askForOtp();
    if (!token || !book.revoke(token)) return { status: 404, body: { error: 'Not Found' } };
    return { status: 204 };
  };
  const emulator = await startTokenEmulator(
    {
      book,
      routes: {
        'GET /-/whoami': withLogin(
          options.knowsNobody ? { status: 200, body: {} } : UNAUTHORIZED,
          ({ owner }) => ({
            status: 200,
            headers: { date: new Date(book.now()).toUTCString() },
            body: { username: owner },
          }),
        ),
        'GET /-/npm/v1/tokens': withLogin(UNAUTHORIZED, ({ owner }, { page = '0' }) =>
          list(
            book.all().filter((token) => token.owner === owner),
            Number(page),
            base,
          ),
        ),
        'DELETE /-/npm/v1/tokens/token/:key': withLogin(UNAUTHORIZED, (by, { key }) =>
          revoke(
            by,
            book.all().find((token) => keyOf(token) === key && token.owner === by.owner),
          ),
        ),
        'DELETE /-/user/token/:token': withLogin(UNAUTHORIZED, (by, { token }) =>
          revoke(by, book.find(token)),
        ),
      },
      notFound: () => ({ status: 404, body: { error: 'Not Found' } }),
      revokes: /^DELETE .*\/-\/(?:user\/token|npm\/v1\/tokens\/token)\/[^/]+$/,
      issues: 'npm_access',
      environment: (url) => ({ NPM_CONFIG_REGISTRY: url }),
      samples: { NPM_SAMPLE_TOKEN: 'npm_access' },
    },
    options,
  );
  base = emulator.environment['NPM_CONFIG_REGISTRY'] ?? '';
  return { ...emulator, askForPassword: (token) => void secondFactor.add(token) };
}

type Params = Readonly<Record<string, string>>;

/** A page of tokens, each by its first eight characters and its last four. */
function list(tokens: readonly BookedToken[], page: number, base: string): Reply {
  const rows = tokens.slice(page * PAGE, (page + 1) * PAGE);
  const next = (page + 1) * PAGE < tokens.length;
  return {
    status: 200,
    body: {
      objects: rows.map((token) => ({
        token: `${token.value.slice(0, 8)}...${token.value.slice(-4)}`,
        key: keyOf(token),
        readonly: false,
        created: isoTime(token.createdAt),
        updated: isoTime(token.createdAt),
      })),
      total: tokens.length,
      urls: next ? { next: `${base}/-/npm/v1/tokens?page=${page + 1}` } : {},
    },
  };
}

function keyOf({ value }: BookedToken): string {
  return shownAs(value).replace('sha256:', '');
}

function askForOtp(): Reply {
  return {
    status: 401,
    headers: { 'www-authenticate': 'OTP' },
    body: { error: 'This operation requires a one-time password from your authenticator.' },
  };
}
