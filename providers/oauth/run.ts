import type { Context, Target } from '../../src/contract/index.js';
import type { Checks } from './checks.js';
import type { ClientEndpoint } from './client.js';
import type { KnownServer } from './known-servers.js';

/** What one run has at hand. */
export interface Run {
  readonly context: Context;
  readonly revocation: ClientEndpoint;
  readonly checks: Checks;
  readonly known: KnownServer | undefined;
  /** An endpoint that reads alone, and takes the client that revokes; undefined where there is none. */
  readonly login: ClientEndpoint | undefined;
  /** What a token is, as far as anybody said. */
  hintOf(target: Target): string | undefined;
}
