/** Judging answers: what every provider says of a status that its own documentation does not name. */
import { credentialsError, refusedError, inDoubtError, type RevokeError } from './errors.js';
import { retryAfterMs } from './retry-after.js';
import type { Response } from './http.js';
import { parseUnambiguous } from './json.js';
import { truncate } from './text.js';

/** The JSON of an answer; undefined where the body is none, or has a key twice. */
export function json(response: Response): unknown {
  return parseUnambiguous(response.body);
}

/**
 * Whether a JSON object says no beside what else it says: a receipt in it proves nothing then. An
 * empty error is none.
 */
export function deniesItself(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const said = value as Readonly<Record<string, unknown>>;
  if (DENIALS.some((key) => String(said[key]) === 'false') || said['active'] === true) return true;
  if (Number(said['status']) >= 400 || FAILED.test(String(said['status']))) return true;
  return ['error', 'errors'].some((key) => isError(said[key]));
}

const DENIALS = ['success', 'ok', 'revoked'];
const FAILED = /^(?:error|fail(?:ed|ure)?)$/i;

function isError(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
  return value !== undefined && value !== null && value !== false && value !== '';
}

/**
 * What a server says of itself, cut short between words: half a secret would not be known for one.
 * The output layer makes it harmless.
 */
export function excerpt(text: string): string {
  const whole = text.replace(/\s+/g, ' ').trim();
  const short = truncate(whole, LONGEST_QUOTE);
  return short === whole ? whole : short.replace(/\S*$/, '…');
}

const LONGEST_QUOTE = 200;

export interface ServerAnswer {
  /** The provider's name in sentences: `Ably`. */
  readonly service: string;
  /** The server's own words and code, where its documented error shape has them. */
  readonly message?: string | undefined;
  readonly code?: string | number | undefined;
  /** What to do where our credentials were refused. */
  readonly loginHint: string;
}

const AN_HOUR_MS = 60 * 60 * 1000;

/**
 * The error that a status stands for, where nothing more exact is known. A 2xx that reached this
 * point did not have the documented shape: nothing is known of the target.
 */
export function errorFromStatus(response: Response, said: ServerAnswer, now: number): RevokeError {
  return inDoubtAfter(response, judge(response, said, now));
}

/**
 * An error of the last try, as it stands after all of them: where an earlier one got no answer, what
 * was asked for may have taken effect. A rejected login stays what it is.
 */
export function inDoubtAfter(
  { inDoubt }: Pick<Response, 'inDoubt'>,
  error: RevokeError,
): RevokeError {
  if (!inDoubt || error.inDoubt || error.kind === 'credentials') return error;
  const message = `${error.message}; an earlier try got no answer`;
  return error.with({ kind: 'in_doubt', message });
}

function judge(response: Response, said: ServerAnswer, now: number): RevokeError {
  const { status } = response;
  const words = said.message ? `: ${excerpt(said.message)}` : '';
  if (status === 429) return limited(response, said, now);
  if (status === 401)
    return rejected(said, {
      code: 'credentials_rejected',
      message: `${said.service} rejected the credentials${words}`,
      affects: 'run',
    });
  if (status === 403) {
    // A login may be refused for one target and be good for others.
    return rejected(said, {
      code: 'forbidden',
      message: `${said.service} does not allow this with these credentials${words}`,
      affects: 'target',
    });
  }
  const providerCode = said.code ?? status;
  if ((status >= 200 && status < 300) || status >= 500)
    return inDoubtError({ ...inDoubt(response, said.service, words), providerCode });
  if (status >= 300 && status < 400) {
    return inDoubtError({
      code: 'redirected',
      message: `${said.service} answered with a redirect (${status}), which is never followed: it may have taken effect`,
      hint: 'check the endpoint',
      affects: 'run',
      providerCode,
    });
  }
  return refusedError({
    code: 'refused',
    message: `${said.service} refused the request (${status})${words}`,
    affects: status === 400 || status === 413 || status === 422 ? 'batch' : 'target',
    providerCode,
  });
}

/** What is said where the answer leaves open what was done. */
function inDoubt({ status, tries }: Response, service: string, words: string) {
  if (status < 300)
    return {
      code: 'unexpected_answer',
      message: `${service} answered ${status}, but not as documented`,
      hint: 'it may have taken effect: check it at the provider, or run this again',
    };
  const after = tries === 1 ? 'one try' : `${tries} tries`;
  return {
    code: 'server_error',
    message: `${service} answered ${status}${words} (after ${after})`,
    hint: 'it may have taken effect: run this again',
  };
}

function limited(response: Response, said: ServerAnswer, now: number): RevokeError {
  const wait = retryAfterMs(response.headers['retry-after'], now);
  const when = Number.isFinite(wait) ? `in ${Math.ceil((wait ?? 0) / 1000)} s` : 'later';
  return refusedError({
    code: 'rate_limited',
    message: `${said.service} is limiting requests${said.message ? `: ${excerpt(said.message)}` : ''}`,
    hint: `run this again ${when}, or with a lower --rate`,
    affects: (wait ?? 0) > AN_HOUR_MS ? 'run' : 'target',
    providerCode: said.code ?? response.status,
  });
}

function rejected(
  { loginHint, code: providerCode }: ServerAnswer,
  { code, message, affects }: Pick<RevokeError, 'code' | 'message' | 'affects'>,
): RevokeError {
  return credentialsError(message, loginHint, code).with({ affects, providerCode });
}
