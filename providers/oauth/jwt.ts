import { claims } from './schema.js';

const JWT = /^[\w-]+\.([\w-]+)\.[\w-]*$/;

/** When a JWT ends by its own word, RFC 3339 UTC; undefined where it is none or does not say. */
export function jwtExpiry(token: string): string | undefined {
  const payload = JWT.exec(token)?.[1];
  if (payload === undefined) return undefined;
  const seconds = claims.safeParse(decode(payload))?.exp;
  if (seconds === undefined || !(Math.abs(seconds) < 8.64e12)) return undefined;
  return new Date(Math.floor(seconds) * 1000).toISOString().replace('.000Z', 'Z');
}

function decode(payload: string): unknown {
  try {
    return JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
