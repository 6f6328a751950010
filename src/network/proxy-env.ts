/** Which proxies the environment names. */
import { usageError } from '../contract/errors.js';

export interface Proxies {
  /** URLs; empty where there is none. */
  readonly http: string;
  readonly https: string;
  /** Hosts that are reached directly, as NO_PROXY lists them. */
  readonly except: string;
}

/**
 * The proxies by the usual variables; the lower-case names win. Throws a usage fault, which never
 * holds the value, for one that is no URL: a proxy that is skipped by mistake is a leak.
 */
export function proxiesFrom(
  env: Readonly<Record<string, string | undefined>>,
): Proxies | undefined {
  const http = proxyFrom(env, 'http_proxy');
  const https = proxyFrom(env, 'https_proxy');
  if (http === '' && https === '') return undefined;
  return { http, https, except: env['no_proxy'] ?? env['NO_PROXY'] ?? '' };
}

function proxyFrom(env: Readonly<Record<string, string | undefined>>, lower: string): string {
  const name = env[lower] === undefined ? lower.toUpperCase() : lower;
  const text = env[name]?.trim() ?? '';
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (text === '' || url?.protocol === 'http:' || url?.protocol === 'https:') return text;
  throw usageError(`${name} is no http(s) URL`, `${name}=http://proxy.example.com:3128`);
}
