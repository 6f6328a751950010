/** What carries a request to its origin, once: undici's pools, or Node's own client. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Request } from '../contract/http.js';

export interface Transport {
  for(origin: string): Carrier;
  /** Drops what is still in flight. */
  destroy(): Promise<void>;
}

export interface Carrier {
  /** Sends it once; whatever comes of it is told to `handler`, and nothing is thrown. */
  dispatch(request: Outgoing, handler: Handler): unknown;
}

export interface Outgoing extends Pick<Request, 'method' | 'path'> {
  readonly origin: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  /** Milliseconds; 0 for no clock of the transport's own. */
  readonly headersTimeout: 0;
  readonly bodyTimeout: 0;
}

export interface Controller {
  abort(reason: Error): void;
}

/** The methods that undici calls of its handlers. */
export interface Handler {
  /** A connection is there, and the first byte is about to leave: from now on it may arrive. */
  onRequestStart(controller: Controller): void;
  onResponseStart(controller: Controller, status: number, headers: IncomingHttpHeaders): void;
  onResponseData(controller: Controller, chunk: Buffer): void;
  onResponseEnd(): void;
  onResponseError(controller: Controller, error: Error): void;
}

export interface TransportOptions {
  /** The most connections to one origin. */
  readonly connections: number;
  /** Authorities to trust, as PEM; Node's own where there are none. */
  readonly ca?: string | undefined;
}

/** The longest headers that are read of an answer. */
export const MAX_HEADER_BYTES = 64 * 1024;
