/** Tunnels through the proxy that the environment names. */
import type { Dispatcher } from 'undici';
import apiConnect from 'undici/lib/api/api-connect.js';
import BaseDispatcher from 'undici/lib/dispatcher/dispatcher.js';
import Pool from 'undici/lib/dispatcher/pool.js';
import ProxyAgent from 'undici/lib/dispatcher/proxy-agent.js';
import { NO_TUNNEL, type TlsOptions } from './tls-options.js';

export interface ProxyOptions {
  readonly timeoutMs: number;
  readonly connections: number;
  readonly tls: TlsOptions;
}

/** @param url the proxy's own URL, with its login where it wants one */
export function createProxy(url: string, options: ProxyOptions): Dispatcher {
  const { timeoutMs, connections, tls } = options;
  // Tunnels are opened by a method that undici gives its dispatchers in its index alone.
  Object.assign(BaseDispatcher.prototype, { connect: apiConnect });
  return new ProxyAgent({
    uri: url,
    connections,
    pipelining: 1,
    requestTls: { ...tls, timeout: timeoutMs },
    proxyTls: { ...tls, timeout: timeoutMs },
    clientFactory: (origin: URL, given: object) =>
      tunnels(new Pool(origin, { ...given, headersTimeout: timeoutMs, bodyTimeout: timeoutMs })),
  });
}

/**
 * undici opens a tunnel again and again, without a pause, where it breaks by an error of a socket;
 * under another name the error ends the request that the tunnel was for.
 */
function tunnels(pool: Pool): Pool {
  const connect = pool.connect.bind(pool) as (
    options: Dispatcher.ConnectOptions,
  ) => Promise<Dispatcher.ConnectData>;
  const guarded = (options: Dispatcher.ConnectOptions) =>
    connect(options).catch((error: unknown) => {
      const { code, name } = error as { code?: unknown; name?: unknown };
      throw Object.assign(new Error(`the proxy: ${String(code ?? name)}`), { code: NO_TUNNEL });
    });
  return Object.assign(pool, { connect: guarded });
}
