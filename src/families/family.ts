/**
 * A family: tokens of one service that are revoked and checked in the same way. Its functions are
 * given tokens and a way to send to the service's base URL; they answer with the functions below,
 * and with `active`, `inactive` and `unclear` of the contract.
 */
import type { CheckResult, Facts, Shape } from '../contract/index.js';
import { deniesItself, excerpt, retryAfterMs } from '../contract/index.js';

/** One request, to the base URL that the provider is configured with. */
export interface TokenRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** What follows the base URL: `/user`. */
  readonly path: string;
  /** The name of another host of the service that it goes to; see `OtherEndpoint`. */
  readonly at?: string;
  /** What of the path is secret, where the service has it there: it never shows. */
  readonly secrets?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as `Authorization: Bearer`. */
  readonly bearer?: string;
  /** A body, as JSON, as a form, or as it stands. */
  readonly json?: unknown;
  readonly form?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Answer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** The value of a JSON body; undefined where it is none. */
  readonly json: unknown;
}

/** What a family's functions may use beside the token. */
export interface FamilyTools {
  send(request: TokenRequest): Promise<Answer>;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Waits, says why on stderr, and answers whether it was waited for: false after an interrupt. */
  wait(ms: number, why: string): Promise<boolean>;
  /** The value of one of the provider's own settings. */
  setting(name: string): string | undefined;
  /** Whether an option without a value was given: `delete`, `force`. */
  isOn(option: string): boolean;
  /** The base URL is the service's own, and nobody's instance. */
  readonly isDefault: boolean;
  /** The base URL, or that of another host of the service. */
  urlOf(at?: string): string;
}

/** What a request that revokes came to, for one token. */
export type TokenResult =
  | { readonly status: 'revoked' | 'already_revoked' | 'accepted'; readonly facts?: Facts }
  | ({ readonly status: 'failed' | 'unknown' } & TokenError);

export interface TokenError {
  readonly code: string;
  readonly message: string;
  readonly hint?: string | undefined;
  readonly providerCode?: string | number | undefined;
  /** Smaller batches may still succeed: the batch is halved. */
  readonly isBatchRefused?: boolean;
  readonly facts?: Facts;
}

export interface Family {
  /** Unique in its provider: the name of its lane. */
  readonly name: string;
  readonly shapes: readonly Shape[];
  /** Tokens in one request of `revokeBatch`. */
  readonly batch?: number;
  readonly concurrency?: number;
  readonly pace?: { readonly requests: number; readonly seconds: number };
  /** How far checks go: the first ones of a run unless --verify is given, and how many a second. */
  readonly checks?: { readonly first?: number; readonly perSecond?: number };
  /** How often in a run a refused batch may be halved. */
  readonly maxSplits?: number;
  /** The name of the host that its revocations go to, where that is another one of the service. */
  readonly at?: string;
  /** What else happens when such tokens are revoked: sentences for the question. */
  readonly consequences: readonly string[];
  /** Why a token is not used at all, in a dry run too; undefined where it may be. Sends nothing. */
  refuses?(token: string, tools: Pick<FamilyTools, 'isOn'>): TokenResult | undefined;
  /** Looks at one token with the token itself. Absent: nobody can see whether it is active. */
  check?(token: string, tools: FamilyTools): Promise<CheckResult>;
  /** One of these two. One result speaks for all tokens of a batch. */
  revoke?(token: string, tools: FamilyTools): Promise<TokenResult>;
  revokeBatch?(tokens: readonly string[], tools: FamilyTools): Promise<TokenResult>;
}

/** The documented answer names this token and says that it is revoked. */
export function revoked(facts?: Facts): TokenResult {
  return facts === undefined ? { status: 'revoked' } : { status: 'revoked', facts };
}

/** The provider says, in documented words, that it was revoked before. */
export function alreadyRevoked(): TokenResult {
  return { status: 'already_revoked' };
}

/** The request was taken, and the answer says no more than that. */
export function accepted(): TokenResult {
  return { status: 'accepted' };
}

/** Nothing was revoked by this request. */
export function refused(
  code: string,
  message: string,
  more: Omit<TokenError, 'code' | 'message'> = {},
): TokenResult {
  return { status: 'failed', code, message, ...more };
}

/** The service says that it is not active, and nothing was there to revoke. */
export function notActive(service: string, word?: string): TokenResult {
  const said = word === undefined ? '' : ` (${word})`;
  return refused('not_active', `it is not active at ${service}${said}`, {
    hint: 'it was revoked, has expired, is incomplete, or belongs to another instance',
  });
}

