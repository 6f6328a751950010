/** Where requests may go. */
import { usageError } from './errors.js';

/** https, or http to this machine. */
export function assertSecure(origin: string): void {
  const url = URL.canParse(origin) ? new URL(origin) : undefined;
  if (url && url.username === '' && url.password === '') {
    if (url.protocol === 'https:') return;
    if (url.protocol === 'http:' && isLoopback(url.hostname)) return;
  }
  throw usageError(
    `${url ? `${url.protocol}//${url.host}` : 'the endpoint'} is not an https URL`,
    'use https; http is for loopback only, and a URL carries no credentials',
    'insecure_url',
  );
}

export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}
