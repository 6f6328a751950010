/** What a token says of itself, read without asking anybody. Nothing of it is checked or trusted. */
import { claimsOf } from '../contract/jwt.js';
import type { ExpirySource } from '../contract/shape.js';
import { rfc3339 } from '../contract/time.js';

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
  return rfc3339(seconds * 1000);
}

const READERS: Readonly<Record<ExpirySource, (token: string) => number | undefined>> = {
  jwt(token) {
    const end = claimsOf(token)?.['exp'];
    return typeof end === 'number' ? end : undefined;
  },
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