/** It may or may not have taken effect. */
export function inDoubt(
  code: string,
  message: string,
  more: Omit<TokenError, 'code' | 'message'> = {},
): TokenResult {
  return { status: 'unknown', code, message, ...more };
}

/** When, by Retry-After; what is neither seconds nor a date says nothing. */
function laterIn(retryAfter: string | undefined): string {
  const ms = retryAfterMs(retryAfter, 0);
  if (retryAfter === undefined || ms === undefined || ms > LATEST_MS) return 'later';
  return /^\s*\d+\s*$/.test(retryAfter)
    ? `after ${ms / 1000} s`
    : `after ${new Date(ms).toISOString()}`;
}

/** The last moment that a date can name. */
const LATEST_MS = 8.64e15;

/** What an answer means that the family's own documentation does not name. */
export function unexpected(service: string, answer: Answer): TokenResult {
  const { status, headers } = answer;
  const providerCode = status;
  if (status === 429) {
    const hint = `run this again ${laterIn(headers['retry-after'])}`;
    return refused('rate_limited', `${service} is limiting requests`, { providerCode, hint });
  }
  if (status === 404) {
    return refused('route_missing', `${service} has no such route here (404)`, {
      providerCode,
      hint: 'check the base URL',
    });
  }
  if (status >= 400 && status < 500) {
    return refused(
      'request_refused',
      `${service} refused the request (${status})${saidIn(answer)}`,
      {
        providerCode,
      },
    );
  }
  const what = status >= 500 ? `answered ${status}` : `answered ${status}, not as documented`;
  return inDoubt(status >= 500 ? 'server_error' : 'unexpected_answer', `${service} ${what}`, {
    providerCode,
    hint: 'it may have taken effect: check it at the provider',
  });
}

/** A documented success of which the body says no more: a web page is none, nor is one that says no. */
export function isTaken({ status, text, json }: Answer, ...documented: readonly number[]): boolean {
  return documented.includes(status) && !isWebPage(text) && !deniesItself(json);
}

/** The refusal of a login by the service itself, which answers with no web page: a proxy does. */
export function isDenied({ status, text }: Answer): boolean {
  return status === 401 && !isWebPage(text);
}

/** The reason why an answer leaves open whether a token is active. */
export function reasonOf(service: string, answer: Answer): string {
  return isWebPage(answer.text)
    ? `${service} answered ${answer.status} with a web page`
    : `${service} answered ${answer.status}${saidIn(answer)}`;
}

/** The server's own words, where its body has them in a usual place. */
function saidIn({ text, json }: Answer): string {
  const words = ['message', 'error_description', 'error']
    .map((place) => valueAt(json, place))
    .filter((value) => typeof value === 'string');
  const said = json === undefined && !isWebPage(text) ? excerpt(text) : words.find(Boolean);
  return said === undefined || said === '' ? '' : `: ${excerpt(said)}`;
}

function isWebPage(text: string): boolean {
  return /^\s*<(?:!doctype|html)/i.test(text);
}

const LONGEST_NAME = 100;

/**
 * A member of a JSON body by its path, where it is a text that is not empty. Long ones are cut
 * between words: half a secret would not be known for one.
 */
export function textAt(json: unknown, place: string): string | undefined {
  const value = valueAt(json, place);
  if (typeof value !== 'string' || value === '') return undefined;
  if (value.length <= LONGEST_NAME) return value;
  return `${value.slice(0, LONGEST_NAME).replace(/\S*$/, '')}…`;
}

/** @param place `data.policies` */
export function valueAt(json: unknown, place: string): unknown {
  return place.split('.').reduce((value: unknown, key) => {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    return (value as Record<string, unknown>)[key];
  }, json);
}

/** The texts of a list, or of a text that lists them: `repo, read:org`. */
export function textsAt(value: unknown): readonly string[] | undefined {
  const all = typeof value === 'string' ? value.split(/[,\s]+/) : value;
  if (!Array.isArray(all)) return undefined;
  return all
    .filter((one) => typeof one === 'string' && one !== '' && one.length <= LONGEST_NAME)
    .slice(0, 50);
}

/** A time as the provider writes it, ms since the epoch. */
export function timeOf(value: unknown): number | undefined {
  const ms = typeof value === 'string' ? Date.parse(value) : NaN;
  return Number.isNaN(ms) ? undefined : ms;
}
