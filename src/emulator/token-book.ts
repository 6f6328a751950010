/** The live tokens of an emulated service: who holds them, until when, and since when they are revoked. */
import { randomUUID } from 'node:crypto';
import { shortFingerprintOf } from '../contract/fingerprint.js';
import { makeToken, type FakeTokenType } from './fake-tokens.js';

export interface NewToken {
  readonly owner?: string;
  readonly scopes?: readonly string[];
  /** Milliseconds; without it the token never expires. */
  readonly lifetimeMs?: number;
}

export interface BookedToken {
  readonly value: string;
  readonly type: FakeTokenType;
  readonly owner: string;
  readonly scopes: readonly string[];
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly expiresAt: number | undefined;
  /** From then on it is refused; a service may take its time. */
  revokedFrom?: number;
}

export type TokenState = 'active' | 'revoked' | 'expired' | 'unknown';

export interface TokenBook {
  /** What the service takes for the time, ms since the epoch. */
  now(): number;
  elapse(ms: number): void;
  add(type: FakeTokenType, details?: NewToken): BookedToken;
  find(value: string | undefined): BookedToken | undefined;
  stateOf(value: string | undefined): TokenState;
  /** Whether this call revoked it: false where it was not active, or its end is under way. */
  revoke(token: BookedToken): boolean;
  all(): readonly BookedToken[];
}

export interface BookOptions {
  /** The clock, in milliseconds since the epoch. */
  readonly now?: () => number;
  /** How long a revocation takes to be in force, ms; 0 without it. */
  readonly takesEffectAfterMs?: number;
}

export function createTokenBook(options: BookOptions = {}): TokenBook {
  const tokens = new Map<string, BookedToken>();
  const seed = randomUUID();
  const clock = options.now ?? Date.now;
  let elapsed = 0;
  const now = () => clock() + elapsed;

  function stateOf(value: string | undefined): TokenState {
    const token = value === undefined ? undefined : tokens.get(value);
    if (!token) return 'unknown';
    if (token.revokedFrom !== undefined && token.revokedFrom <= now()) return 'revoked';
    return token.expiresAt !== undefined && token.expiresAt <= now() ? 'expired' : 'active';
  }

  return {
    now,
    elapse: (ms) => void (elapsed += ms),
    add(type, { owner = 'octavia', scopes = [], lifetimeMs } = {}) {
      const createdAt = now();
      const value = makeToken(type, `${seed}/${tokens.size}`);
      const expiresAt = lifetimeMs === undefined ? undefined : createdAt + lifetimeMs;
      const token: BookedToken = { value, type, owner, scopes, createdAt, expiresAt };
      tokens.set(value, token);
      return token;
    },
    find: (value) => (value === undefined ? undefined : tokens.get(value)),
    stateOf,
    revoke(token) {
      if (token.revokedFrom !== undefined || stateOf(token.value) !== 'active') return false;
      token.revokedFrom = now() + (options.takesEffectAfterMs ?? 0);
      return true;
    },
    all: () => [...tokens.values()],
  };
}

/** The name under which a secret is shown: its fingerprint. */
export function shownAs(secret: string): string {
  return shortFingerprintOf(secret);
}

/** The state of every token as plain JSON, without the tokens. */
export function bookAsJson(book: TokenBook): readonly Readonly<Record<string, unknown>>[] {
  return book.all().map(({ value, type, owner }) => ({
    id: shownAs(value),
    type,
    owner,
    state: book.stateOf(value),
  }));
}
