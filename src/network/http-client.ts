/**
 * The only network. One `send()`: https except to loopback, no redirect followed, every wait and
 * every body bounded, retried only where it is safe, paced together with all other requests.
 */
import { inDoubtError, MORE_FILES, refusedError } from '../contract/errors.js';
import { tlsHint } from '../contract/system-words.js';
import { createExchange, type Broken, type Result, type Send } from './exchange.js';
import { assertSecure } from '../contract/secure-origin.js';
import { backoffMs, type Pacer } from './pacer.js';
import { retryAfterMs } from '../contract/retry-after.js';
import type { Clock, Log } from '../contract/provider.js';
import type { Request, Response } from '../contract/http.js';
import { createDeadlines } from './deadlines.js';
import type { PaceableHttp } from './lane-network.js';
import { createLoginMask } from './login-mask.js';
import { createPauseNotice } from './pause-notice.js';
import type { Transport } from './transport.js';

export interface HttpOptions {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly log: Log;
  readonly pacer: Pacer;
  /** Milliseconds for one try, from the first byte out to the last byte in. */
  readonly timeoutMs: number;
  /** Tries after the first. */
  readonly retries: number;
  /** Once aborted nothing new leaves; what is in flight is waited for. */
  readonly signal: AbortSignal;
  /** A line of verbose log is made only where somebody reads it. */
  readonly verbose: boolean;
  /** From now on this text never shows. */
  readonly mask?: ((secret: string) => void) | undefined;
}

/** A pause longer than this is no pause: the run ends and says when to come back. */
const LONGEST_PAUSE_MS = 60 * 60 * 1000;
const NO_ORIGINS: readonly string[] = [];

interface Client {
  readonly options: HttpOptions;
  readonly exchange: Send;
  readonly warnOfPause: (origin: string, ms: number) => void;
  /** The place among a request's origins of the one that answered last: it is asked first. */
  preferred: number;
}

export function createHttp(options: HttpOptions): PaceableHttp {
  const { clock, log, timeoutMs, transport } = options;
  const deadlines = createDeadlines();
  const maskLogin = options.mask && createLoginMask(options.mask);
  const assertAllSecure = createOriginCheck();
  const client: Client = {
    options,
    exchange: createExchange({ carrierFor: transport.for, timeoutMs, deadlines }),
    warnOfPause: createPauseNotice(clock, log),
    preferred: 0,
  };
  return {
    async send(request, pacer = options.pacer) {
      maskLogin?.(request.headers?.['authorization']);
      assertAllSecure(request.origin, request.fallbackOrigins ?? NO_ORIGINS);
      return sendUntilAnswered(client, request, pacer);
    },
    async close() {
      deadlines.stop();
      // Nothing is in flight that anybody waits for: what a deadline has given up is dropped here.
      await transport.destroy();
    },
  };
}

async function sendUntilAnswered(
  client: Client,
  request: Request,
  pacer: Pacer,
): Promise<Response> {
  const { clock, log, signal, retries, verbose } = client.options;
  const { fallbackOrigins = NO_ORIGINS } = request;
  const originCount = 1 + fallbackOrigins.length;
  const offset = client.preferred;
  let inDoubt = false;
  let earlier: Response | Broken | undefined;
  for (let tries = 1; ; tries++) {
    const wait = pacer.admit(signal);
    if (wait) await wait;
    if (signal.aborted) {
      if (earlier && 'status' in earlier) return earlier;
      if (!earlier || !inDoubt) throw interrupted();
      throw failure(request, earlier, { inDoubt, tries: tries - 1 });
    }
    const index = (offset + tries - 1) % originCount;
    const origin = fallbackOrigins[index - 1] ?? request.origin;
    const { body } = request;
    const text = typeof body === 'function' ? await body(tries, inDoubt) : body;
    const pending = client.exchange(request, origin, text);
    const result = await (verbose ? logged(pending, { request, origin, tries, log }) : pending);
    const last = tries > retries || signal.aborted;
    if ('status' in result) {
      // Written out: spreading it costs more than all else that is done here.
      const { status, headers, body: read } = result;
      const response: Response = { status, headers, body: read, tries, inDoubt };
      const triesNext = tries < originCount && (request.tryNextOrigin?.(response) ?? false);
      const overloaded = response.status === 429 || response.status === 503;
      if (response.status >= 500) inDoubt = true;
      if (!overloaded && !triesNext) {
        pacer.succeeded();
        client.preferred = index;
        return response;
      }
      const asked = retryAfterMs(response.headers['retry-after'], clock.now()) ?? 0;
      // The run ends here: the other requests are not paused.
      if (asked > LONGEST_PAUSE_MS) return response;
      if (overloaded && !triesNext) {
        pacer.throttled(asked || backoffMs(tries));
        client.warnOfPause(origin, asked);
      }
      if (last || !request.idempotent) return response;
      earlier = response;
    } else {
      inDoubt ||= result.inDoubt;
      if (last || (!request.idempotent && result.inDoubt) || result.final) {
        throw failure(request, result, { inDoubt, tries });
      }
      earlier = result;
      await clock.sleep(backoffMs(tries), signal);
    }
  }
}

/** Checks the origins of requests. The same ones in a row are checked once. */
function createOriginCheck() {
  let checkedOrigin: string | undefined;
  let checkedFallbacks: readonly string[] | undefined;
  return (origin: string, fallbacks: readonly string[]): void => {
    if (origin === checkedOrigin && fallbacks === checkedFallbacks) return;
    for (const each of [origin, ...fallbacks]) assertSecure(each);
    checkedOrigin = origin;
    checkedFallbacks = fallbacks;
  };
}

interface Attempt {
  readonly request: Request;
  readonly origin: string;
  readonly tries: number;
  readonly log: Log;
}

/** The result of one try, after a line about it for `--verbose`. */
async function logged(pending: Promise<Result>, attempt: Attempt): Promise<Result> {
  const { request, origin, tries, log } = attempt;
  const started = performance.now();
  const result = await pending;
  const ms = Math.round(performance.now() - started);
  const answer = 'status' in result ? String(result.status) : result.reason;
  log.verbose(`${request.method} ${origin}${request.path} ${answer} ${ms} ms (try ${tries})`);
  return result;
}

function failure(
  request: Request,
  result: Broken,
  { inDoubt, tries }: Pick<Response, 'inDoubt' | 'tries'>,
) {
  const host = new URL(request.origin).host;
  const times = tries === 1 ? 'once' : `${tries} times`;
  if (!inDoubt) {
    const tls = result.reason.startsWith('TLS:');
    return refusedError({
      code: tls ? 'tls_failed' : 'unreachable',
      message: `could not reach ${host}: ${result.reason} (tried ${times})`,
      hint: hintFor(result.reason),
      affects: 'run',
    });
  }
  return inDoubtError({
    code: 'no_answer',
    message: `no complete response from ${host}: ${result.reason} (sent ${times})`,
    hint: 'it may have taken effect: run this again',
  });
}

/** What to check where a server was not reached. */
function hintFor(reason: string): string {
  if (reason.startsWith('TLS:')) return tlsHint(reason);
  return /\bE[MN]FILE\b/.test(reason)
    ? MORE_FILES
    : 'check the endpoint, the network and the proxy';
}

export function interrupted() {
  return refusedError({ code: 'interrupted', message: 'interrupted before it was sent' });
}
