/** Proxies by the usual variables; the lower-case names win, NO_PROXY excepts hosts. */
import type { Dispatcher } from 'undici';
import EnvHttpProxyAgent from 'undici/lib/dispatcher/env-http-proxy-agent.js';

export function createProxy(
  env: Readonly<Record<string, string | undefined>>,
  options: { timeoutMs: number; connections: number; ca?: string | undefined },
): Dispatcher {
  const tls = options.ca === undefined ? {} : { ca: options.ca };
  return new EnvHttpProxyAgent({
    httpProxy: env['http_proxy'] ?? env['HTTP_PROXY'] ?? '',
    httpsProxy: env['https_proxy'] ?? env['HTTPS_PROXY'] ?? '',
    noProxy: env['no_proxy'] ?? env['NO_PROXY'] ?? '',
    connections: options.connections,
    pipelining: 1,
    connect: { timeout: options.timeoutMs, ...tls },
    requestTls: tls,
    proxyTls: tls,
  });
}
