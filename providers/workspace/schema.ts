/**
 * What the four contracts of workspace-token services answer, and the files that are read. Shapes
 * are as wide as the contracts differ; what they mean together is judged where they are used.
 */
import { schema } from '../../src/contract/schema.js';

/** RFC 3339 text, seconds or milliseconds since the epoch. */
export type Time = string | number | null;

export interface Receipt {
  readonly token_jti?: string;
  readonly jti?: string;
  readonly workspace_id?: string | null;
  readonly status?: string;
  readonly revoked_at?: Time;
}

export interface ListedToken {
  readonly jti: string;
  readonly created_at?: Time;
  readonly expires_at?: Time;
  readonly revoked_at?: Time;
  readonly status?: string | null;
}

export interface ListAnswer {
  readonly tokens: readonly ListedToken[];
  readonly count?: number | null;
  /** Set by us: the headers of the answer name a next page. */
  readonly hasNextPage?: boolean;
  /** Set by us: the server's own clock at its answer, ms since the epoch. */
  readonly serverTime?: number | undefined;
}

export interface CreateAnswer {
  readonly access_token?: string;
  readonly token?: string;
  readonly token_type?: string | null;
  readonly jti?: string | null;
  readonly workspace_id?: string | null;
  readonly expires_in?: number | null;
  readonly expires_at?: Time;
  readonly scope?: string | readonly string[] | null;
}

export interface WorkspacesAnswer {
  readonly workspaces: readonly {
    readonly workspace_id: string;
    readonly workspace_name?: string | null;
  }[];
}

/** One workspace in ntcli's config.json; `expires_at` in milliseconds. */
export interface NtcliItem {
  readonly workspace_id?: string | null;
  readonly workspace_name?: string | null;
  readonly access_token?: string | null;
  readonly expires_at?: Time;
  readonly jti?: string | null;
}

export interface NtcliConfig {
  readonly domain?: string | null;
  readonly insecure?: boolean | null;
  readonly auth?: {
    readonly bearerToken?: string | null;
    /** Milliseconds since the epoch. */
    readonly expiresAt?: Time;
    readonly user?: { readonly email?: string | null } | null;
  } | null;
  readonly workspaces?: {
    readonly activeWorkspaceId?: string | null;
    readonly items?: Readonly<Record<string, NtcliItem>> | null;
  } | null;
}

export interface LegacyWorkspaces {
  readonly workspaces?: Readonly<Record<string, NtcliItem>> | null;
}

/** A token that this program stored. */
export interface SavedToken {
  readonly token: string;
  readonly jti: string | null;
  /** RFC 3339; null: it never expires; absent: unknown. */
  readonly expires_at?: string | null;
  readonly saved_at: string;
}

/** A refresh that began and is not known to have ended. */
export interface Pending {
  readonly id: string;
  readonly started_at: string;
  /** `creating`: the request may have left; `created`: not saved yet; `saved`: the old one may live. */
  readonly stage: 'creating' | 'created' | 'saved';
  readonly old_jti: string | null;
  readonly new_jti: string | null;
  /** The JTIs that were active before it. */
  readonly before: readonly string[];
}

export interface StateFile {
  readonly version: 1;
  /** By endpoint and workspace. */
  readonly tokens: Readonly<Record<string, SavedToken>>;
  readonly pending: Readonly<Record<string, readonly Pending[]>>;
}

const text = { type: 'string' };
const maybeText = { type: ['string', 'null'] };
const time = { type: ['string', 'number', 'null'] };
const scope = { type: ['string', 'array', 'null'], items: text };

const item = {
  type: 'object',
  properties: {
    workspace_id: maybeText,
    workspace_name: maybeText,
    access_token: maybeText,
    expires_at: time,
    jti: maybeText,
  },
};

export const receipt = schema<Receipt>('the answer to a revocation', {
  type: 'object',
  properties: {
    token_jti: text,
    jti: text,
    workspace_id: maybeText,
    status: text,
    revoked_at: time,
  },
});

export const legacyReceipt = schema<{ readonly message: string }>('the answer to a revocation', {
  type: 'object',
  required: ['message'],
  properties: { message: text },
});

export const tokenList = schema<ListAnswer>('the list of tokens', {
  type: 'object',
  required: ['tokens'],
  properties: {
    count: { type: ['number', 'null'] },
    tokens: {
      type: 'array',
      items: {
        type: 'object',
        required: ['jti'],
        properties: {
          jti: { type: 'string', minLength: 1 },
          created_at: time,
          expires_at: time,
          revoked_at: time,
          status: maybeText,
        },
      },
    },
  },
});

export const createdToken = schema<CreateAnswer>('the answer to a creation', {
  type: 'object',
  properties: {
    access_token: { type: 'string', minLength: 1 },
    token: { type: 'string', minLength: 1 },
    token_type: maybeText,
    jti: maybeText,
    workspace_id: maybeText,
    expires_in: { type: ['number', 'null'] },
    expires_at: time,
    scope,
  },
});

export const workspaceList = schema<WorkspacesAnswer>('the list of workspaces', {
  type: 'object',
  required: ['workspaces'],
  properties: {
    workspaces: {
      type: 'array',
      items: {
        type: 'object',
        required: ['workspace_id'],
        properties: { workspace_id: text, workspace_name: maybeText },
      },
    },
  },
});

export const ntcliConfig = schema<NtcliConfig>("ntcli's config file", {
  type: 'object',
  properties: {
    domain: maybeText,
    insecure: { type: ['boolean', 'null'] },
    auth: {
      type: ['object', 'null'],
      properties: {
        bearerToken: maybeText,
        expiresAt: time,
        user: { type: ['object', 'null'], properties: { email: maybeText } },
      },
    },
    workspaces: {
      type: ['object', 'null'],
      properties: {
        activeWorkspaceId: maybeText,
        items: { type: ['object', 'null'], additionalProperties: item },
      },
    },
  },
});

export const legacyWorkspaces = schema<LegacyWorkspaces>("an older ntcli's workspaces", {
  type: 'object',
  properties: { workspaces: { type: ['object', 'null'], additionalProperties: item } },
});

export const stateFile = schema<StateFile>('the state file', {
  type: 'object',
  required: ['version', 'tokens', 'pending'],
  properties: {
    version: { const: 1 },
    tokens: {
      type: 'object',
      additionalProperties: {
        type: 'object',
        required: ['token', 'jti', 'saved_at'],
        properties: { token: text, jti: maybeText, expires_at: maybeText, saved_at: text },
      },
    },
    pending: {
      type: 'object',
      additionalProperties: {
        type: 'array',
        items: {
          type: 'object',
          required: ['id', 'started_at', 'stage', 'old_jti', 'new_jti', 'before'],
          properties: {
            id: text,
            started_at: text,
            stage: { type: 'string', enum: ['creating', 'created', 'saved'] },
            old_jti: maybeText,
            new_jti: maybeText,
            before: { type: 'array', items: text },
          },
        },
      },
    },
  },
});
