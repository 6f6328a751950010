/** What the emulated service remembers. Times are milliseconds since the epoch. */

export interface Token {
  readonly jti: string;
  readonly workspaceId: string;
  readonly userId: string;
  readonly scope: readonly string[];
  readonly createdAt: number;
  /** undefined: it never expires. */
  readonly expiresAt: number | undefined;
  revokedAt: number | undefined;
  /** How often its revocation was asked for, refused repeats included. */
  revocations: number;
}

export interface Workspace {
  readonly id: string;
  readonly name: string;
  readonly owner: string;
  readonly createdAt: number;
  readonly servers: Set<string>;
  readonly tokens: Map<string, Token>;
  /** The JTI that the service takes for the user's current token. */
  current: string | undefined;
}

export interface Login {
  readonly userId: string;
  readonly expiresAt: number;
}

export interface State {
  readonly workspaces: Map<string, Workspace>;
  /** Signed or opaque token value to its token. A token issued bare is not in here. */
  readonly values: Map<string, Token>;
  /** Bearer of a logged-in user to its login. */
  readonly logins: Map<string, Login>;
  readonly now: () => number;
}

export type TokenStatus = 'active' | 'expired' | 'revoked';

export interface WorkspaceSnapshot {
  readonly workspaces: readonly {
    readonly workspace_id: string;
    readonly workspace_name: string;
    readonly owner: string;
  }[];
  readonly tokens: readonly {
    readonly workspace_id: string;
    readonly jti: string;
    readonly status: TokenStatus;
  }[];
  readonly servers: readonly { readonly workspace_id: string; readonly name: string }[];
  /** JTI to the number of requests that asked for its revocation; only those above 0. */
  readonly revocations: Readonly<Record<string, number>>;
}

export const DEFAULT_SCOPE: readonly string[] = ['workspace:read', 'servers:read'];

export function createState(now: () => number): State {
  return { workspaces: new Map(), values: new Map(), logins: new Map(), now };
}

/** Files a live token under its workspace; one of the same JTI is replaced. */
export function putToken(
  state: State,
  workspace: Workspace,
  token: Pick<Token, 'jti' | 'expiresAt'> & Partial<Token>,
): Token {
  const filed: Token = {
    workspaceId: workspace.id,
    userId: workspace.owner,
    scope: DEFAULT_SCOPE,
    createdAt: state.now(),
    revokedAt: undefined,
    revocations: 0,
    ...token,
  };
  workspace.tokens.set(filed.jti, filed);
  return filed;
}

export function statusOf(token: Token, now: number): TokenStatus {
  if (token.revokedAt !== undefined) return 'revoked';
  return token.expiresAt !== undefined && token.expiresAt <= now ? 'expired' : 'active';
}

/** Whether the data plane takes the token; one goes down with its workspace. */
export function isActive(state: State, token: Token): boolean {
  const filed = state.workspaces.get(token.workspaceId)?.tokens.get(token.jti);
  return filed === token && statusOf(token, state.now()) === 'active';
}

/** The token of a value or of a JTI, in whichever workspace it is. */
export function findToken(state: State, valueOrJti: string): Token | undefined {
  const byValue = state.values.get(valueOrJti);
  if (byValue) return byValue;
  for (const workspace of state.workspaces.values()) {
    const token = workspace.tokens.get(valueOrJti);
    if (token) return token;
  }
  return undefined;
}

export function snapshotOf(state: State): WorkspaceSnapshot {
  const workspaces = [...state.workspaces.values()];
  const tokens = workspaces.flatMap((workspace) => [...workspace.tokens.values()]);
  const now = state.now();
  return {
    workspaces: workspaces.map(({ id, name, owner }) => ({
      workspace_id: id,
      workspace_name: name,
      owner,
    })),
    tokens: tokens.map((token) => ({
      workspace_id: token.workspaceId,
      jti: token.jti,
      status: statusOf(token, now),
    })),
    servers: workspaces.flatMap(({ id, servers }) =>
      [...servers].map((name) => ({ workspace_id: id, name })),
    ),
    revocations: Object.fromEntries(
      tokens
        .filter(({ revocations }) => revocations > 0)
        .map(({ jti, revocations }) => [jti, revocations]),
    ),
  };
}
