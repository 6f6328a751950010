/** Ably's error codes in words that say what to do (https://ably.com/docs/platform/errors/codes). */
import {
  type Affects,
  errorFromStatus,
  type ErrorKind,
  excerpt,
  inDoubtAfter,
  json,
  type Response,
  RevokeError,
} from '../../src/contract/index.js';
import { errorBody, type ErrorInfo } from './schema.js';

interface Meaning {
  /** Ours. */
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  /** Every target of the run would meet it, without another word. */
  readonly affects?: Affects;
  readonly kind?: ErrorKind;
}

const REJECTED = { code: 'credentials_rejected', affects: 'run', kind: 'credentials' } as const;
const OTHER_KEY = 'use a key that is enabled: ABLY_API_KEY, or --key';
const CHECK_NAMES = 'check the app and key name in ABLY_API_KEY, and the endpoint';
const NOT_REVOCABLE: Meaning = {
  code: 'key_not_revocable',
  message: 'the key does not have revocable tokens enabled',
  hint: 'enable revocable tokens on the key; tokens that it issued before work until they expire or the key itself is revoked',
  affects: 'run',
};
const WRONG_CLUSTER: Meaning = {
  code: 'wrong_endpoint',
  message: 'the account may not be used at this endpoint',
  hint: 'give the endpoint of your cluster: --endpoint <id> or ABLY_ENDPOINT',
  affects: 'run',
};
const LIMITED: Meaning = {
  code: 'rate_limited',
  message: 'Ably is limiting requests',
  hint: 'run this again later, or with a lower --rate',
};

const MEANINGS: Readonly<Record<number, Meaning>> = {
  40000: {
    code: 'bad_request',
    message: 'Ably cannot read the request or this specifier',
    hint: 'check the specifier: clientId:<id>, revocationKey:<key> or channel:<name>',
  },
  40001: {
    code: 'bad_request',
    message: 'Ably cannot read the request',
    hint: 'check the specifier: clientId:<id>, revocationKey:<key> or channel:<name>',
  },
  40003: {
    code: 'invalid_parameter',
    message: 'Ably does not accept a value of the request',
    hint: "check the specifier; --issued-before must lie in the last hour by Ably's clock",
  },
  40005: { ...REJECTED, message: 'Ably cannot read the API key', hint: 'copy the whole key again' },
  40101: {
    ...REJECTED,
    message: 'Ably rejected the API key: its secret does not match',
    hint: 'copy the whole key again into ABLY_API_KEY',
  },
  40103: {
    code: 'tls_required',
    message: 'Ably accepts API keys over https only',
    hint: 'use an https endpoint',
    affects: 'run',
  },
  40110: {
    code: 'account_disabled',
    message: 'the account is disabled',
    hint: "see the account's page at ably.com",
    affects: 'run',
  },
  40115: {
    code: 'account_limited',
    message: 'the account has used up its API requests',
    hint: 'wait, or raise the limit of the account; then run this again',
    affects: 'run',
  },
  40120: {
    code: 'app_disabled',
    message: 'the app is disabled',
    hint: "see the app's page at ably.com",
    affects: 'run',
  },
  40121: {
    code: 'revocation_not_enabled',
    message: 'token revocation is not enabled for this app',
    hint: 'ask Ably to enable it, or revoke the API key itself',
    affects: 'run',
  },
  40130: { ...REJECTED, message: 'Ably does not know the API key', hint: OTHER_KEY },
  40131: { ...REJECTED, message: 'the API key is revoked', hint: OTHER_KEY },
  40132: {
    ...REJECTED,
    code: 'credentials_expired',
    message: 'the API key has expired',
    hint: OTHER_KEY,
  },
  40133: {
    code: 'wrong_key',
    message: 'only the key that issued the tokens can revoke them',
    hint: 'use that key: ABLY_API_KEY, or --key',
    affects: 'run',
  },
  40162: {
    ...REJECTED,
    code: 'credentials_unfit',
    message: 'Ably needs an API key for this, not a token',
    hint: 'set ABLY_API_KEY',
  },
  40163: NOT_REVOCABLE,
  40164: NOT_REVOCABLE,
  40330: WRONG_CLUSTER,
  40331: WRONG_CLUSTER,
  // Never `not_found`: it is the app or the key that is missing, and no token is inactive for it.
  40400: {
    code: 'app_or_key_not_found',
    message: 'Ably knows no such app or key',
    hint: CHECK_NAMES,
    affects: 'run',
  },
};

const CHANNEL_NOT_ENABLED: Meaning = {
  code: 'channel_not_enabled',
  message: 'revocation by channel is not enabled for this account',
  hint: 'ask Ably to enable it, or revoke by clientId: or revocationKey:',
};

/** The error that Ably's own code stands for; undefined for a code that is not known here. */
export function errorOfCode(info: ErrorInfo, target?: string): RevokeError | undefined {
  const meaning = meaningOf(info.code, target);
  if (!meaning) return undefined;
  const { message } = info;
  return new RevokeError({
    kind: 'refused',
    ...meaning,
    message: message ? `${meaning.message} (Ably: ${excerpt(message)})` : meaning.message,
    providerCode: info.code,
  });
}

/** The code of a refusal that only an active token or key gets as far as. */
export const CAPABILITY_DENIED = 40160;

/** Ably's code of an error; undefined where it gave none. */
export function errorCodeOf(response: Response): number | undefined {
  return errorOf(response)?.code;
}

/** The error of a request that was refused or failed as a whole. @param now ms since the epoch */
export function errorOfResponse(response: Response, now: number): RevokeError {
  const info = errorOf(response);
  const isOver = response.status === 429 || response.status >= 500 || response.status < 400;
  const known = info && !isOver ? errorOfCode(info) : undefined;
  const asWhole = response.status === 400 && known?.affects === 'target';
  if (known) return inDoubtAfter(response, asWhole ? known.with({ affects: 'batch' }) : known);
  const loginHint = 'check ABLY_API_KEY: it must be the key that issued the tokens';
  const answer = { service: 'Ably', message: info?.message, code: info?.code, loginHint };
  const error = errorFromStatus(response, answer, now);
  // Nothing but the app and the key is named in the path.
  return response.status === 404 ? error.with({ hint: CHECK_NAMES }) : error;
}

/** Ably's error: in the body, or in headers alone where the edge answered. */
function errorOf(response: Response): ErrorInfo | undefined {
  const inBody = errorBody.safeParse(json(response))?.error;
  if (inBody) return inBody;
  const code = response.headers['x-ably-errorcode'];
  if (code === undefined || !/^\d{5}$/.test(code)) return undefined;
  const message = response.headers['x-ably-errormessage'];
  return { code: Number(code), ...(message === undefined ? {} : { message }) };
}

function meaningOf(code: number, target: string | undefined): Meaning | undefined {
  if (code === 40121 && target?.startsWith('channel:')) return CHANNEL_NOT_ENABLED;
  if (code >= 42900 && code < 43000) return LIMITED;
  return MEANINGS[code];
}
