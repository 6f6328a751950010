/** Base URLs as settings name them. */
import { usageError } from './errors.js';
import type { Setting } from './provider.js';
import { assertSecure } from './secure-origin.js';
import { isSafeSegment } from './url-path.js';

export interface BaseUrl {
  readonly origin: string;
  /** Empty, or a path that starts with a slash and ends without one. */
  readonly prefix: string;
  /** Both. */
  readonly url: string;
}

/**
 * Reads a base URL: https, or http to this machine; a host and perhaps a path, and nothing else.
 * Throws a usage error that shows nothing of what may be a login in it.
 * @param example what a right one looks like
 */
export function readBaseUrl(
  { value, source }: Pick<Setting, 'value' | 'source'>,
  example: string,
): BaseUrl {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (!url || !/^https?:$/.test(url.protocol))
    throw usageError(`${source} is not a URL`, `for example ${example}`, 'bad_endpoint');
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw usageError(
      `${source} has more than a host and a path`,
      'give no login, query or fragment',
      'bad_endpoint',
    );
  }
  assertSecure(url.origin);
  const prefix = url.pathname.replace(/\/+$/, '');
  if (!prefix.split('/').slice(1).every(isSafeSegment))
    throw usageError(`${source} has an empty part in its path`, 'check the URL', 'bad_endpoint');
  return { origin: url.origin, prefix, url: `${url.origin}${prefix}` };
}
