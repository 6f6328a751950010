/** What Ably answers, and what its CLI keeps. Times are milliseconds since the epoch. */
import { schema } from '../../src/contract/schema.js';

/** An entry of a batch: terms, or an error. Which of them it is, is judged. */
export interface BatchEntry {
  readonly target: string;
  readonly issuedBefore?: unknown;
  readonly appliesAt?: unknown;
  readonly error?: unknown;
}

export interface Terms {
  readonly issuedBefore: number;
  readonly appliesAt: number;
}

export interface BatchResult {
  readonly successCount?: number;
  readonly failureCount?: number;
  readonly results: readonly BatchEntry[];
}

export interface LegacyBatch {
  readonly batchResponse: readonly BatchEntry[];
}

export interface ErrorInfo {
  readonly code: number;
  readonly statusCode?: number;
  readonly message?: string;
}

export interface ErrorBody {
  readonly error: ErrorInfo;
}

const text = { type: 'string' };
const count = { type: 'integer', minimum: 0 };
const someTime = { type: 'integer', minimum: 1_000_000_000_000, maximum: 9_007_199_254_740_991 };
const entries = {
  type: 'array',
  items: { type: 'object', required: ['target'], properties: { target: text } },
};
const errorShape = {
  type: 'object',
  required: ['code'],
  properties: { code: { type: 'integer' }, statusCode: { type: 'integer' }, message: text },
};

/** https://ably.com/docs/api/rest-api#revoke-tokens, as protocol 3 and later answer it. */
export const batchResult = schema<BatchResult>('a BatchResult', {
  type: 'object',
  required: ['results'],
  properties: { successCount: count, failureCount: count, results: entries },
});

/** The answer without a protocol version, where every target succeeded. */
export const bareBatch = schema<readonly BatchEntry[]>('a list of results', entries);

/** The answer without a protocol version, where a target failed. */
export const legacyBatch = schema<LegacyBatch>('a batchResponse', {
  type: 'object',
  required: ['batchResponse'],
  properties: { batchResponse: entries },
});

export const terms = schema<Terms>('the terms of a revocation', {
  type: 'object',
  required: ['issuedBefore', 'appliesAt'],
  properties: { issuedBefore: someTime, appliesAt: someTime },
});

export const errorInfo = schema<ErrorInfo>('an ErrorInfo', errorShape);

export const errorBody = schema<ErrorBody>('an error of Ably', {
  type: 'object',
  required: ['error'],
  properties: { error: errorShape },
});

export const serverTime = schema<readonly [number]>('the time of the server', {
  type: 'array',
  items: someTime,
  minItems: 1,
  maxItems: 1,
});

export interface Me {
  readonly account: { readonly id: string; readonly name?: string };
}

export interface App {
  readonly id: string;
  readonly name: string;
  readonly status?: string;
}

/** `status` is 0 for an enabled key; `key` is the whole API key, where it is shown. */
export interface ListedKey {
  readonly appId: string;
  readonly id: string;
  readonly name: string;
  readonly revocableTokens?: boolean | null;
  readonly status: number;
  readonly key?: string | null;
}

/** https://ably.com/docs/api/control-api: `GET /me`. */
export const me = schema<Me>('GET /me', {
  type: 'object',
  required: ['account'],
  properties: { account: { type: 'object', required: ['id'], properties: { id: text } } },
});

export const apps = schema<readonly App[]>('the apps of an account', {
  type: 'array',
  items: {
    type: 'object',
    required: ['id', 'name'],
    properties: { id: text, name: text, status: text },
  },
});

export const keys = schema<readonly ListedKey[]>('the keys of an app', {
  type: 'array',
  items: {
    type: 'object',
    required: ['appId', 'id', 'name', 'status'],
    properties: {
      appId: text,
      id: text,
      name: text,
      revocableTokens: { type: ['boolean', 'null'] },
      status: { type: 'integer' },
      key: { type: ['string', 'null'] },
    },
  },
});

export interface StoredApp {
  readonly apiKey?: string;
  readonly appName?: string;
  readonly keyName?: string;
}

export interface StoredAccount {
  readonly accountId?: string;
  readonly accountName?: string;
  readonly accessToken?: string;
  readonly accessTokenExpiresAt?: number | string;
  readonly oauthSessionKey?: string;
  readonly controlHost?: string;
  readonly endpoint?: string;
  readonly currentAppId?: string;
  readonly apps?: Readonly<Record<string, StoredApp>>;
}

export interface StoredSession {
  readonly accessToken?: string;
  readonly accessTokenExpiresAt?: number | string;
}

export interface StoredConfig {
  readonly current?: { readonly account?: string; readonly app?: string };
  readonly accounts?: Readonly<Record<string, StoredAccount>>;
  readonly oauthSessions?: Readonly<Record<string, StoredSession>>;
}

const expiry = { type: ['number', 'string'] };

/** `~/.ably/config` of the Ably CLI 1.2, as far as it is read here. */
export const storedConfig = schema<StoredConfig>("the Ably CLI's config", {
  type: 'object',
  properties: {
    current: { type: 'object', properties: { account: text, app: text } },
    accounts: {
      type: 'object',
      additionalProperties: {
        type: 'object',
        properties: {
          accountId: text,
          accountName: text,
          accessToken: text,
          accessTokenExpiresAt: expiry,
          oauthSessionKey: text,
          controlHost: text,
          endpoint: text,
          currentAppId: text,
          apps: {
            type: 'object',
            additionalProperties: {
              type: 'object',
              properties: { apiKey: text, appName: text, keyName: text },
            },
          },
        },
      },
    },
    oauthSessions: {
      type: 'object',
      additionalProperties: {
        type: 'object',
        properties: { accessToken: text, accessTokenExpiresAt: expiry },
      },
    },
  },
});
