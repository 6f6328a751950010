/** A family of tokens: those that are checked and revoked in the same way, by their values. */
import type { Answer } from './answer.js';
import type { Response } from './http.js';
import type { CheckResult, Facts } from './lane.js';
import type { Shape } from './shape.js';

/** Where requests may go, as data. */
export interface EndpointSpec {
  /** Environment variables with a base URL; the first that is set counts. */
  readonly env: readonly [string, ...string[]];
  /** Without it, one of the variables (or --endpoint) must be set. */
  readonly default?: string;
  /** The service has other instances: a token that is not known at the default may be one of theirs. */
  readonly instances?: boolean;
}

export interface FamilyRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** After the base URL; built with path`…` where a value stands in it. */
  readonly path: string;
  /** The endpoint's name; the family's own without it. */
  readonly to?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A body of JSON, or of a form. */
  readonly json?: unknown;
  readonly form?: Readonly<Record<string, string>>;
  /** Without the token as its login. */
  readonly anonymous?: boolean;
}

/** What a family's functions are given. */
export interface FamilyTools {
  /**
   * Sends to the family's base URL. The token is its login (see `Family.login`); it goes to no other
   * host, and a redirect is never followed.
   */
  send(request: FamilyRequest): Promise<Response>;
  /** The error of an answer that is not documented, to throw. It never speaks for other tokens. */
  unexpected(response: Response): Error;
  /** The base URL. */
  readonly endpoint: string;
  /** Nobody named another instance than the default. */
  readonly isDefaultInstance: boolean;
}

/** How the tokens of a family are checked; each of these has a default. */
export interface FamilyChecks {
  /** It stands in outcomes: `token`, `introspection`. */
  readonly method?: string;
  readonly perSecond?: number;
  /** Without --verify, only the first so many tokens of a run are checked. */
  readonly usualTargets?: number;
  /** Checks of the run end at the first answer with one of these, which is not waited out. */
  readonly stopOn?: readonly number[];
  /** Checks of the run end after so many tokens in a row that were inactive before. */
  readonly mostInactive?: number;
  /** Checks end when fewer requests of the pace are left; inactive answers count against it too. */
  readonly leave?: number;
  /** An inactive answer right after an active one is asked for once more; true without it. */
  readonly confirms?: boolean;
}

export interface Family {
  /** Unique in its provider; the type of the first shape without it. */
  readonly name?: string;
  readonly shapes: readonly Shape[];
  /** `self`: a token revokes itself. `none`: whoever has it can revoke it, without a login. */
  readonly login: 'none' | 'self';
  /** The header that carries the token as it is; `Authorization: Bearer` without it. */
  readonly loginHeader?: string;
  /** The endpoint's name; the first of the provider without it. */
  readonly endpoint?: string;
  /** Tokens in one request; 1 without it. */
  readonly batch?: number;
  /** Requests in flight. */
  readonly concurrency?: number;
  /** So many requests may leave at once in any span of so many seconds. */
  readonly pace?: { readonly requests: number; readonly seconds: number };
  /** See `Lane.maxSplits`. */
  readonly maxSplits?: number;
  /** What else happens when such a token is revoked; people read it before they agree. */
  readonly consequences?: readonly string[];
  readonly checks?: FamilyChecks;
  /** Says whether a token is active, with the token as login. Absent: nobody can see it. */
  check?(token: string, tools: FamilyTools): Promise<CheckResult>;
  /** Revokes one token. */
  revoke?(token: string, tools: FamilyTools): Promise<Answer>;
  /** Revokes many: one answer for each, in their order, or one that is true of all. */
  revokeBatch?(tokens: readonly string[], tools: FamilyTools): Promise<Answer | readonly Answer[]>;
  /** What every outcome of such a token carries, read from the token alone. */
  facts?(token: string): Facts;
}
