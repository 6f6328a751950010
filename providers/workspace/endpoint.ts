/** Where the API is: an explicit URL, or the host that ntcli is set to. */
import { assertSecure, isLoopback, isSafeSegment, usageError } from '../../src/contract/index.js';
import type { NtcliConfig } from './schema.js';

export interface Endpoint {
  readonly origin: string;
  /** What stands before `/v1`: empty, or a path that starts with a slash. */
  readonly prefix: string;
  readonly url: string;
}

const DEFAULT_DOMAIN = 'nimbletools.ai';

/** @param source where the URL came from, in words. Throws a usage fault for what is no https URL. */
export function endpointFrom(text: string, source: string): Endpoint {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw usageError(`${source} is no URL`, `${source} https://api.${DEFAULT_DOMAIN}`);
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw usageError(
      `${source} has more than a host and a path`,
      'give no login, query or fragment',
    );
  }
  assertSecure(url.origin);
  const prefix = url.pathname.replace(/\/+$/, '').replace(/\/v1$/, '').replace(/\/+$/, '');
  if (!prefix.split('/').slice(1).every(isSafeSegment))
    throw usageError(`${source} has an empty part in its path`, 'check the URL');
  return { origin: url.origin, prefix, url: `${url.origin}${prefix}` };
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
    throw usageError(`${source} is no host name`, 'set --endpoint, or mend it: ntcli config');
  if (isLoopback(url.hostname)) return endpointFrom(`http://${host}`, source);
  if (config?.insecure) {
    throw usageError(
      `ntcli is set to plain http for ${host}, and credentials go over https only`,
      'name an https URL with --endpoint',
      'insecure_url',
    );
  }
  return endpointFrom(`https://${host}`, source);
}
