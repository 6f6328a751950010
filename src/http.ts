/**
 * The only network. One `send()`: https except to loopback, no redirect followed, every wait and
 * every body bounded, retried only where it is safe, paced together with all other requests.
 */
import Pool from 'undici/lib/dispatcher/pool.js';
import type { Dispatcher } from 'undici';
import type { IncomingHttpHeaders } from 'undici/types/header.js';
import { refused, unclear, usage } from './errors.js';
import { backoffMs, retryAfterMs, type Pacer } from './pace.js';
import type { Clock, Log } from './provider.js';
import type { Http, Request, Response } from './request.js';

export type { Http, Request, Response };

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
  /** PEM certificates to trust beside the system's. */
  readonly ca?: string | undefined;
  /** Makes the dispatcher for an origin that a proxy serves; undefined: connect directly. */
  readonly proxy?: Dispatcher | undefined;
  /** A line of verbose log is made only where somebody reads it. */
  readonly verbose: boolean;
}

const MAX_BYTES = 1024 * 1024;
const MAX_HEADER_BYTES = 64 * 1024;
/** How often deadlines are looked at: one timer for all requests costs less than one for each. */
const SWEEP_MS = 50;
/** A pause longer than this is no pause: the run ends and says when to come back. */
const LONGEST_PAUSE_MS = 60 * 60 * 1000;

export function createHttp(options: HttpOptions): Http {
  const { clock, log, pacer, signal } = options;
  const pools = new Map<string, Dispatcher>();
  const watch = createWatch();
  let preferred = 0;
  /** The origins that were found secure last: the same array is not looked at again. */
  let trusted: Request['origins'] | undefined;

  function dispatcherFor(origin: string): Dispatcher {
    if (options.proxy) return options.proxy;
    const known = pools.get(origin);
    if (known) return known;
    const pool = new Pool(origin, {
      connections: options.connections,
      pipelining: 1,
      maxHeaderSize: MAX_HEADER_BYTES,
      connect: { timeout: options.timeoutMs, ...(options.ca ? { ca: options.ca } : {}) },
    });
    pools.set(origin, pool);
    return pool;
  }

  async function attempt(
    request: Request,
    origin: string,
    tries: number,
    doubt: boolean,
  ): Promise<Result> {
    const { body } = request;
    const text = typeof body === 'function' ? await body(tries, doubt) : body;
    const started = options.verbose ? performance.now() : 0;
    const result = await exchange(
      dispatcherFor(origin),
      request,
      origin,
      text,
      options.timeoutMs,
      watch,
    );
    if (options.verbose) {
      const ms = Math.round(performance.now() - started);
      const answer = 'status' in result ? String(result.status) : result.reason;
      log.detail(`${request.method} ${origin}${request.path} ${answer} ${ms} ms (try ${tries})`);
    }
    return result;
  }

  async function send(request: Request): Promise<Response> {
    if (request.origins !== trusted) {
      for (const origin of request.origins) assertSecure(origin);
      trusted = request.origins;
    }
    const offset = preferred;
    let maybeLanded = false;
    let earlier: Response | Broken | undefined;
    for (let tries = 1; ; tries++) {
      const wait = pacer.admit(signal);
      if (wait) await wait;
      if (signal.aborted) {
        if (earlier && 'status' in earlier) return earlier;
        throw earlier && maybeLanded
          ? failure(request, earlier, maybeLanded, tries - 1)
          : interrupted();
      }
      const index = (offset + tries - 1) % request.origins.length;
      const origin = request.origins[index] ?? request.origins[0];
      const result = await attempt(request, origin, tries, maybeLanded);
      const last = tries > options.retries || signal.aborted;
      if ('status' in result) {
        const response: Response = { ...result, tries, doubt: maybeLanded };
        const elsewhere =
          tries < request.origins.length && (request.elsewhere?.(response) ?? false);
        const overloaded = response.status === 429 || response.status === 503;
        if (response.status >= 500) maybeLanded = true;
        if (!overloaded && !elsewhere) {
          pacer.succeeded();
          preferred = index;
          return response;
        }
        const asked = retryAfterMs(response.headers['retry-after'], clock.now()) ?? 0;
        // Where the run ends for it, nobody may be left waiting for the end of the pause.
        if (asked > LONGEST_PAUSE_MS) return response;
        if (overloaded && !elsewhere) pacer.throttled(asked || backoffMs(tries));
        if (last || request.repeat === 'unsent') return response;
        earlier = response;
      } else {
        maybeLanded ||= result.sent;
        if (last || (request.repeat === 'unsent' && result.sent) || result.final) {
          throw failure(request, result, maybeLanded, tries);
        }
        earlier = result;
        await clock.sleep(backoffMs(tries), signal);
      }
    }
  }

  return {
    send,
    async close() {
      watch.stop();
      await Promise.all([...pools.values()].map((pool) => pool.close()));
      await options.proxy?.close();
    },
  };
}

/** https, or http to this machine. */
export function assertSecure(origin: string): void {
  const url = URL.canParse(origin) ? new URL(origin) : undefined;
  if (url?.protocol === 'https:' && url.username === '' && url.password === '') return;
  if (url?.protocol === 'http:' && isLoopback(url.hostname) && url.username === '') return;
  throw usage(
    `${url ? `${url.protocol}//${url.host}` : 'the endpoint'} is not an https URL`,
    'use https; http is for loopback only, and a URL carries no credentials',
    'insecure_url',
  );
}

export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

interface Broken {
  readonly reason: string;
  /** Whether the request may have reached the server. */
  readonly sent: boolean;
  /** Whether another try would meet the same. */
  readonly final: boolean;
}

type Result = Answer | Broken;

