/** Proxies by the usual variables; the lower-case names win, NO_PROXY excepts hosts. */
import type { Dispatcher } from 'undici';
import apiConnect from 'undici/lib/api/api-connect.js';
import BaseDispatcher from 'undici/lib/dispatcher/dispatcher.js';
import EnvHttpProxyAgent from 'undici/lib/dispatcher/env-http-proxy-agent.js';
import type { Proxies } from './proxy-env.js';

export function createProxy(
  proxies: Proxies,
  options: { timeoutMs: number; connections: number; ca?: string | undefined },
): Dispatcher {
  // Tunnels are opened by a method that undici gives its dispatchers in its index alone.
  Object.assign(BaseDispatcher.prototype, { connect: apiConnect });
  const tls = options.ca === undefined ? {} : { ca: options.ca };
  return new EnvHttpProxyAgent({
    httpProxy: proxies.http,
    httpsProxy: proxies.https,
    noProxy: proxies.except,
    connections: options.connections,
    pipelining: 1,
    connect: { timeout: options.timeoutMs, ...tls },
    requestTls: tls,
    proxyTls: tls,
  });
}
