/** The end of the old token: revoked, and looked at in the list. */
import {
  type Ending,
  endingOf,
  isRevokeError,
  outcomeError,
  rfc3339,
  type Verdict,
} from '../../src/contract/index.js';
import { listTokens } from './client.js';
import type { ListAnswer } from './schema.js';
import type { Session } from './session.js';
import { sightOf, timeMs, type Shown } from './tokens.js';
import { revokeToken } from './judge-revocation.js';

export interface OldTokenResult {
  readonly status:
    'revoked' | 'already_revoked' | 'not_found' | 'accepted' | 'alive' | 'unknown' | 'failed';
  /** RFC 3339; null: not known. */
  readonly revokedAt: string | null;
  readonly why?: string;
  readonly ending: Ending;
  /** The list after it, where there is one. */
  readonly after: ListAnswer | undefined;
}

interface RevokeResponse {
  readonly verdict: Verdict;
  readonly ending: Ending;
}

/** Revokes the old token and says what became of it. Never throws for what the server does. */
export async function revokeOldToken(
  session: Session,
  jti: string | undefined,
  before: ListAnswer,
): Promise<OldTokenResult> {
  if (jti === undefined) {
    const why = 'the JTI of the old token is not known';
    return { status: 'unknown', revokedAt: null, why, ending: 'unknown', after: undefined };
  }
  const now = session.context.clock.now();
  const { verdict, ending } = await ask(session, jti);
  const after = await look(session);
  const was = stateIn(before, jti, now);
  const is = after ? stateIn(after, jti, now) : 'unclear';
  const status = judge(verdict, was, is);
  const told = verdict['revoked_at'];
  const listed = timeMs((after ?? before).tokens.find((token) => token.jti === jti)?.revoked_at);
  return {
    status,
    revokedAt: typeof told === 'string' ? told : listed === undefined ? null : rfc3339(listed),
    ...(verdict.error && { why: verdict.error.message }),
    ending: endingOfOld(status, ending),
    after,
  };
}

function endingOfOld(status: OldTokenResult['status'], refused: Ending): Ending {
  if (status === 'unknown') return 'unknown';
  if (status === 'alive') return 'failed';
  return status === 'failed' ? refused : 'done';
}

async function ask({ api, workspaceRef }: Session, jti: string): Promise<RevokeResponse> {
  try {
    return { verdict: await revokeToken(api, workspaceRef, jti), ending: 'failed' };
  } catch (error) {
    if (!isRevokeError(error)) throw error;
    const status = error.inDoubt ? 'unknown' : 'failed';
    const verdict: Verdict = { target: jti, status, error: outcomeError(error) };
    return { verdict, ending: endingOf(error) };
  }
}

async function look({ api, workspace, context }: Session): Promise<ListAnswer | undefined> {
  try {
    return await listTokens(api, workspace.id);
  } catch (error) {
    if (!isRevokeError(error)) throw error;
    context.log.warn(`the old token could not be checked: ${error.message}`);
    return undefined;
  }
}

function stateIn(list: ListAnswer, jti: string, now: number): Shown {
  return sightOf(list, [jti], list.serverTime ?? now).of(jti);
}

function judge(verdict: Verdict, was: Shown, is: Shown): OldTokenResult['status'] {
  if (was === 'revoked' || verdict.status === 'already_revoked') return 'already_revoked';
  const died = was === 'active' && is !== 'active' && is !== 'unclear';
  if (verdict.status === 'revoked') return is === 'active' ? 'alive' : 'revoked';
  if (died) return 'revoked';
  if (verdict.error?.code === 'not_found') return is === 'active' ? 'alive' : 'not_found';
  if (verdict.status === 'accepted') return is === 'active' ? 'alive' : 'accepted';
  return verdict.status === 'failed' ? 'failed' : 'unknown';
}
