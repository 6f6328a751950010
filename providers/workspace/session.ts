/** Logged in, and sure of the workspace: what every command here starts from. Reads only. */
import {
  type Context,
  credentialsError,
  isRevokeError,
  type Setting,
  usageError,
} from '../../src/contract/index.js';
import { createApi, listWorkspaces, type Api } from './client.js';
import { endpointFrom, ntcliEndpoint, type Endpoint } from './endpoint.js';
import {
  assertReadable,
  findLogin,
  readLegacy,
  readNtcli,
  storedTokens,
  type Login,
  type Ntcli,
} from './login.js';
import type { StateFile, WorkspacesAnswer } from './schema.js';
import { readState } from './stored-state.js';
import { findStored, type Stored } from './current-token.js';
import type { WorkspaceRef } from './judge-revocation.js';
import { chooseByName, describe, locate, type Workspace } from './workspace.js';

/** What is known before any request. */
export interface Local {
  readonly context: Context;
  readonly endpoint: Endpoint;
  readonly ntcli: Ntcli;
  readonly state: StateFile;
  readonly legacyTokens: readonly string[];
}

export interface Session extends Local {
  readonly api: Api;
  readonly login: Login;
  readonly workspace: Workspace;
  readonly workspaceRef: WorkspaceRef;
  readonly current: Stored | undefined;
  /** The server's workspaces, where they had to be asked for. */
  readonly listed: WorkspacesAnswer | undefined;
}

/**
 * @param writes whether the state file or ntcli's will be changed: then neither may be damaged
 */
export async function readLocal(context: Context, writes: boolean): Promise<Local> {
  const [ntcli, given, legacy] = await Promise.all([
    readNtcli(context),
    context.setting('endpoint'),
    readLegacy(context),
  ]);
  if (writes || !given) assertReadable(ntcli);
  else if (ntcli.broken !== undefined)
    context.log.warn(`${ntcli.path} cannot be read (${ntcli.broken}); it is not changed`);
  const endpoint = given ? endpointFrom(given.value, given.source) : ntcliEndpoint(ntcli.config);
  if (legacy.live > 0) {
    const several = legacy.live === 1 ? 'a workspace token' : `${legacy.live} workspace tokens`;
    context.log.warn(
      `${legacy.path} of an older ntcli still has ${several} that may be active: revoke what you do not use, then delete the file`,
    );
  }
  const state = await stateOf(context, writes);
  return { context, endpoint, ntcli, state, legacyTokens: legacy.tokens };
}

async function stateOf(context: Context, writes: boolean): Promise<StateFile> {
  try {
    return await readState(context);
  } catch (error) {
    if (writes || !isRevokeError(error)) throw error;
    context.log.warn(error.message);
    return { version: 1, tokens: {}, pending: {} };
  }
}

/** Finds login and workspace. A request is sent only where a name must be resolved. */
export async function connect(context: Context, writes = false): Promise<Session> {
  return connectFrom(await readLocal(context, writes));
}

export async function connectFrom(local: Local): Promise<Session> {
  const { context, endpoint, ntcli, state } = local;
  const setting = await context.setting('workspace');
  if (!setting) assertReadable(ntcli);
  await assertBegun(local, setting);
  const found = locate(setting, ntcli);
  const legacy = await isLegacy(context);
  const login = await findLogin(local, [
    ...storedTokens(ntcli),
    ...local.legacyTokens,
    ...Object.values(state.tokens).map(({ token }) => token),
  ]);
  const api = createApi(context, endpoint, login);
  const listed = 'wanted' in found ? await listWorkspaces(api) : undefined;
  const workspace = 'wanted' in found ? chooseByName(found, ntcli, listed) : found;
  context.log.verbose(
    `workspace ${describe(workspace)} from ${workspace.source}, login from ${login.source}, at ${endpoint.url}`,
  );
  const current = findStored(local, workspace.id);
  const workspaceRef = { workspaceId: workspace.id, workspace: describe(workspace), legacy };
  return { ...local, api, login, workspace, workspaceRef, current, listed };
}

/** Where there is neither a login nor a workspace, one message names both. */
async function assertBegun(
  { context, ntcli: { config } }: Local,
  workspace: Setting | undefined,
): Promise<void> {
  if (workspace || config?.workspaces?.activeWorkspaceId || config?.auth?.bearerToken) return;
  if (await context.setting('user_token')) return;
  throw credentialsError(
    'neither a login nor a workspace is set',
    'set WORKSPACE_USER_TOKEN and WORKSPACE_ID (or --workspace <id|name>), or log in and choose one: ntcli auth login, ntcli workspace switch <name>',
  );
}

async function isLegacy(context: Context): Promise<boolean> {
  const setting = await context.setting('legacy_revoke');
  const text = setting?.value.toLowerCase() ?? '0';
  if (text === '1' || text === 'true') return true;
  if (text === '0' || text === 'false') return false;
  throw usageError(
    `${setting?.source ?? 'legacy_revoke'} is neither 1 nor 0`,
    'give 1, or unset it',
  );
}
