/** A new token, known by its JTI, or what is known of a request without an answer. */
import {
  claimsOf,
  inDoubtError,
  isRevokeError,
  type RevokeError,
  rfc3339,
  textClaim,
  timeClaim,
} from '../../src/contract/index.js';
import { createToken, listTokens } from './client.js';
import type { CreateAnswer, ListAnswer } from './schema.js';
import type { Session } from './session.js';
import { activeJtis, isPartial, timeMs } from './tokens.js';

export interface NewToken {
  readonly token: string;
  readonly jti: string | undefined;
  /** Milliseconds; null: the server says that it never expires; undefined: unknown. */
  readonly expiresAt: number | null | undefined;
  readonly scope: CreateAnswer['scope'];
}

/** A token that lives this much longer than asked for is worth a word, milliseconds. */
const TOLERANCE_MS = 10 * 60_000;

/**
 * Creates a token, which is masked from then on.
 * @param before the list as it was: what appears after it shows the JTI that no answer named
 * @throws where it is unknown whether it was created, an error that names the tokens which have appeared
 */
export async function issueToken(
  session: Session,
  before: ListAnswer,
  expiresIn: number,
): Promise<NewToken> {
  const { context, api, workspace } = session;
  const asked = context.clock.now();
  let answer: Awaited<ReturnType<typeof createToken>>;
  try {
    answer = await createToken(api, workspace.id, expiresIn);
  } catch (error) {
    throw isRevokeError(error) && error.inDoubt ? await lost(session, before, error) : error;
  }
  context.mask(answer.value);
  const claims = claimsOf(answer.value);
  const own = textClaim(claims, 'jti');
  if (own !== undefined && answer.jti && answer.jti !== own)
    context.log.warn(`the server gave another JTI than the new token has; its own is ${own}`);
  const jti = own ?? (answer.jti || (await onlyNew(session, before)));
  const expiresAt = timeClaim(claims, 'exp') ?? endOf(answer, asked);
  const wanted = asked + expiresIn * 1000;
  if (expiresAt === null || (expiresAt !== undefined && expiresAt > wanted + TOLERANCE_MS)) {
    const end = expiresAt === null ? 'without an expiry' : `until ${rfc3339(expiresAt)}`;
    context.log.warn(`the server made the new token valid for longer than asked for: ${end}`);
  }
  return { token: answer.value, jti, expiresAt, scope: answer.scope };
}

function endOf(answer: CreateAnswer, asked: number): number | null | undefined {
  const at = timeMs(answer.expires_at);
  if (at !== undefined) return at;
  if (typeof answer.expires_in === 'number') return asked + answer.expires_in * 1000;
  return answer.expires_at === null || answer.expires_in === null ? null : undefined;
}

async function onlyNew(session: Session, before: ListAnswer): Promise<string | undefined> {
  const appeared = await appearedSince(session, before);
  const [jti, ...others] = appeared ?? [];
  if (jti !== undefined && others.length === 0) return jti;
  session.context.log.warn('the JTI of the new token could not be found');
  return undefined;
}

/** The active JTIs that were not there before; undefined where nobody can look. */
async function appearedSince(
  { context, api, workspace }: Session,
  before: ListAnswer,
): Promise<readonly string[] | undefined> {
  const known = new Set(before.tokens.map(({ jti }) => jti));
  try {
    const after = await listTokens(api, workspace.id);
    if (isPartial(before) || isPartial(after)) {
      context.log.warn('the list of tokens is not complete, so a new token cannot be found in it');
      return undefined;
    }
    return activeJtis(after, context.clock.now()).filter((jti) => !known.has(jti));
  } catch (error) {
    if (!isRevokeError(error)) throw error;
    context.log.warn(`the tokens could not be listed: ${error.message}`);
    return undefined;
  }
}

async function lost(
  session: Session,
  before: ListAnswer,
  error: RevokeError,
): Promise<RevokeError> {
  const appeared = await appearedSince(session, before);
  const names = appeared?.join(' ') ?? '';
  const found =
    appeared === undefined
      ? 'a token may have been created'
      : appeared.length === 0
        ? 'no new token has appeared so far'
        : `since then ${appeared.join(', ')} appeared in the list, and its value is lost`;
  return inDoubtError({
    code: error.code,
    message: `${error.message}; ${found}`,
    hint: names
      ? `to revoke it: revoke workspace -- ${names}`
      : 'check again: revoke workspace list',
    providerCode: error.providerCode,
  });
}
