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
import type { ListAnswer, ListedToken } from './schema.js';
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
  const { clock } = session.context;
  const was = stateIn(before, jti, clock.now());
  const { verdict, ending } = await ask(session, jti);
  const after = await look(session);
  const is = after ? stateIn(after, jti, clock.now()) : 'unclear';
  const hasExpired = endedIn(before, jti, after?.serverTime ?? clock.now());
  const status = judge(verdict, was, is === 'absent' && hasExpired ? 'expired' : is);
  const told = verdict['revoked_at'];
  const listed = timeMs(entryIn(after ?? before, jti)?.revoked_at);
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

function entryIn({ tokens }: ListAnswer, jti: string): ListedToken | undefined {
  return tokens.find((token) => token.jti === jti);
}

/** Whether a token's end, as a list has it, has passed since. */
function endedIn(list: ListAnswer, jti: string, now: number): boolean {
  const end = timeMs(entryIn(list, jti)?.expires_at);
  return end !== undefined && end <= now;
}

/** What is listed as active is not revoked, whatever was answered; what has expired was not either. */
function judge({ status, error }: Verdict, was: Shown, is: Shown): OldTokenResult['status'] {
  const isUnknown = error?.code === 'not_found';
  if (is === 'active' && !isUnknown && (status === 'failed' || status === 'unknown')) return status;
  if (is === 'active') return 'alive';
  if (was === 'revoked' || status === 'already_revoked') return 'already_revoked';
  const isGone = was === 'active' && (is === 'revoked' || is === 'absent');
  if (status === 'revoked' || isGone) return 'revoked';
  if (isUnknown) return 'not_found';
  return status === 'accepted' || status === 'failed' ? status : 'unknown';
}
