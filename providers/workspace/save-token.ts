/** Where a new token is kept: where the old one was, else in this program's own state file. */
import { isRevokeError, parseJson, refusedError, rfc3339 } from '../../src/contract/index.js';
import type { NewToken } from './create-token.js';
import type { Session } from './session.js';
import { stateKey, statePath, updateState, withToken } from './stored-state.js';
import { timeOrNull } from './tokens.js';

/** ntcli must have an end: what it stores itself for a token that has none. */
const YEAR_MS = 365 * 24 * 3600 * 1000;

type Json = Record<string, unknown>;

/** The file that a new token would go to. */
export function savingPlace({ context, current }: Session): string {
  return current?.path ?? statePath(context);
}

/**
 * Stores the token in one step that survives a crash.
 * @throws an error `conflict` where the stored token is no longer the one that this run found
 */
export async function saveToken(session: Session, fresh: NewToken): Promise<void> {
  const { context, current, endpoint, workspace } = session;
  if (current?.where === 'ntcli') {
    return context.files.update(current.path, (text) => inNtcli(text, session, fresh));
  }
  const key = stateKey(endpoint.url, workspace.id);
  await updateState(context, (state) => {
    if (state.tokens[key]?.token !== current?.token) throw conflict(statePath(context));
    return withToken(state, key, {
      token: fresh.token,
      jti: fresh.jti ?? null,
      ...(fresh.expiresAt !== undefined && { expires_at: timeOrNull(fresh.expiresAt) }),
      saved_at: rfc3339(context.clock.now()),
    });
  });
}

/** ntcli's file with the one item changed, and every other key as it was. */
function inNtcli(text: string | undefined, session: Session, fresh: NewToken): string {
  const { context, current } = session;
  const path = current?.path ?? '';
  const config = objectOf(parsed(text, path));
  const items = objectOf(objectOf(config['workspaces'])['items']);
  const item = objectOf(items[current?.key ?? '']);
  if (item['access_token'] !== current?.token) throw conflict(path);
  item['access_token'] = fresh.token;
  item['token_type'] ??= 'Bearer';
  item['expires_at'] = fresh.expiresAt ?? context.clock.now() + YEAR_MS;
  if (fresh.jti === undefined) delete item['jti'];
  else item['jti'] = fresh.jti;
  if (Array.isArray(fresh.scope)) item['scope'] = fresh.scope;
  return `${JSON.stringify(config, null, 2)}${text?.endsWith('\n') ? '\n' : ''}`;
}

function parsed(text: string | undefined, path: string): unknown {
  const value = parseJson(text ?? '');
  if (value === undefined) throw conflict(path);
  return value;
}

function objectOf(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}

function conflict(path: string) {
  return refusedError({
    code: 'conflict',
    message: `${path} was changed by another program meanwhile`,
    hint: 'check the current token: revoke workspace show',
  });
}

/** Why a file could not be written, in words that hold no secret. */
export function reasonOf(error: unknown): string {
  if (isRevokeError(error)) return error.message;
  const { code, name } = error as { code?: unknown; name?: unknown };
  return String(code ?? name);
}
