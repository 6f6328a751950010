/**
 * The only network. One `send()`: https except to loopback, no redirect followed, every wait and
 * every body bounded, retried only where it is safe, paced together with all other requests.
 */
import Pool from 'undici/lib/dispatcher/pool.js';
import type { Dispatcher } from 'undici';
import { refusedError, inDoubtError } from '../contract/errors.js';
import { exchange, type Broken, type Result } from './exchange.js';
import { assertSecure } from '../contract/secure-origin.js';
import { backoffMs, type Pacer } from './pacer.js';
import { retryAfterMs } from '../contract/retry-after.js';
import type { Clock, Log } from '../contract/provider.js';
import type { Request, Response } from '../contract/http.js';
import { createDeadlines } from './deadlines.js';
import type { PaceableHttp } from './lane-network.js';
import { tlsOptions } from './tls-options.js';

/** What carries requests to all hosts but those that are reached directly. */
export interface Proxy {
  readonly dispatcher: Dispatcher;
  serves(url: URL): boolean;
}

export interface HttpOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly pacer: Pacer;
  /** Milliseconds for one try, from the first byte out to the last byte in. */
  readonly timeoutMs: number;
  /** Tries after the first. */
  readonly retries: number;
  /** Once aborted nothing new leaves; what is in flight is waited for. */
  readonly signal: AbortSignal;
  readonly connections: number;
  /** All authorities to trust, as PEM; Node's own where there are none. */
  readonly ca?: string | undefined;
  readonly proxy?: Proxy | undefined;
  /** A line of verbose log is made only where somebody reads it. */
  readonly verbose: boolean;
  /** From now on this text never shows. */
  readonly mask?: (secret: string) => void;
}

const MAX_HEADER_BYTES = 64 * 1024;
/** A pause longer than this is no pause: the run ends and says when to come back. */
const LONGEST_PAUSE_MS = 60 * 60 * 1000;
/** A run has a few logins of its own; where each target is one, its own outcome is cleaned of it. */
const MOST_LOGINS = 100;
const SAID_FROM_MS = 2000;
const NO_ORIGINS: readonly string[] = [];

