/** Which workspace: an id or a name, given or ntcli's active one. A name that fits two is refused. */
import { type Setting, usageError } from '../../src/contract/index.js';
import type { WorkspacesAnswer } from './schema.js';
import type { Ntcli } from './login.js';
import { isId, looksLikeCredential, quoted } from './target.js';
import { uuidOf } from './tokens.js';

export interface Workspace {
  readonly id: string;
  readonly name: string | undefined;
  /** Where the choice came from, in words. */
  readonly source: string;
}

/** A name that must be looked up, or an id that is no UUID. */
export interface WantedWorkspace {
  readonly wanted: string;
  readonly source: string;
}

const CHOOSE =
  'give --workspace <id|name>, set WORKSPACE_ID, or choose one: ntcli workspace switch <name>';

/** The workspace in words. */
export function describe({ id, name }: Pick<Workspace, 'id' | 'name'>): string {
  return name === undefined ? id : `${name} (${id})`;
}

/** Names of workspaces that ntcli knows, by id. */
export function localNames(ntcli: Ntcli): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const [key, item] of Object.entries(ntcli.config?.workspaces?.items ?? {})) {
    const id = idOf(item.workspace_id ?? key);
    if (item.workspace_name) names.set(id, item.workspace_name);
  }
  return names;
}

/** A pattern of Unicode's letters takes V8 a millisecond to read: only where it is asked for. */
function isName(text: string): boolean {
  return /^[\p{L}\p{N}_][\p{L}\p{N} ._-]{0,127}$/u.test(text);
}

/**
 * The workspace to act in, found without the network; a text where it is a name that the server
 * must be asked for too. Throws a usage error where there is none, or it can be no workspace.
 */
export function locate(setting: Setting | undefined, ntcli: Ntcli): Workspace | WantedWorkspace {
  const names = localNames(ntcli);
  if (!setting) {
    const key = ntcli.config?.workspaces?.activeWorkspaceId;
    if (!key) throw usageError('no workspace selected', CHOOSE, 'no_workspace');
    const id = safe(idOf(ntcli.config?.workspaces?.items?.[key]?.workspace_id ?? key));
    return { id, name: names.get(id), source: "ntcli's active workspace" };
  }
  const { value, source } = setting;
  const uuid = uuidOf(value);
  if (uuid !== undefined && isId(value)) return { id: uuid, name: names.get(uuid), source };
  if (!isName(value) || looksLikeCredential(value)) {
    throw usageError(
      `${source}: ${quoted(value)} is not a workspace id or name`,
      CHOOSE,
      'bad_workspace',
    );
  }
  return { wanted: value, source };
}

/** The one workspace of a name or an id that is no UUID. Throws a usage error for none or several. */
export function chooseByName(
  { wanted, source }: WantedWorkspace,
  ntcli: Ntcli,
  listed: WorkspacesAnswer | undefined,
): Workspace {
  const found = new Map<string, string | undefined>();
  const consider = (id: string, name: string | null | undefined, key = id) => {
    if (name === wanted || id === wanted || key === wanted || idOf(id) === wanted)
      found.set(idOf(id), name ?? undefined);
  };
  for (const [key, item] of Object.entries(ntcli.config?.workspaces?.items ?? {}))
    consider(item.workspace_id ?? key, item.workspace_name, key);
  for (const { workspace_id, workspace_name } of listed?.workspaces ?? [])
    consider(workspace_id, workspace_name);
  const [first, ...others] = found;
  if (!first) {
    throw usageError(
      `no workspace is called ${quoted(wanted)}`,
      'check the name, or give the id: --workspace <id>',
      'workspace_not_found',
    );
  }
  if (others.length > 0) {
    throw usageError(
      `${quoted(wanted)} matches ${found.size} workspaces: ${[...found.keys()].join(', ')}`,
      'give the id: --workspace <id>',
      'ambiguous_workspace',
    );
  }
  return { id: safe(first[0]), name: first[1], source };
}

function idOf(text: string): string {
  return uuidOf(text) ?? text;
}

function safe(id: string): string {
  if (isId(id)) return id;
  throw usageError(
    'the workspace has an id that cannot be part of a URL path',
    CHOOSE,
    'bad_workspace',
  );
}
