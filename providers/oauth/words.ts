/** What people read: before the question, and after an outcome. */
import type { Outcome, Target } from '../../src/contract/index.js';
import { isJwt, jwtExpiry } from './jwt.js';
import { kindOf } from './ways.js';
import type { Run } from './run.js';
import { tokenOf } from './token.js';

/** The prompt's last lines: what ends with a token is said only where its server's maker says it. */
export function consequences({ known, hintOf }: Run, sample: readonly Target[]): readonly string[] {
  const kinds = new Set(sample.map((target) => likelyKind(target, hintOf(target))));
  const mayBe = (kind: string) => kinds.has(kind) || kinds.has(undefined);
  const lines: string[] = [];
  if (mayBe('refresh_token')) lines.push(REFRESH_LINES[String(known?.refreshEndsAccess)] as string);
  if (mayBe('access_token'))
    lines.push(
      known?.accessEndsRefresh
        ? 'This server ends the whole grant with an access token: its refresh token too.'
        : 'A refresh token may stay active after its access token: revoke it too.',
    );
  return [...lines, 'This action cannot be undone.'];
}

const REFRESH_LINES: Readonly<Record<string, string>> = {
  true: 'This server ends the access tokens of a refresh token with it.',
  false: 'Access tokens stay active after their refresh token on this server: revoke them too.',
  undefined: 'Access tokens may stay active after their refresh token: that depends on the server.',
};

/** Where proof is asked for: which of the tokens cannot be checked, and what lets them be. */
export function uncheckable({ checks, hintOf }: Run, sample: readonly Target[]): readonly string[] {
  const kinds = sample.map((target) => kindOf(target, hintOf(target)));
  const hidden = new Set(kinds.filter((kind) => !checks.canCheck(kind)));
  const lines: string[] = [];
  if (hidden.delete(undefined))
    lines.push(
      'Tokens that nobody calls access tokens cannot be checked here: if they are, add --token-type-hint access_token.',
    );
  if (hidden.size > 0)
    lines.push('Refresh tokens cannot be checked here: no introspection endpoint is known.');
  return lines;
}

/** What is known to stay active, or may, after a token was revoked. */
export function livesOn(run: Run, target: Target, hint: string | undefined): readonly string[] {
  const kind = likelyKind(target, hint);
  if (kind === 'refresh_token')
    return run.known?.refreshEndsAccess === false ? ['access_tokens'] : [];
  // The refresh token of the same response is a target of this run itself.
  if (kind !== 'access_token' || target.group !== undefined) return [];
  return run.known?.accessEndsRefresh ? [] : ['refresh_token'];
}

/** A JWT that nobody calls anything else most likely is an access token: it is spoken of as one. */
function likelyKind(target: Target, hint: string | undefined): string | undefined {
  return kindOf(target, hint) ?? (isJwt(tokenOf(target)) ? 'access_token' : undefined);
}

/** The facts that every outcome of a target carries. */
export function targetFacts(
  target: Target,
  hint: string | undefined,
): Readonly<Record<string, string>> {
  const expiry = jwtExpiry(tokenOf(target));
  return {
    fingerprint: target.id,
    ...(hint === undefined ? {} : { token_type_hint: hint }),
    ...(isJwt(tokenOf(target)) ? { token_format: 'jwt' } : {}),
    ...(expiry === undefined ? {} : { expires_at: expiry }),
  };
}

/** What an outcome leaves open, and what to do. */
export function nextStep(run: Run, outcome: Outcome): string | undefined {
  const { status, sent_again_as: again } = outcome;
  if (again !== undefined) return SENT_AGAIN;
  if (status !== 'accepted' && status !== 'revoked') return undefined;
  const lines = [
    presentation(outcome),
    localValidation(outcome),
    ...staysActive(outcome),
    status === 'accepted' ? proof(run, outcome) : undefined,
  ].filter((line) => line !== undefined);
  return lines.length > 0 ? lines.join('\n') : undefined;
}

const SENT_AGAIN =
  'No check saw it, so that it was sent a second time, as a refresh token. If it is an access token: --token-type-hint access_token';

function presentation(outcome: Outcome): string | undefined {
  const { client_auth: method, client_auth_form: form, client_auth_rejected: rejected } = outcome;
  if (form === 'raw')
    return 'The server does not decode client_secret_basic: the client ID and secret were sent as they are.';
  if (!Array.isArray(rejected)) return undefined;
  return `The server rejected ${rejected.join(', ')}; ${String(method)} was used. To use it at once: --client-auth ${String(method)}`;
}

function localValidation(outcome: Outcome): string | undefined {
  const { token_format: format, token_type_hint: hint, expires_at: expiry } = outcome;
  if (format !== 'jwt' || hint === 'refresh_token') return undefined;
  const end = typeof expiry === 'string' ? `until ${expiry}` : 'until it expires';
  return `It is a JWT: services that validate it locally accept it ${end}.`;
}

function staysActive({ may_live_on: kinds }: Outcome): readonly string[] {
  if (!Array.isArray(kinds)) return [];
  return kinds.map((kind) =>
    kind === 'access_tokens'
      ? 'Access tokens of this refresh token stay active until they expire: revoke them too.'
      : 'If it came with a refresh token, that one may still be active: revoke it too.',
  );
}

function proof({ checks }: Run, outcome: Outcome): string | undefined {
  const { verification, token_type_hint: hint } = outcome;
  if (verification) return undefined;
  const kind = typeof hint === 'string' ? hint : undefined;
  const same = 'The server answers the same for a token it does not know';
  if (checks.canCheck(kind)) return `${same}: --verify checks it before and after.`;
  if (kind === undefined && checks.canCheck('access_token'))
    return `${same}. If it is an access token: --verify --token-type-hint access_token checks it before and after.`;
  return `${same}, and has no way to check it.`;
}
