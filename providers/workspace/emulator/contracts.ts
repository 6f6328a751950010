/** The four shapes in which servers of this kind answer; they agree on little but the JTI. */
import { statusOf, type Token, type Workspace } from './state.js';

/**
 * `legacy`: the first releases, which revoke by POST. `openapi`: the generated description.
 * `models`: the newer Pydantic models. `docs`: what the published pages show.
 */
export type Contract = 'legacy' | 'openapi' | 'models' | 'docs';
export type Times = 'seconds' | 'milliseconds' | 'iso';

export interface Shapes {
  revoked(token: Token): unknown;
  list(workspace: Workspace): unknown;
  created(token: Token, value: string): unknown;
}

/**
 * The answers of one contract.
 * @param times writes every time in this form instead of the contract's own
 */
export function shapesOf(contract: Contract, now: () => number, times?: Times): Shapes {
  const write = (ms: number, usual: Usual) => writeTime(ms, times ?? usual);
  const lifetime = (token: Token) =>
    token.expiresAt === undefined ? null : Math.round((token.expiresAt - token.createdAt) / 1000);
  const isLive = (token: Token) => statusOf(token, now()) === 'active';

  function bearer(token: Token, value: string) {
    return {
      access_token: value,
      token_type: 'Bearer',
      expires_in: lifetime(token),
      scope: token.scope,
    };
  }

  function liveOnly(workspace: Workspace) {
    const tokens = [...workspace.tokens.values()]
      .filter(isLive)
      .map(({ jti, createdAt }) => ({ jti, created_at: write(createdAt, 'seconds') }));
    return { tokens, count: tokens.length };
  }

  function receipt(token: Token) {
    return {
      workspace_id: token.workspaceId,
      token_jti: token.jti,
      status: 'revoked',
      revoked_at: write(token.revokedAt ?? now(), 'python'),
    };
  }

  const shapes: Readonly<Record<Contract, Shapes>> = {
    legacy: {
      revoked: ({ jti }) => ({ message: `Token ${jti} revoked successfully` }),
      list: liveOnly,
      created: (token, value) => ({
        ...bearer(token, value),
        message: 'Token created',
        jti: token.jti,
      }),
    },
    openapi: {
      revoked: receipt,
      list: (workspace) => ({ workspace_id: workspace.id, ...liveOnly(workspace) }),
      created: (token, value) => ({ ...bearer(token, value), workspace_id: token.workspaceId }),
    },
    models: {
      revoked: (token) => ({ version: 'v1', ...receipt(token) }),
      list: (workspace) => {
        // The model's status is active or revoked: that a token has expired shows in its date only.
        const tokens = [...workspace.tokens.values()].map((token) => ({
          jti: token.jti,
          user_id: token.userId,
          created_at: write(token.createdAt, 'python'),
          expires_at: token.expiresAt === undefined ? null : write(token.expiresAt, 'python'),
          scope: token.scope,
          status: token.revokedAt === undefined ? 'active' : 'revoked',
        }));
        return { version: 'v1', workspace_id: workspace.id, tokens, count: tokens.length };
      },
      created: (token, value) => ({
        version: 'v1',
        ...bearer(token, value),
        workspace_id: token.workspaceId,
      }),
    },
    docs: {
      revoked: (token) => ({
        jti: token.jti,
        revoked_at: write(token.revokedAt ?? now(), 'iso'),
        status: 'revoked',
      }),
      list: (workspace) => {
        const tokens = [...workspace.tokens.values()].map((token) => ({
          jti: token.jti,
          created_at: write(token.createdAt, 'iso'),
          expires_at: token.expiresAt === undefined ? null : write(token.expiresAt, 'iso'),
          is_current: token.jti === workspace.current,
          status: statusOf(token, now()),
        }));
        return {
          tokens,
          total_active: tokens.filter(({ status }) => status === 'active').length,
          current_token_jti: workspace.current ?? null,
        };
      },
      created: (token, value) => ({
        token: value,
        jti: token.jti,
        expires_at: token.expiresAt === undefined ? null : write(token.expiresAt, 'iso'),
      }),
    },
  };
  return shapes[contract];
}

type Usual = Times | 'python';

/** `python` is what datetime.isoformat() makes of a UTC time: an offset, and no Z. */
function writeTime(ms: number, form: Usual): number | string {
  if (form === 'seconds') return Math.floor(ms / 1000);
  if (form === 'milliseconds') return ms;
  const text = new Date(ms).toISOString().slice(0, 19);
  return form === 'python' ? `${text}+00:00` : `${text}Z`;
}
