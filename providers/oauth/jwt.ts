import { claims } from './schema.js';

const JWT = /^[\w-]+\.([\w-]+)\.[\w-]*$/;

/** When a JWT ends by its own word, RFC 3339 UTC; undefined where it is none or does not say. */
export function jwtExpiry(token: string): string | undefined {
  const end = jwtEnd(token);
  return end === undefined ? undefined : new Date(end).toISOString().replace('.000Z', 'Z');
}

/** The same in ms since the epoch. */
export function jwtEnd(token: string): number | undefined {
  const payload = JWT.exec(token)?.[1];
  return payload === undefined ? undefined : endOf(claims.safeParse(decode(payload))?.exp);
}

/** A NumericDate (RFC 7519 §2) in ms; undefined where it is none that a calendar has. */
export function endOf(seconds: number | undefined): number | undefined {
  if (seconds === undefined || !(Math.abs(seconds) < 8.64e12)) return undefined;
  return Math.floor(seconds) * 1000;
}

function decode(payload: string): unknown {
  try {
    return JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
