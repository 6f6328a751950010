/** One request sent once: what its transport hands over becomes an answer, or how it broke. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Request } from '../contract/http.js';
import { codeWords } from '../contract/system-words.js';
import type { Deadlines, DeadlineEntry } from './deadlines.js';
import { NO_TUNNEL } from './tls-options.js';
import type { Carrier, Controller, Handler } from './transport.js';

/** The largest body that is read where the request names none, bytes. */
const MAX_BYTES = 1024 * 1024;

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Broken {
  readonly reason: string;
  /** Whether the request may have reached the server. */
  readonly inDoubt: boolean;
  /** Whether another try would meet the same. */
  readonly final: boolean;
}

export type Result = Answer | Broken;

export interface ExchangeOptions {
  carrierFor(origin: string): Carrier;
  /** Milliseconds from the first byte out to the last byte in. */
  readonly timeoutMs: number;
  readonly deadlines: Deadlines;
}

/** Sends a request once, to one of its origins; resolves with the answer, or with how it broke. */
export type Send = (request: Request, origin: string, body?: string) => Promise<Result>;

export function createExchange(options: ExchangeOptions): Send {
  return (request, origin, body) =>
    new Promise((resolve) => {
      const { headers = {} } = request;
      options.carrierFor(origin).dispatch(
        {
          origin,
          path: request.path,
          method: request.method,
          headers:
            body === undefined ? headers : { 'content-type': 'application/json', ...headers },
          body: body ?? null,
          // One deadline bounds the whole of it; two clocks would race for the reason.
          headersTimeout: 0,
          bodyTimeout: 0,
        },
        new Exchange(options, request.maxBytes ?? MAX_BYTES, resolve),
      );
    });
}

/** The handler of one try. A class, since a million of them are made in one run. */
class Exchange implements Handler, DeadlineEntry {
  readonly deadline: number;
  private controller: Controller | undefined;
  private status = 0;
  private headers: Readonly<Record<string, string>> = {};
  private size = 0;
  private readonly chunks: Buffer[] = [];
  private done = false;
  private readonly slot: number;
  private readonly options: ExchangeOptions;
  private readonly limit: number;
  private readonly resolve: (result: Result) => void;

  constructor(options: ExchangeOptions, limit: number, resolve: (result: Result) => void) {
    const { deadlines, timeoutMs } = options;
    this.options = options;
    this.limit = limit;
    this.resolve = resolve;
    this.deadline = deadlines.deadlineAfter(timeoutMs);
    this.slot = deadlines.add(this);
  }

  expire(): void {
    this.stop(`no answer in ${this.options.timeoutMs / 1000} s`, false);
  }

  onRequestStart(controller: Controller): void {
    if (this.done) return controller.abort(new Error('too late'));
    this.controller = controller;
  }

  onResponseStart(_controller: Controller, status: number, headers: IncomingHttpHeaders): void {
    if (status < 200) return;
    this.status = status;
    this.headers = joined(headers);
  }

  onResponseData(_controller: Controller, chunk: Buffer): void {
    this.size += chunk.length;
    if (this.size > this.limit) this.stop(`an answer of more than ${this.limit} bytes`, true);
    else this.chunks.push(chunk);
  }

  onResponseEnd(): void {
    const [first] = this.chunks;
    const bytes = this.chunks.length === 1 && first ? first : Buffer.concat(this.chunks);
    this.settle({ status: this.status, headers: this.headers, body: bytes.toString('utf8') });
  }

  onResponseError(_controller: Controller, error: Error): void {
    this.settle(broken(error, this.controller !== undefined));
  }

  private stop(reason: string, final: boolean): void {
    this.settle({ reason, inDoubt: this.controller !== undefined, final });
    this.controller?.abort(new Error(reason));
  }

  private settle(result: Result): void {
    if (this.done) return;
    this.done = true;
    this.options.deadlines.remove(this.slot);
    this.resolve(result);
  }
}

/** One text for each name: a header that is repeated is a list (RFC 9110 §5.3). */
function joined(headers: IncomingHttpHeaders): Readonly<Record<string, string>> {
  for (const name in headers) {
    const value = headers[name];
    if (Array.isArray(value)) headers[name] = value.join(', ');
  }
  return headers as Readonly<Record<string, string>>;
}

const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ALTNAME|_SSL_|EPROTO/;

function broken(error: Error & { code?: string }, inDoubt: boolean): Broken {
  const code = error.code ?? error.name;
  const inner =
    error.cause instanceof Error ? (error.cause as Error & { code?: string }).code : undefined;
  const [, refusal] = /^Proxy response \((\d+)\)/.exec(error.message) ?? [];
  if (refusal !== undefined)
    return { reason: `the proxy answered ${refusal}`, inDoubt: false, final: false };
  if (code === NO_TUNNEL) return { reason: error.message, inDoubt: false, final: false };
  const certificate = !inDoubt && CERTIFICATE.test(inner ?? code);
  return {
    reason: certificate ? `TLS: ${codeWords(inner ?? code)}` : codeWords(inner ?? code),
    inDoubt,
    final: certificate,
  };
}
