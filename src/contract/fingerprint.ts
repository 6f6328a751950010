import { hash } from 'node:crypto';

/** `sha256:` and 32 hex digits: enough to tell any two secrets apart, and no way back to one. */
export function fingerprintOf(secret: string): string {
  return fingerprint(secret, 32);
}

/** The same with 12 digits: the name under which a secret is shown to people. */
export function shortFingerprintOf(secret: string): string {
  return fingerprint(secret, 12);
}

function fingerprint(secret: string, digits: number): string {
  return `sha256:${hash('sha256', secret, 'hex').slice(0, digits)}`;
}
