/** What a token says of itself, read without asking anybody. Nothing of it is checked or trusted. */
import type { ExpirySource } from '../contract/shape.js';

export interface Claims {
  readonly iss?: string;
  /** Seconds since the epoch. */
  readonly exp?: number;
}

/** The claims of a JWT, or of what ends with one; undefined where it cannot be read. */
export function claimsOf(token: string): Claims | undefined {
  const part = token.split('.')[1];
  if (part === undefined) return undefined;
  const value = parseJson(Buffer.from(part, 'base64url').toString('utf8'));
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const { iss, exp } = value as { iss?: unknown; exp?: unknown };
  return {
    ...(typeof iss === 'string' ? { iss } : {}),
    ...(typeof exp === 'number' ? { exp } : {}),
  };
}

/** The text of an issuer that may be shown: https, plain characters, 100 at most. */
export function issuerToShow(issuer: string | undefined): string | undefined {
  return issuer !== undefined && /^https:\/\/[A-Za-z0-9.:/_-]{1,92}$/.test(issuer)
    ? issuer
    : undefined;
}

/** RFC 3339, UTC; undefined where the token does not say. */
export function expiryOf(token: string, source: ExpirySource | undefined): string | undefined {
  const seconds = source === undefined ? undefined : READERS[source](token);
  if (seconds === undefined || !(seconds > 0) || seconds > 1e11) return undefined;
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}

const READERS: Readonly<Record<ExpirySource, (token: string) => number | undefined>> = {
  jwt: (token) => claimsOf(token)?.exp,
  'jfrog-reference': (token) => {
    const text = Buffer.from(token, 'base64').toString('latin1');
    const [, seconds] = /^reftkn:\d+:(\d{10}):/.exec(text) ?? [];
    return seconds === undefined ? undefined : Number(seconds);
  },
  'pypi-macaroon': (token) => {
    const text = Buffer.from(token.slice('pypi-'.length), 'base64url').toString('latin1');
    // The caveat of tag 0: [0, not after, not before], in seconds. The earliest one counts.
    const ends = [...text.matchAll(/\[0, ?(\d{9,11}), ?\d{9,11}\]/g)].map(([, end]) => Number(end));
    return ends.length === 0 ? undefined : Math.min(...ends);
  },
};

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
