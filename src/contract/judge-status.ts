/** Judging answers: what every provider says of a status that its own documentation does not name. */
import { credentialsError, refusedError, inDoubtError, type RevokeError } from './errors.js';
import { retryAfterMs } from './retry-after.js';
import type { Response } from './http.js';
import { parseJson } from './json.js';
import { truncate } from './text.js';

/** The JSON of an answer, or undefined where the body is none. */
export function json(response: Response): unknown {
  return parseJson(response.body);
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
  const error = judge(response, said, now);
  if (!response.inDoubt || error.inDoubt || error.affects === 'run') return error;
  // This try was refused, but an earlier one got no answer: it may have taken effect.
  const message = `${error.message}; an earlier try got no answer`;
  return error.with({ kind: 'in_doubt', message });
}

function judge(response: Response, said: ServerAnswer, now: number): RevokeError {
  const { status } = response;
  const words = said.message ? `: ${excerpt(said.message)}` : '';
  if (status === 429) return limited(response, said, now);
  if (status === 401)
    return rejected(
      'credentials_rejected',
      `${said.service} rejected the credentials`,
      words,
      said,
    );
  if (status === 403)
    return rejected(
      'forbidden',
      `${said.service} refuses this to the credentials in use`,
      words,
      said,
    );
  const providerCode = said.code ?? status;
  if ((status >= 200 && status < 300) || status >= 500)
    return inDoubtError({ ...inDoubt(response, said.service, words), providerCode });
  if (status >= 300 && status < 400) {
    return refusedError({
      code: 'redirected',
      message: `${said.service} answered with a redirect (${status}), which is never followed`,
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
      message: `${service} answered ${status}, but not what its documentation promises`,
      hint: 'nothing is known of this target: look at it, or run this again',
    };
  const after = tries === 1 ? 'one try' : `${tries} tries`;
  return {
    code: 'server_error',
    message: `${service} answered ${status}${words} (after ${after})`,
    hint: 'it may or may not have taken effect: run it again',
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

function rejected(code: string, message: string, words: string, said: ServerAnswer): RevokeError {
  const error = credentialsError(`${message}${words}`, said.loginHint, code);
  // A login may be refused for one target and be good for others.
  const affects = code === 'forbidden' ? 'target' : 'run';
  return error.with({ affects, providerCode: said.code });
}