/** One try: resolves with an answer, or with how it broke. */
function exchange(
  dispatcher: Dispatcher,
  request: Request,
  origin: string,
  body: string | undefined,
  timeoutMs: number,
  watch: Watch,
): Promise<Result> {
  return new Promise((resolve) => {
    const { headers = {} } = request;
    dispatcher.dispatch(
      {
        origin,
        path: request.path,
        method: request.method,
        headers: body === undefined ? headers : { 'content-type': 'application/json', ...headers },
        body: body ?? null,
        headersTimeout: timeoutMs,
        bodyTimeout: timeoutMs,
      },
      new Exchange(request.maxBytes ?? MAX_BYTES, timeoutMs, watch, resolve),
    );
  });
}

/** undici's handler of one try. A class, since a million of them are made in one run. */
class Exchange implements Dispatcher.DispatchHandler, WatchEntry {
  readonly deadline: number;
  private controller: Dispatcher.DispatchController | undefined;
  private status = 0;
  private headers: Readonly<Record<string, string>> = {};
  private size = 0;
  private readonly chunks: Buffer[] = [];
  private done = false;
  private readonly place: number;
  private readonly limit: number;
  private readonly timeoutMs: number;
  private readonly watch: Watch;
  private readonly resolve: (result: Result) => void;

  constructor(limit: number, timeoutMs: number, watch: Watch, resolve: (result: Result) => void) {
    this.limit = limit;
    this.timeoutMs = timeoutMs;
    this.watch = watch;
    this.resolve = resolve;
    this.deadline = watch.in(timeoutMs);
    this.place = watch.add(this);
  }

  expire(): void {
    this.stop(`no answer in ${this.timeoutMs / 1000} s`, false);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.done) return controller.abort(new Error('too late'));
    this.controller = controller;
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    if (status < 200) return;
    this.status = status;
    this.headers = headers as Readonly<Record<string, string>>;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.size += chunk.length;
    if (this.size > this.limit) this.stop(`an answer of more than ${this.limit} bytes`, true);
    else this.chunks.push(chunk);
  }

  onResponseEnd(): void {
    const [first] = this.chunks;
    const bytes = this.chunks.length === 1 && first ? first : Buffer.concat(this.chunks);
    this.settle({ status: this.status, headers: this.headers, body: bytes.toString('utf8') });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.settle(broken(error, this.controller !== undefined));
  }

  private stop(reason: string, final: boolean): void {
    this.settle({ reason, sent: this.controller !== undefined, final });
    this.controller?.abort(new Error(reason));
  }

  private settle(result: Result): void {
    if (this.done) return;
    this.done = true;
    this.watch.remove(this.place);
    this.resolve(result);
  }
}

const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ALTNAME|_SSL_|EPROTO/;

function broken(error: Error & { code?: string }, sent: boolean): Broken {
  const code = error.code ?? error.name;
  const inner =
    error.cause instanceof Error ? (error.cause as Error & { code?: string }).code : undefined;
  const [, refusal] = /^Proxy response \((\d+)\)/.exec(error.message) ?? [];
  if (refusal !== undefined)
    return { reason: `the proxy answered ${refusal}`, sent: false, final: false };
  const certificate = !sent && CERTIFICATE.test(inner ?? code);
  return {
    reason: certificate ? `TLS: ${inner ?? code}` : (inner ?? code),
    sent,
    final: certificate,
  };
}

function failure(request: Request, result: Broken, maybeLanded: boolean, tries: number) {
  const host = new URL(request.origins[0]).host;
  const times = tries === 1 ? 'once' : `${tries} times`;
  if (!maybeLanded) {
    const tls = result.reason.startsWith('TLS:');
    return refused({
      code: tls ? 'tls_failed' : 'unreachable',
      message: `could not reach ${host}: ${result.reason} (tried ${times})`,
      hint: tls
        ? 'name the authority with --ca-file <pem>'
        : 'check the endpoint, the network and the proxy',
      reach: 'run',
    });
  }
  return unclear({
    code: 'no_answer',
    message: `${host} gave no whole answer: ${result.reason} (sent ${times})`,
    hint: 'it may or may not have landed: run it again',
  });
}

export function interrupted() {
  return refused({ code: 'interrupted', message: 'interrupted before it was sent' });
}

interface WatchEntry {
  /** In sweeps: a clock that nobody sets, and that costs no module to load. */
  readonly deadline: number;
  expire(): void;
}

interface Watch {
  /** The deadline that is `ms` milliseconds away. */
  in(ms: number): number;
  /** @returns the place to give back when the entry is done */
  add(entry: WatchEntry): number;
  remove(place: number): void;
  stop(): void;
}

/**
 * Deadlines of all requests in flight, swept by one timer while there are any. Places are used
 * again: a Set that a million entries pass through keeps each alive for a garbage collection more.
 */
function createWatch(): Watch {
  const places: (WatchEntry | undefined)[] = [];
  const free: number[] = [];
  let timer: NodeJS.Timeout | undefined;
  const stop = () => {
    clearInterval(timer);
    timer = undefined;
  };
  let sweeps = 0;
  const sweep = () => {
    sweeps += 1;
    for (const entry of places) if (entry && entry.deadline <= sweeps) entry.expire();
    if (free.length === places.length) stop();
  };
  return {
    in: (ms) => sweeps + Math.ceil(ms / SWEEP_MS) + 1,
    add(entry) {
      const place = free.pop() ?? places.length;
      places[place] = entry;
      timer ??= setInterval(sweep, SWEEP_MS).unref();
      return place;
    },
    remove(place) {
      places[place] = undefined;
      free.push(place);
    },
    stop,
  };
}
