/** Whom TLS trusts where an authority was named. */
import { readFileSync } from 'node:fs';
import { isCode } from '../contract/errors.js';

type Env = Readonly<Record<string, string | undefined>>;

/** `tls.getCACertificates`, which Node has from 22.15 on. */
interface Tls {
  readonly rootCertificates: readonly string[];
  getCACertificates?(type: 'default'): readonly string[];
}

/** @returns the named authority beside Node's own and those of NODE_EXTRA_CA_CERTS, as one PEM text */
export async function trustedWith(pem: string, env: Env): Promise<string> {
  const tls: Tls = await import('node:tls');
  const own = tls.getCACertificates?.('default') ?? [...tls.rootCertificates, extra(env)];
  return [...own, pem].join('\n');
}

/** Node itself warns of a file that it cannot read, and goes on without it. */
function extra({ NODE_EXTRA_CA_CERTS: path }: Env): string {
  if (!path) return '';
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (isCode(error, 'ENOENT', 'EACCES', 'EISDIR', 'ENOTDIR')) return '';
    throw error;
  }
}
