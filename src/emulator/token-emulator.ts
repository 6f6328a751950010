/** What the emulators of services that revoke tokens by their value have in common. */
import type { Emulator, Handler, SeenRequest } from '../contract/index.js';
import { startEmulator } from './emulator.js';
import type { FakeTokenType } from './fake-tokens.js';
import {
  bookAsJson,
  shownAs,
  type BookedToken,
  type BookOptions,
  type NewToken,
  type TokenBook,
} from './token-book.js';

export interface TokenEmulatorOptions extends BookOptions {
  readonly port?: number;
  /** Whether `server.requests` is kept; true without it. */
  readonly record?: boolean;
  /** A path before every route: `/gitlab`; none without it. */
  readonly basePath?: string;
}

export interface TokenEmulator extends Emulator {
  readonly book: TokenBook;
  /** A live token of that type. */
  mint(type: FakeTokenType, details?: NewToken): string;
  /** Mails that the service has sent: to whom, about which token. */
  readonly mails: Mail[];
}

export interface Mail {
  readonly to: string;
  readonly about: string;
}

export interface ServiceDescription {
  readonly book: TokenBook;
  readonly mails?: Mail[];
  readonly routes: Readonly<Record<string, Handler>>;
  readonly notFound: Handler;
  readonly revokes: RegExp;
  /** The type of token that `issue` makes. */
  readonly issues: FakeTokenType;
  readonly token?: NewToken;
  environment(url: string): Readonly<Record<string, string>>;
  /** Names to types of live tokens. */
  readonly samples: Readonly<Record<string, FakeTokenType>>;
}

export async function startTokenEmulator(
  service: ServiceDescription,
  { port, record, basePath = '' }: TokenEmulatorOptions,
): Promise<TokenEmulator> {
  const { book, mails = [] } = service;
  const server = await startEmulator({
    routes: Object.fromEntries(
      Object.entries(service.routes).map(([pattern, handler]) => [
        pattern.replace(' ', ` ${basePath}`),
        handler,
      ]),
    ),
    notFound: service.notFound,
    ...(port === undefined ? {} : { port }),
    ...(record === undefined ? {} : { record }),
  });
  const mint = (type: FakeTokenType, details = service.token) => book.add(type, details).value;
  return {
    server,
    book,
    mails,
    mint,
    environment: service.environment(server.url + basePath),
    samples: Object.fromEntries(
      Object.entries(service.samples).map(([name, type]) => [name, mint(type)]),
    ),
    revokes: service.revokes,
    async issue(count) {
      return Array.from({ length: count }, () => {
        const token = mint(service.issues);
        return { target: token, id: shownAs(token), token };
      });
    },
    isAlive: (token) => book.stateOf(token) === 'active',
    elapse: (ms) => book.elapse(ms),
    snapshot: () => bookAsJson(book),
    close: () => server.close(),
  };
}

/** The token of an `Authorization: Bearer` header. */
export function bearerOf({ headers }: SeenRequest): string | undefined {
  return /^(?:bearer|token) +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
}

/** The time as `2026-12-01T00:00:00.000Z`; null for never. */
export function isoTime(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString();
}

/** The strings of a JSON body's list; undefined where it is no list of strings. */
export function stringsIn(value: unknown): readonly string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return value.every((one) => typeof one === 'string') ? value : undefined;
}

/** Revokes a token and mails its owner, once. */
export function revokeAndMail(book: TokenBook, mails: Mail[], token: BookedToken): void {
  if (book.revoke(token)) mails.push({ to: token.owner, about: shownAs(token.value) });
}
