/** Where the API is: an explicit URL, or the host that ntcli is set to. */
import { type BaseUrl, isLoopback, readBaseUrl, usageError } from '../../src/contract/index.js';
import type { NtcliConfig } from './schema.js';

/** Its `prefix` is what stands before `/v1`. */
export type Endpoint = BaseUrl;

const DEFAULT_DOMAIN = 'nimbletools.ai';

/** @param source where the URL came from, in words. Throws a usage error for what is no https URL. */
export function endpointFrom(text: string, source: string): Endpoint {
  const setting = { value: text, source };
  const { origin, prefix } = readBaseUrl(setting, `https://api.${DEFAULT_DOMAIN}`);
  const start = prefix.replace(/\/v1$/, '');
  return { origin, prefix: start, url: `${origin}${start}` };
}

/**
 * The API of the domain that ntcli is set to, by ntcli's rule: `https://api.<domain>`, without `api.`
 * for a name that contains `localhost` or `127.0.0.1`. Plain http is kept to real loopback.
 */
export function ntcliEndpoint(config: NtcliConfig | undefined): Endpoint {
  const domain = config?.domain || DEFAULT_DOMAIN;
  const source = "ntcli's domain";
  const isLocal = domain.includes('localhost') || domain.includes('127.0.0.1');
  const host = isLocal ? domain : `api.${domain}`;
  const url = URL.canParse(`https://${host}`) ? new URL(`https://${host}`) : undefined;
  if (!url || url.username !== '' || url.pathname !== '/' || url.search !== '' || url.hash !== '')
    throw usageError(`${source} is not a host name`, 'set --endpoint, or fix it: ntcli config');
  if (isLoopback(url.hostname)) return endpointFrom(`http://${host}`, source);
  if (config?.insecure) {
    throw usageError(
      `ntcli is set to plain http for ${host}, and credentials go over https only`,
      'give an https URL with --endpoint',
      'insecure_url',
    );
  }
  return endpointFrom(`https://${host}`, source);
}
