/** `revoke workspace show`: the stored token, checked with the server's list. */
import {
  claimsOf,
  type Context,
  type Ending,
  isRevokeError,
  type Options,
  type Report,
  type RevokeError,
  rfc3339,
  usageError,
} from '../../src/contract/index.js';
import { listTokens } from './client.js';
import { warnOfLeftovers, unfinished } from './orphaned-tokens.js';
import { connectFrom, readLocal, type Local, type Session } from './session.js';
import { findStored, type Stored } from './current-token.js';
import { isPartial, tokenFacts, type TokenFacts } from './tokens.js';
import { chooseByName, describe, locate, type Workspace } from './workspace.js';

const DAY_MS = 24 * 3600 * 1000;

/** What is known of the stored token; `valid` is null where nobody could check. */
interface Checked {
  readonly status: 'active' | 'expired' | 'revoked' | 'invalid' | 'unknown';
  readonly valid: boolean | null;
  readonly why?: string;
  readonly ending: Ending;
  readonly listed?: TokenFacts;
}

interface Held {
  readonly workspace: Workspace;
  readonly current: Stored | undefined;
}

export async function show(context: Context, options: Options): Promise<Report> {
  const local = await readLocal(context, false);
  const session = await attempt(connectFrom(local));
  const held = isRevokeError(session) ? await fromFiles(local) : session;
  const { current, workspace } = held;
  if (!current) {
    throw usageError(
      'No workspace token found',
      'for one: revoke workspace create --save',
      'no_current_token',
    );
  }
  const checked = isRevokeError(session)
    ? unchecked(current, session, context.clock.now())
    : await check(session, current);
  return report(context, { workspace, current, checked, reveal: options.flag('showToken') });
}

/** The value, or the error that keeps it away; bad usage is thrown. */
async function attempt<T>(work: Promise<T>): Promise<T | RevokeError> {
  try {
    return await work;
  } catch (error) {
    if (isRevokeError(error) && error.kind !== 'usage') return error;
    throw error;
  }
}

/** Without a login or a server: what the files tell. */
async function fromFiles(local: Local): Promise<Held> {
  const { context, ntcli } = local;
  const found = locate(await context.setting('workspace'), ntcli);
  const workspace = 'wanted' in found ? chooseByName(found, ntcli, undefined) : found;
  return { workspace, current: findStored(local, workspace.id) };
}

async function check(session: Session, current: Stored): Promise<Checked> {
  const { context, api, workspace } = session;
  const now = context.clock.now();
  const list = await attempt(listTokens(api, workspace.id));
  if (isRevokeError(list)) return unchecked(current, list, now);
  warnOfLeftovers(context, unfinished(session), { list, current: current.jti });
  const item = list.tokens.find(({ jti }) => jti === current.jti);
  const hasEnded = typeof current.expiresAt === 'number' && current.expiresAt <= now;
  if (!isWellFormed(current.token))
    return { status: 'invalid', valid: false, why: 'Token format is invalid', ending: 'failed' };
  if (item) {
    const listed = tokenFacts(item, now);
    const status = listed.status === 'active' && hasEnded ? 'expired' : listed.status;
    return {
      status,
      valid: status === 'active',
      ending: status === 'active' ? 'done' : 'failed',
      listed,
    };
  }
  if (hasEnded) return { status: 'expired', valid: false, ending: 'failed' };
  if (current.jti === undefined || isPartial(list)) {
    const why = 'Unable to validate token with server: its JTI cannot be looked up';
    return { status: 'unknown', valid: null, why, ending: 'unknown' };
  }
  const why = 'the server does not list it among the tokens of this workspace';
  return { status: 'invalid', valid: false, why, ending: 'failed' };
}

function unchecked(current: Stored, error: RevokeError, now: number): Checked {
  if (!isWellFormed(current.token))
    return { status: 'invalid', valid: false, why: 'Token format is invalid', ending: 'failed' };
  if (typeof current.expiresAt === 'number' && current.expiresAt <= now)
    return { status: 'expired', valid: false, ending: 'failed' };
  const why = `Unable to validate token with server: ${error.message}`;
  return {
    status: 'unknown',
    valid: null,
    why,
    ending: error.kind === 'credentials' ? 'credentials' : 'unknown',
  };
}

/** A JWT that can be read, or an opaque value that can travel in a header. */
function isWellFormed(token: string): boolean {
  if (!/^[\x21-\x7e]+$/.test(token)) return false;
  return !token.startsWith('eyJ') || claimsOf(token) !== undefined;
}

const STATUS: Readonly<Record<Checked['status'], string>> = {
  active: 'Active',
  expired: 'Expired',
  revoked: 'Revoked',
  invalid: 'Invalid',
  unknown: 'Cannot validate with server',
};

interface Shown {
  readonly workspace: Workspace;
  readonly current: Stored;
  readonly checked: Checked;
  /** --show-token was given. */
  readonly reveal: boolean;
}

function report(context: Context, { workspace, current, checked, reveal }: Shown): Report {
  const { status, valid, why, ending, listed } = checked;
  const created = listed?.createdAt ?? current.createdAt;
  const end = current.expiresAt ?? listed?.expiresAt ?? current.expiresAt;
  const left = typeof end === 'number' ? end - context.clock.now() : undefined;
  return {
    json: {
      jti: current.jti ?? null,
      created_at: written(created),
      expires_at: written(end),
      status,
      workspace_id: workspace.id,
      is_valid: valid,
      days_until_expiry: left === undefined ? null : Math.max(0, Math.floor(left / DAY_MS)),
      validation: { checked: valid !== null && listed !== undefined, reason: why ?? null },
      stored_in: current.path,
      ...(reveal && { token: current.token }),
    },
    text: [
      'Workspace Token Information',
      `JTI:        ${current.jti ?? '-'}`,
      `Created:    ${written(created) ?? '-'}`,
      `Expires:    ${written(end) ?? (end === null ? 'Never' : '-')}`,
      `Status:     ${STATUS[status]}`,
      `Workspace:  ${describe(workspace)}`,
      ...(reveal ? [`Token:      ${current.token}`] : []),
      ...(why === undefined ? [] : [why]),
      ...(valid === true ? ['Token is valid and ready to use.'] : []),
      ...(valid === false ? ['Token is not valid. For a new one: revoke workspace refresh'] : []),
    ],
    ...(reveal && { secretToPrint: current.token }),
    ending,
  };
}

function written(ms: number | null | undefined): string | null {
  return typeof ms === 'number' ? rfc3339(ms) : null;
}
