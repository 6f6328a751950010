/** What refreshes that did not end have left active. */
import type { Context } from '../../src/contract/index.js';
import type { ListAnswer, Pending } from './schema.js';
import type { Session } from './session.js';
import { stateKey } from './stored-state.js';
import { statusOf, timeMs } from './tokens.js';

/** How long before and after its start a token may be dated that an unfinished refresh made. */
const CLOCK_SKEW_MS = 5 * 60_000;
const LONGEST_REFRESH_MS = 10 * 60_000;

export interface Leftover {
  readonly jti: string;
  /** What it is, in words. */
  readonly what: string;
}

/** The tokens of a workspace, as its list shows them at a moment. */
export interface ListedTokens {
  readonly list: ListAnswer;
  /** The JTI of the one in use. */
  readonly current: string | undefined;
  readonly now: number;
}

/** The refreshes of this workspace that did not end. */
export function unfinished({ state, endpoint, workspace }: Session): readonly Pending[] {
  return state.pending[stateKey(endpoint.url, workspace.id)] ?? [];
}

/** The tokens of one unfinished refresh that the list shows as active and that are not in use. */
export function leftoversOf(
  pending: Pending,
  { list, current, now }: ListedTokens,
): readonly Leftover[] {
  const { stage, old_jti: old, new_jti: fresh, before } = pending;
  const started = timeMs(pending.started_at) ?? 0;
  const known = stage === 'creating' ? new Set(before) : undefined;
  return list.tokens.flatMap((token): Leftover[] => {
    const { jti } = token;
    if (jti === current || statusOf(token, now) !== 'active') return [];
    if (jti === old) return [{ jti, what: 'the old token' }];
    if (jti === fresh) return [{ jti, what: 'a new token that was not saved' }];
    if (!known || known.has(jti)) return [];
    const created = timeMs(token.created_at) ?? started;
    const inTime = created >= started - CLOCK_SKEW_MS && created <= started + LONGEST_REFRESH_MS;
    return inTime ? [{ jti, what: 'a token that it may have created' }] : [];
  });
}

/** Says what is still active, each once, with the command that revokes it. */
export function warnOfLeftovers(
  context: Context,
  unfinished: readonly Pending[],
  { list, current }: Omit<ListedTokens, 'now'>,
): void {
  const now = context.clock.now();
  const named = new Set<string>();
  for (const pending of unfinished) {
    for (const { jti, what } of leftoversOf(pending, { list, current, now })) {
      if (named.has(jti)) continue;
      named.add(jti);
      context.log.warn(
        `a refresh was interrupted: ${what}, ${jti}, is still active; to revoke it: revoke workspace ${jti.startsWith('-') ? `-- ${jti}` : jti}`,
      );
    }
  }
}
