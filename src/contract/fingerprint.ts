import { hash } from 'node:crypto';

/** `sha256:` and 32 hex digits: enough to tell any two secrets apart, and no way back to one. */
export function fingerprintOf(secret: string): string {
  return `sha256:${hash('sha256', secret, 'hex').slice(0, 32)}`;
}
