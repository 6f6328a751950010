/** Which proxy the environment names. */
import { usageError } from '../contract/errors.js';

type Env = Readonly<Record<string, string | undefined>>;

export interface ProxySettings {
  readonly url: string;
  /** Hosts that are reached directly, as NO_PROXY lists them. */
  readonly noProxy: string;
}

/**
 * The proxy by the usual variables; the lower-case names win. Only https goes through one, since
 * plain http is for this machine alone. Throws a usage error, which never holds the value, for one
 * that is not a URL: a proxy that is skipped by mistake is a leak.
 */
export function proxyFrom(env: Env): ProxySettings | undefined {
  const http = urlFrom(env, 'http_proxy');
  const url = urlFrom(env, 'https_proxy') || http;
  if (url === '') return undefined;
  return { url, noProxy: env['no_proxy'] ?? env['NO_PROXY'] ?? '' };
}

/** What must never show of a proxy's URL: its password, and the login as it is sent. */
export function proxySecrets({ url }: ProxySettings): readonly string[] {
  const { username, password } = new URL(url);
  if (password === '') return [];
  const login = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return [password, decodeURIComponent(password), Buffer.from(login).toString('base64')];
}

function urlFrom(env: Env, lower: string): string {
  const name = env[lower] === undefined ? lower.toUpperCase() : lower;
  const text = env[name]?.trim() ?? '';
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isUrl = url?.protocol === 'http:' || url?.protocol === 'https:';
  if (text === '' || (isUrl && !/[\x00-\x20\x7f]/.test(text))) return text;
  throw usageError(`${name} is not an http(s) URL`, `${name}=http://proxy.example.com:3128`);
}
