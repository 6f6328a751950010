/**
 * `revoke workspace refresh`: create, save, revoke the old one, check, in that order. Whenever it
 * is killed, a stored token works, and the record on disk tells the next run what is still active.
 */
import {
  type Context,
  isRevokeError,
  type Options,
  refusedError,
  type Report,
  rfc3339,
  usageError,
} from '../../src/contract/index.js';
import { listTokens } from './client.js';
import { issueToken, type NewToken } from './create-token.js';
import { warnOfLeftovers, unfinished } from './orphaned-tokens.js';
import { lifetimeFrom } from './lifetime.js';
import { begin, record, finishedRefreshes, removeEntries } from './refresh-log.js';
import { revokeOldToken, type OldTokenResult } from './revoke-old-token.js';
import { reasonOf, savingPlace, saveToken } from './save-token.js';
import type { ListAnswer, Pending } from './schema.js';
import { connect, type Session } from './session.js';
import { revokeToken } from './judge-revocation.js';

export async function refresh(context: Context, options: Options): Promise<Report> {
  const expiresIn = lifetimeFrom(options, context.clock.now());
  const session = await connect(context, true);
  if (!session.current) {
    throw usageError(
      'No current token to refresh',
      'for a first one: revoke workspace create --save',
      'no_current_token',
    );
  }
  const before = await listTokens(session.api, session.workspace.id);
  const old = session.current.jti;
  warnOfLeftovers(context, unfinished(session), { list: before, current: old });
  const pending = await begin(session, before);
  const [fresh, created] = await issue(session, { before, pending, expiresIn });
  const saved = await store(session, fresh, created);
  const oldToken = await revokeOldToken(session, old, before);
  await finish(session, { saved, fresh, oldToken });
  return report(session, fresh, oldToken);
}

interface NewRefresh {
  /** The tokens of the workspace before it. */
  readonly before: ListAnswer;
  readonly pending: Pending;
  readonly expiresIn: number;
}

/** The new token exists from here on. A refusal removes the entry; where the result is unknown, it is kept. */
export async function issue(
  session: Session,
  { before, pending, expiresIn }: NewRefresh,
): Promise<readonly [NewToken, Pending]> {
  let fresh: NewToken;
  try {
    fresh = await issueToken(session, before, expiresIn);
  } catch (error) {
    if (isRevokeError(error) && !error.inDoubt) await removeEntries(session, [pending.id]);
    throw error;
  }
  const created: Pending = { ...pending, stage: 'created', new_jti: fresh.jti ?? null };
  await record(session, created);
  return [fresh, created];
}

/** Saves it. Where that fails the token is shown once, and the old one stays active. */
export async function store(session: Session, fresh: NewToken, created: Pending): Promise<Pending> {
  const old = session.current?.jti;
  try {
    await saveToken(session, fresh);
  } catch (error) {
    if (isRevokeError(error) && error.code === 'conflict') {
      const became = await withdraw(session, fresh, created);
      throw error.with({ message: `${error.message}; the new token of this refresh ${became}` });
    }
    const place = savingPlace(session);
    const reason = reasonOf(error);
    session.context.printUnmasked(
      `The new token could not be saved. It is shown this once: ${fresh.token}`,
    );
    throw refusedError({
      code: 'not_saved',
      message: `the new token (${fresh.jti ?? 'JTI unknown'}) could not be saved in ${place}: ${reason}; it was printed above, and the old token was not revoked`,
      hint: `store the new token yourself${old === undefined ? '' : `, then revoke the old one: revoke workspace -- ${old}`}`,
    });
  }
  const saved: Pending = { ...created, stage: 'saved' };
  await record(session, saved);
  return saved;
}

/**
 * Somebody else has replaced the stored token: ours was never given out, and goes again. Returns
 * what became of it.
 */
async function withdraw(session: Session, fresh: NewToken, created: Pending): Promise<string> {
  const { jti } = fresh;
  if (jti === undefined) return 'may still be active: its JTI is not known';
  const stays = `may still be active: revoke workspace -- ${jti}`;
  try {
    const { status } = await revokeToken(session.api, session.workspaceRef, jti);
    if (status !== 'revoked') return stays;
    await removeEntries(session, [created.id]);
    return 'was revoked again, and the stored one stays';
  } catch (error) {
    if (!isRevokeError(error)) throw error;
    session.context.log.warn(error.message);
    return stays;
  }
}

interface SavedRefresh {
  readonly saved: Pending;
  readonly fresh: NewToken;
  readonly oldToken: OldTokenResult;
}

/** Removes this refresh once its old token is inactive, and earlier ones that left nothing active. */
export async function finish(
  session: Session,
  { saved, fresh, oldToken }: SavedRefresh,
): Promise<void> {
  const now = session.context.clock.now();
  const earlier = unfinished(session);
  const { after: list } = oldToken;
  const ids = list ? finishedRefreshes(earlier, { list, current: fresh.jti, now }) : [];
  if (oldToken.ending === 'done') await removeEntries(session, [...ids, saved.id]);
  else if (ids.length > 0) await removeEntries(session, ids);
}

function report({ context, current }: Session, fresh: NewToken, oldToken: OldTokenResult): Report {
  const old = current?.jti;
  const isDone = oldToken.ending === 'done';
  const expires = typeof fresh.expiresAt === 'number' ? rfc3339(fresh.expiresAt) : null;
  const because = oldToken.why === undefined ? '' : `: ${oldToken.why}`;
  if (!isDone && old !== undefined)
    context.log.warn(
      `the old token may still be active${because}; to revoke it: revoke workspace -- ${old}`,
    );
  return {
    json: {
      new_token: { jti: fresh.jti ?? null, expires_at: expires },
      old_token: { jti: old ?? null, revoked_at: oldToken.revokedAt, status: oldToken.status },
      message: isDone
        ? 'Token refreshed successfully'
        : 'The new token is saved, and the old one may still be active',
    },
    text: [
      isDone ? 'Token refreshed successfully.' : 'The new token is saved.',
      `Old token (${old ?? 'JTI unknown'}) ${OLD[oldToken.status]}${isDone ? '' : because}.`,
      `New token expires: ${expires ?? (fresh.expiresAt === null ? 'Never' : '-')}`,
      `New token JTI: ${fresh.jti ?? '-'}`,
    ],
    ending: oldToken.ending,
  };
}

const OLD: Readonly<Record<OldTokenResult['status'], string>> = {
  revoked: 'has been revoked',
  already_revoked: 'was already revoked',
  not_found: 'is not known to the server',
  accepted: 'is being revoked; the server does not confirm it yet',
  alive: 'is still active',
  unknown: 'may not be revoked',
  failed: 'was not revoked',
};
