/** The connections of one client: a pool for each origin, or the proxy. */
import Pool from 'undici/lib/dispatcher/pool.js';
import type { Dispatcher } from 'undici';
import { tlsOptions } from './tls-options.js';

/** What carries requests to all hosts but those that are reached directly. */
export interface Proxy {
  readonly dispatcher: Dispatcher;
  serves(url: URL): boolean;
}

export interface PoolOptions {
  readonly connections: number;
  /** Milliseconds that connecting may take. */
  readonly timeoutMs: number;
  /** Authorities to trust, as PEM; Node's own where there are none. */
  readonly ca?: string | undefined;
  readonly proxy?: Proxy | undefined;
}

const MAX_HEADER_BYTES = 64 * 1024;

export function createPools({ connections, timeoutMs, ca, proxy }: PoolOptions) {
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
    for(origin: string): Dispatcher {
      let pool = pools.get(origin);
      if (!pool) pools.set(origin, (pool = open(origin)));
      return pool;
    },
    /** Drops what is still in flight. */
    async destroy(): Promise<void> {
      const dispatchers = new Set([...pools.values(), proxy?.dispatcher]);
      await Promise.all([...dispatchers].map((dispatcher) => dispatcher?.destroy()));
    },
  };
}
