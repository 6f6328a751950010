/** Revokes one token, and says what was answered. */
import {
  type Http,
  outcomeError,
  type RevokeError,
  type Target,
  type Verdict,
} from '../../src/contract/index.js';
import { revokeToken, type Revocation } from './client.js';
import { jwtExpiry } from './jwt.js';
import type { Run } from './run.js';
import { tokenOf } from './token.js';
import { livesOn } from './words.js';

export async function revokeOne(run: Run, target: Target, http: Http): Promise<Verdict> {
  const given = run.hintOf(target);
  const found = run.checks.foundOf(target);
  const hint = given ?? found?.hint;
  const first = await send(run, { target, http, hint });
  const isHidden = hint === undefined && found !== undefined && found.state !== 'active';
  // Nothing showed it: some servers revoke no refresh token that is not called one.
  const isSentAgain = isHidden && !first.error;
  if (isSentAgain) await revokeAs(run, { target, http, hint: 'refresh_token' });
  return {
    ...verdictOf(target, first.error),
    ...authFacts(first),
    ...(given === undefined && hint !== undefined && { token_type_hint: hint }),
    ...(isSentAgain && { sent_again_as: 'refresh_token' }),
    ...(first.error ? {} : lifeFacts(run, target, hint)),
  };
}

interface Sending {
  readonly target: Target;
  readonly http: Http;
  readonly hint: string | undefined;
}

function revokeAs(run: Run, { target, http, hint }: Sending): Promise<Revocation> {
  const asked = { http, token: tokenOf(target), hint };
  return revokeToken(run.revocation, asked, run.context.clock);
}

/** Throws what speaks for more than this target. */
async function send(run: Run, sending: Sending): Promise<Revocation> {
  const revocation = await revokeAs(run, sending);
  const { error } = revocation;
  if (error?.affects === 'run' || error?.kind === 'credentials') throw error;
  return revocation;
}

function verdictOf(target: Target, error: RevokeError | undefined): Verdict {
  const known = { target: target.id };
  if (!error) return { ...known, status: 'accepted' };
  const expiry = jwtExpiry(tokenOf(target));
  const isActive = error.code === 'unsupported_token_type' && expiry !== undefined;
  const hint = isActive ? `it is active until ${expiry}; ${error.hint}` : error.hint;
  const status = error.inDoubt ? 'unknown' : 'failed';
  return { ...known, status, error: outcomeError(error.with({ hint })) };
}

/** How the client was presented, and what the server rejected before. */
function authFacts({ answer: { used, rejected } }: Revocation): Readonly<Record<string, unknown>> {
  return {
    client_auth: used.method,
    ...(used.form && { client_auth_form: used.form }),
    ...(rejected.length > 0 && { client_auth_rejected: rejected }),
  };
}

function lifeFacts(run: Run, target: Target, hint: string | undefined) {
  const kinds = livesOn(run, target, hint);
  return kinds.length > 0 ? { may_live_on: kinds } : {};
}