export function createHttp(options: HttpOptions): PaceableHttp {
  const { clock, log, signal } = options;
  const pools = new Map<string, Dispatcher>();
  const deadlines = createDeadlines();
  let preferred = 0;
  let lastLogin: string | undefined;
  let logins = 0;
  let saidUntil = -Infinity;
  /** What was found secure last: the same origins are not looked at again. */
  let trustedOrigin: string | undefined;
  let trustedFallbacks: readonly string[] | undefined;

  function dispatcherFor(origin: string): Dispatcher {
    const known = pools.get(origin);
    if (known) return known;
    const { proxy, connections, timeoutMs } = options;
    const dispatcher = proxy?.serves(new URL(origin))
      ? proxy.dispatcher
      : new Pool(origin, {
          connections,
          pipelining: 1,
          maxHeaderSize: MAX_HEADER_BYTES,
          connect: { timeout: timeoutMs, ...tlsOptions(options.ca) },
        });
    pools.set(origin, dispatcher);
    return dispatcher;
  }

  /** A pause that the server asked for is said once, with its end; one that people do not notice is not. */
  function sayPause(origin: string, ms: number): void {
    const end = clock.monotonic() + ms;
    if (ms < SAID_FROM_MS || end < saidUntil + SAID_FROM_MS) return;
    saidUntil = end;
    const time = new Date(clock.now() + ms).toISOString().replace(/\.\d+Z$/, 'Z');
    const { host } = new URL(origin);
    log.warn(`${host} asked for a pause of ${Math.ceil(ms / 1000)} s: waiting until ${time}`);
  }

  /** What a server may repeat of the login that it was sent; a list of a million logins is its targets. */
  function maskLogin(login: string | undefined): void {
    if (login === undefined || login === lastLogin || logins >= MOST_LOGINS) return;
    lastLogin = login;
    logins += 1;
    const credentials = login.replace(/^\S+ /, '');
    options.mask?.(credentials);
    if (!/^basic /i.test(login)) return;
    const [, password] = /^[^:]*:([^]*)$/.exec(Buffer.from(credentials, 'base64').toString()) ?? [];
    if (password !== undefined) options.mask?.(password);
  }

  /** One try; told where somebody reads it. */
  function attempt(request: Request, origin: string, body: string | undefined, tries: number) {
    const result = exchange(
      dispatcherFor(origin),
      request,
      origin,
      body,
      options.timeoutMs,
      deadlines,
    );
    return options.verbose
      ? logged(result, `${request.method} ${origin}${request.path}`, tries)
      : result;
  }

  async function logged(pending: Promise<Result>, what: string, tries: number): Promise<Result> {
    const started = performance.now();
    const result = await pending;
    const ms = Math.round(performance.now() - started);
    const answer = 'status' in result ? String(result.status) : result.reason;
    log.verbose(`${what} ${answer} ${ms} ms (try ${tries})`);
    return result;
  }

  async function send(request: Request, pacer = options.pacer): Promise<Response> {
    maskLogin(request.headers?.['authorization']);
    const { fallbackOrigins = NO_ORIGINS } = request;
    const originCount = 1 + fallbackOrigins.length;
    if (request.origin !== trustedOrigin || fallbackOrigins !== trustedFallbacks) {
      for (const origin of [request.origin, ...fallbackOrigins]) assertSecure(origin);
      trustedOrigin = request.origin;
      trustedFallbacks = fallbackOrigins;
    }
    const offset = preferred;
    let inDoubt = false;
    let earlier: Response | Broken | undefined;
    for (let tries = 1; ; tries++) {
      const wait = pacer.admit(signal);
      if (wait) await wait;
      if (signal.aborted) {
        if (earlier && 'status' in earlier) return earlier;
        throw earlier && inDoubt ? failure(request, earlier, inDoubt, tries - 1) : interrupted();
      }
      const index = (offset + tries - 1) % originCount;
      const origin = fallbackOrigins[index - 1] ?? request.origin;
      const { body } = request;
      const text = typeof body === 'function' ? await body(tries, inDoubt) : body;
      const result = await attempt(request, origin, text, tries);
      const last = tries > options.retries || signal.aborted;
      if ('status' in result) {
        // Written out: spreading it costs more than all else that is done here.
        const { status, headers, body: read } = result;
        const response: Response = { status, headers, body: read, tries, inDoubt };
        const triesNext = tries < originCount && (request.tryNextOrigin?.(response) ?? false);
        const overloaded = response.status === 429 || response.status === 503;
        if (response.status >= 500) inDoubt = true;
        if (!overloaded && !triesNext) {
          pacer.succeeded();
          preferred = index;
          return response;
        }
        const asked = retryAfterMs(response.headers['retry-after'], clock.now()) ?? 0;
        // Where the run ends for it, nobody may be left waiting for the end of the pause.
        if (asked > LONGEST_PAUSE_MS) return response;
        if (overloaded && !triesNext) {
          pacer.throttled(asked || backoffMs(tries));
          sayPause(origin, asked);
        }
        if (last || !request.idempotent) return response;
        earlier = response;
      } else {
        inDoubt ||= result.inDoubt;
        if (last || (!request.idempotent && result.inDoubt) || result.final) {
          throw failure(request, result, inDoubt, tries);
        }
        earlier = result;
        await clock.sleep(backoffMs(tries), signal);
      }
    }
  }

  return {
    send,
    async close() {
      deadlines.stop();
      // Nothing is in flight that anybody waits for: what a deadline has given up is dropped here.
      const dispatchers = new Set([...pools.values(), options.proxy?.dispatcher]);
      await Promise.all([...dispatchers].map((dispatcher) => dispatcher?.destroy()));
    },
  };
}

function failure(request: Request, result: Broken, inDoubt: boolean, tries: number) {
  const host = new URL(request.origin).host;
  const times = tries === 1 ? 'once' : `${tries} times`;
  if (!inDoubt) {
    const tls = result.reason.startsWith('TLS:');
    return refusedError({
      code: tls ? 'tls_failed' : 'unreachable',
      message: `could not reach ${host}: ${result.reason} (tried ${times})`,
      hint: tls
        ? 'name the authority with --ca-file <pem>'
        : 'check the endpoint, the network and the proxy',
      affects: 'run',
    });
  }
  return inDoubtError({
    code: 'no_answer',
    message: `${host} gave no whole answer: ${result.reason} (sent ${times})`,
    hint: 'it may or may not have landed: run it again',
  });
}

export function interrupted() {
  return refusedError({ code: 'interrupted', message: 'interrupted before it was sent' });
}
