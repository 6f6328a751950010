/** One client for all lanes of a provider, each of which sends through it at its own pace. */
import type { Http, Request, Response } from '../contract/http.js';
import type { Clock, Log } from '../contract/provider.js';
import { createPacer, type Pacer } from './pacer.js';

/** Http that can send at another pace than its own. */
export interface PaceableHttp extends Http {
  send(request: Request, pacer?: Pacer): Promise<Response>;
}

export interface PacedHttp {
  readonly http: Http;
  readonly pacer: Pacer;
}

export interface LaneLimits {
  /** Requests in flight, never more than the provider's. */
  readonly concurrency?: number | undefined;
  /** Requests a second. */
  readonly rate?: number | undefined;
  readonly pace?: { readonly requests: number; readonly seconds: number } | undefined;
}

export interface LaneNetwork {
  /** Requests in flight of all lanes. */
  readonly concurrency: number;
  /** The way to send of a provider that has one lane. */
  readonly common: PacedHttp;
  /** A way to send with limits of its own, within those of the run. */
  paced(limits: LaneLimits): PacedHttp;
}

export interface LaneNetworkOptions {
  readonly http: PaceableHttp;
  /** Its own pacer. */
  readonly pacer: Pacer;
  readonly clock: Clock;
  readonly log: Log;
  readonly concurrency: number;
  /** Requests a second of the whole run. */
  readonly rate?: number | undefined;
}

/** Waits shorter than this are not worth a line, ms. */
const WORTH_SAYING_MS = 5000;

export function createLaneNetwork(options: LaneNetworkOptions): LaneNetwork {
  const { http, clock, log, concurrency } = options;
  return {
    concurrency,
    common: { http, pacer: options.pacer },
    paced({ concurrency: most = concurrency, rate, pace }) {
      const pacer = createPacer(clock, {
        width: Math.min(most, concurrency),
        rate,
        pace,
        within: options.rate === undefined ? undefined : options.pacer,
        onWait(ms) {
          if (pace && ms >= WORTH_SAYING_MS)
            log.warn(
              `waiting ${Math.ceil(ms / 1000)} s: the service takes ${pace.requests} requests in ${pace.seconds} s`,
            );
        },
      });
      return { http: { ...http, send: (request) => http.send(request, pacer) }, pacer };
    },
  };
}
