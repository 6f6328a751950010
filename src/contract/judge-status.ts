/** Judging answers: what every provider says of a status that its own documentation does not name. */
import { credentials, refused, unclear, type Fault } from './errors.js';
import { retryAfterMs } from '../network/pacer.js';
import type { Response } from './http.js';
import { shorten } from './text.js';

/** The JSON of an answer, or undefined where the body is none. */
export function json(response: Response): unknown {
  try {
    return JSON.parse(response.body);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/**
 * What a server says of itself, cut short between words: half a secret would not be known for one.
 * The output layer makes it harmless.
 */
export function quote(text: string): string {
  const whole = text.replace(/\s+/g, ' ').trim();
  const short = shorten(whole, LONGEST_QUOTE);
  return short === whole ? whole : short.replace(/\S*$/, '…');
}

const LONGEST_QUOTE = 200;

export interface Said {
  /** The provider's name in sentences: `Ably`. */
  readonly who: string;
  /** The server's own words and code, where its documented error shape has them. */
  readonly message?: string | undefined;
  readonly code?: string | number | undefined;
  /** What to do where our credentials were refused. */
  readonly login: string;
}

const AN_HOUR_MS = 60 * 60 * 1000;

/**
 * The fault that a status stands for, where nothing more exact is known. A 2xx that reached this
 * point did not have the documented shape: nothing is known of the target.
 */
export function judgeStatus(response: Response, said: Said, now: number): Fault {
  const fault = judge(response, said, now);
  if (!response.doubt || fault.landed === 'maybe' || fault.reach === 'run') return fault;
  // This try was refused, but an earlier one got no answer: it may have landed.
  const { code, message, hint, providerCode, reach } = fault;
  return unclear({
    code,
    message: `${message}; an earlier try got no answer`,
    hint,
    providerCode,
    reach,
  });
}

function judge(response: Response, said: Said, now: number): Fault {
  const { status } = response;
  const words = said.message ? `: ${quote(said.message)}` : '';
  const base = { providerCode: said.code ?? status };
  if (status >= 200 && status < 300) {
    return unclear({
      code: 'unexpected_answer',
      message: `${said.who} answered ${status}, but not what its documentation promises`,
      hint: 'nothing is known of this target: look at it, or run this again',
      ...base,
    });
  }
  if (status === 429) {
    const wait = retryAfterMs(response.headers['retry-after'], now);
    const when = wait === undefined ? 'later' : `in ${Math.ceil(wait / 1000)} s`;
    return refused({
      code: 'rate_limited',
      message: `${said.who} is limiting requests${words}`,
      hint: `run this again ${when}, or with a lower --rate`,
      reach: (wait ?? 0) > AN_HOUR_MS ? 'run' : 'target',
      ...base,
    });
  }
  if (status === 401)
    return rejected('credentials_rejected', `${said.who} rejected the credentials`, words, said);
  if (status === 403)
    return rejected('forbidden', `${said.who} refuses this to the credentials in use`, words, said);
  if (status >= 500) {
    return unclear({
      code: 'server_error',
      message: `${said.who} answered ${status}${words} (after ${response.tries === 1 ? 'one try' : `${response.tries} tries`})`,
      hint: 'it may or may not have landed: run it again',
      ...base,
    });
  }
  if (status >= 300 && status < 400) {
    return refused({
      code: 'redirected',
      message: `${said.who} answered with a redirect (${status}), which is never followed`,
      hint: 'check the endpoint',
      reach: 'run',
      ...base,
    });
  }
  return refused({
    code: 'refused',
    message: `${said.who} refused the request (${status})${words}`,
    reach: status === 400 || status === 413 || status === 422 ? 'batch' : 'target',
    ...base,
  });
}

function rejected(code: string, message: string, words: string, said: Said): Fault {
  const fault = credentials(`${message}${words}`, said.login, code);
  return said.code === undefined ? fault : Object.assign(fault, { providerCode: said.code });
}
