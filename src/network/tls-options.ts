/** How every connection checks whom it talks to. */

export interface TlsOptions {
  /** Said outright: without it Node obeys NODE_TLS_REJECT_UNAUTHORIZED. */
  readonly rejectUnauthorized: true;
  /** All authorities to trust; Node's own, and those of NODE_EXTRA_CA_CERTS, without it. */
  readonly ca?: string;
}

export function tlsOptions(ca: string | undefined): TlsOptions {
  return { rejectUnauthorized: true, ...(ca !== undefined && { ca }) };
}

/** The code of an error that kept a tunnel from being opened: nothing was sent through it. */
export const NO_TUNNEL = 'REVOKE_NO_TUNNEL';
