/** The connections of one client: a pool for each origin, or the proxy. */
import Pool from 'undici/lib/dispatcher/pool.js';
import type { Dispatcher } from 'undici';
import { tlsOptions } from './tls-options.js';
import { MAX_HEADER_BYTES, type Transport, type TransportOptions } from './transport.js';

/** What carries requests to all hosts but those that are reached directly. */
export interface Proxy {
  readonly dispatcher: Dispatcher;
  serves(url: URL): boolean;
}

export interface PoolOptions extends TransportOptions {
  /** Milliseconds that connecting may take. */
  readonly timeoutMs: number;
  readonly proxy?: Proxy | undefined;
}

export function createPools({ connections, timeoutMs, ca, proxy }: PoolOptions): Transport {
  const pools = new Map<string, Dispatcher>();

  function open(origin: string): Dispatcher {
    if (proxy?.serves(new URL(origin))) return proxy.dispatcher;
    return new Pool(origin, {
      connections,
      pipelining: 1,
      maxHeaderSize: MAX_HEADER_BYTES,
      connect: { timeout: timeoutMs, ...tlsOptions(ca) },
    });
  }

  return {
    for(origin) {
      let pool = pools.get(origin);
      if (!pool) pools.set(origin, (pool = open(origin)));
      return pool;
    },
    async destroy() {
      const dispatchers = new Set([...pools.values(), proxy?.dispatcher]);
      await Promise.all([...dispatchers].map((dispatcher) => dispatcher?.destroy()));
    },
  };
}
