/** `revoke workspace create`: a new token, printed once, stored only when asked to. */
import type { Context, Options, Report } from '../../src/contract/index.js';
import { listTokens } from './client.js';
import { issueToken, type NewToken } from './create-token.js';
import { lifetimeFrom } from './lifetime.js';
import { reasonOf, savingPlace, saveToken } from './save-token.js';
import { connect, type Session } from './session.js';
import { timeOrNull } from './tokens.js';

export async function create(context: Context, options: Options): Promise<Report> {
  const expiresIn = lifetimeFrom(options, context.clock.now());
  const wantsSave = options.flag('save');
  const session = await connect(context, wantsSave);
  const before = await listTokens(session.api, session.workspace.id);
  const fresh = await issueToken(session, before, expiresIn);
  const isSaved = !wantsSave || (await save(session, fresh));
  const expires = timeOrNull(fresh.expiresAt);
  return {
    json: { token: fresh.token, jti: fresh.jti ?? null, expires_at: expires },
    text: [
      `New token created: ${fresh.token}`,
      `Token JTI: ${fresh.jti ?? '-'}`,
      `Expires: ${expires ?? (fresh.expiresAt === null ? 'Never' : '-')}`,
    ],
    secretToPrint: fresh.token,
    ...(isSaved ? {} : { ending: 'failed' }),
  };
}

/** The token is printed either way: what cannot be saved is a warning, and exit code 1. */
async function save(session: Session, fresh: NewToken): Promise<boolean> {
  const { context, current } = session;
  try {
    await saveToken(session, fresh);
  } catch (error) {
    context.log.warn(`the new token was not saved in ${savingPlace(session)}: ${reasonOf(error)}`);
    return false;
  }
  if (current) {
    const jti = current.jti ?? 'its JTI is unknown';
    context.log.warn(`the token that was stored before (${jti}) is still active`);
  }
  return true;
}
