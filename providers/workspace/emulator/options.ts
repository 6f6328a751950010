/** What the workspace emulator is started with, and what it offers beyond the common contract. */
import type { Emulator, Issued } from '../../../src/contract/index.js';
import type { Contract, Times } from './contracts.js';
import type { RateLimit } from './rate-limit.js';
import type { WorkspaceSnapshot } from './state.js';

export interface WorkspaceEmulatorOptions {
  readonly port?: number;
  /** Whether `server.requests` is kept; true without it. */
  readonly record?: boolean;
  /** The shapes of the answers; `models` without it. */
  readonly contract?: Contract;
  /** Writes every time of an answer in this form, whatever the contract says. */
  readonly times?: Times;
  /** false: the open-source edition, which has no token routes at all. */
  readonly tokenApi?: boolean;
  /** Whether token values are `wst_…` and no JWTs. */
  readonly opaque?: boolean;
  /** The status of a second revocation; 200 repeats the first answer. 409 without it. */
  readonly alreadyRevoked?: 200 | 400 | 409 | 410;
  /** How the legacy contract refuses a DELETE of a token; 404 without it. */
  readonly legacyDelete?: 404 | 405;
  /** Whether a proxy in front resolves dot segments; true without it. */
  readonly ingress?: boolean;
  readonly rateLimit?: RateLimit;
  /** The clock, in milliseconds since the epoch. */
  readonly now?: () => number;
}

export interface NewWorkspace {
  /** Names need not differ. */
  readonly name: string;
  /** A random UUID without it. */
  readonly id?: string;
  /** The user it belongs to; the seeded user without it. */
  readonly owner?: string;
  /** `['echo']` without it. */
  readonly servers?: readonly string[];
}

export interface NewToken {
  /** The demo workspace without it. */
  readonly workspaceId?: string;
  readonly jti?: string;
  /** Milliseconds since the epoch; null: never; a year from now without it. */
  readonly expiresAt?: number | null;
  /** Milliseconds since the epoch; now without it. */
  readonly createdAt?: number;
  /** When it was revoked, in milliseconds since the epoch; live without it. */
  readonly revokedAt?: number;
}

export interface NewLogin {
  readonly userId?: string;
  readonly organizationId?: string;
  /** Milliseconds since the epoch; a year from now without it. */
  readonly expiresAt?: number;
}

export interface WorkspaceEmulator extends Emulator {
  readonly contract: Contract;
  /** The HS256 key of its JWTs. */
  readonly secret: Uint8Array;
  /** The whole state, in a form that tests compare. */
  stateFiles(): Readonly<Record<string, string>>;
  snapshot(): WorkspaceSnapshot;
  /** Adds a workspace and tells its id. */
  addWorkspace(workspace: NewWorkspace): string;
  /** Adds one token, live or not. Rejects when there is no such workspace. */
  addToken(token?: NewToken): Promise<Issued>;
  /**
   * Adds live tokens `<prefix>0` … `<prefix>n-1` that have no value: nothing is signed, so that a
   * million take about a second. Throws when there is no such workspace.
   */
  issueBare(count: number, prefix?: string, workspaceId?: string): readonly string[];
  /** A bearer for a logged-in user. */
  login(login?: NewLogin): Promise<string>;
  /** From now on at most so many requests to the control plane; no limit without one. */
  setRateLimit(limit?: RateLimit): void;
}
