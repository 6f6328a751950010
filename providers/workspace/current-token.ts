/** The current token of a workspace: the one that ntcli or this program has stored. */
import { claimsOf, type Context, timeClaim } from '../../src/contract/index.js';
import { jtiOf, tokenOfItem, type Ntcli } from './login.js';
import type { NtcliItem, StateFile } from './schema.js';
import { stateKey, statePath } from './stored-state.js';
import { timeMs, uuidOf } from './tokens.js';

export interface Stored {
  readonly where: 'ntcli' | 'state';
  readonly path: string;
  /** The key of its entry in that file. */
  readonly key: string;
  readonly token: string;
  readonly jti: string | undefined;
  /** Milliseconds; null: never; undefined: unknown. */
  readonly expiresAt: number | null | undefined;
  readonly createdAt: number | undefined;
}

/** Where a token may be stored. */
interface TokenPlaces {
  readonly context: Context;
  readonly ntcli: Ntcli;
  readonly state: StateFile;
  readonly endpoint: { readonly url: string };
}

/**
 * Finds it, and masks it. A JTI that stands beside a JWT and differs from its claim is not believed.
 */
export function findStored(
  { context, ntcli, state, endpoint }: TokenPlaces,
  workspaceId: string,
): Stored | undefined {
  const entry = ntcliEntry(ntcli, workspaceId);
  if (entry) {
    const [key, item, token] = entry;
    return stored(context, {
      where: 'ntcli',
      path: ntcli.path,
      key,
      token,
      jti: item.jti,
      end: item.expires_at === null ? undefined : timeMs(item.expires_at),
    });
  }
  const key = stateKey(endpoint.url, workspaceId);
  const saved = state.tokens[key];
  if (!saved) return undefined;
  return stored(context, {
    where: 'state',
    path: statePath(context),
    key,
    token: saved.token,
    jti: saved.jti,
    end: saved.expires_at === null ? null : timeMs(saved.expires_at),
  });
}

interface Found extends Pick<Stored, 'where' | 'path' | 'key' | 'token'> {
  readonly jti: string | null | undefined;
  readonly end: number | null | undefined;
}

function stored(context: Context, found: Found): Stored {
  const { where, path, key, token } = found;
  context.mask(token);
  const claims = claimsOf(token);
  const jti = jtiOf(token, found.jti);
  if (found.jti && jti !== undefined && found.jti !== jti)
    context.log.warn(`${path} gives another JTI than its token has; the token's own is ${jti}`);
  const expiresAt = timeClaim(claims, 'exp') ?? found.end;
  return { where, path, key, token, jti, expiresAt, createdAt: timeClaim(claims, 'iat') };
}

/** The same workspace may stand under several keys: the active one first, then the longest lived. */
function ntcliEntry(ntcli: Ntcli, workspaceId: string): [string, NtcliItem, string] | undefined {
  const workspaces = ntcli.config?.workspaces;
  const end = (item: NtcliItem) => timeMs(item.expires_at) ?? 0;
  return Object.entries(workspaces?.items ?? {})
    .flatMap(([key, item]): [string, NtcliItem, string][] => {
      const token = tokenOfItem(item);
      const id = item.workspace_id ?? key;
      return token && (uuidOf(id) ?? id) === workspaceId ? [[key, item, token]] : [];
    })
    .sort(([a, itemA], [b, itemB]) => {
      const active = workspaces?.activeWorkspaceId;
      return Number(b === active) - Number(a === active) || end(itemB) - end(itemA);
    })[0];
}
