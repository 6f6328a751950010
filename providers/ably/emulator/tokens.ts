/** Native tokens and JWTs: making them, and telling whether one is accepted now. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader, errors, SignJWT, type JWTPayload } from 'jose';
import { assertUsable, findKey } from './auth.js';
import { intersect, parseCapability, type Capability } from './capability.js';
import { meets } from './rules.js';
import { keyName, type AblyKey, type AblyToken, type World } from './state.js';
import { AblyError } from './wire.js';

export const HOUR_MS = 3_600_000;

export interface NewToken {
  readonly clientId?: string | undefined;
  readonly capability?: Capability | undefined;
  /** The server's clock now without it, in ms. */
  readonly issued?: number | undefined;
  /** An hour without it, in ms. */
  readonly ttl?: number | undefined;
}

/** Makes a native token of a key and remembers it. Nothing is checked here. */
export function makeToken(world: World, key: AblyKey, given: NewToken) {
  const issued = given.issued ?? world.now();
  const token: AblyToken = {
    keyName: keyName(key),
    clientId: given.clientId,
    revocationKey: undefined,
    capability: given.capability ?? key.capability,
    issued,
    expires: issued + (given.ttl ?? HOUR_MS),
  };
  const text = `${key.appId}.${randomBytes(33).toString('base64url')}`;
  world.tokens.set(text, token);
  return { ...token, token: text };
}

/** Signs a JWT with the secret of a key, as a customer's auth server does. Times are cut to s. */
export function makeJwt(
  world: World,
  key: AblyKey,
  given: NewToken & { readonly revocationKey?: string | undefined },
): Promise<string> {
  const issued = given.issued ?? world.now();
  const claims = {
    'x-ably-clientId': given.clientId,
    'x-ably-revocation-key': given.revocationKey,
    'x-ably-capability': JSON.stringify(given.capability ?? key.capability),
  };
  return new SignJWT(claims)
    .setProtectedHeader({ typ: 'JWT', alg: 'HS256', kid: keyName(key) })
    .setIssuedAt(Math.floor(issued / 1000))
    .setExpirationTime(Math.floor((issued + (given.ttl ?? HOUR_MS)) / 1000))
    .sign(Buffer.from(key.secret));
}

/**
 * The token that a text stands for, if the data plane accepts it now. Throws 40141 revoked, 40142
 * expired, 40143 unrecognised, 40144 no valid JWT, 40003 too long a life, and
 * what the state of its app and key throws.
 */
export function checkToken(world: World, text: string): AblyToken {
  const native = world.tokens.get(text);
  if (!native && text.split('.').length !== 3) throw new AblyError(40143, 'token unrecognised');
  const token = native ?? readJwt(world, text);
  const { app, key } = findKey(world, token.keyName);
  assertUsable(world, app, key);
  assertTtl(key, token.expires - token.issued);
  if (token.expires <= world.now()) throw new AblyError(40142, 'token expired');
  if (isRevoked(world, key, token)) throw new AblyError(40141, 'token revoked');
  return token;
}

/** Throws 40003 where a key may not have tokens that live so long, in ms. */
export function assertTtl(key: AblyKey, ttl: number): void {
  if (key.revocableSince !== undefined && ttl > HOUR_MS) {
    throw new AblyError(
      40003,
      'Excessive value for TTL (revocation is enabled on this key); must not exceed one hour',
    );
  }
  if (ttl > 24 * HOUR_MS) throw new AblyError(40003, 'Excessive value for TTL');
}

function isRevoked(world: World, key: AblyKey, token: AblyToken): boolean {
  if (key.revocableSince === undefined || token.issued < key.revocableSince) return false;
  const now = world.now();
  return targetsOf(token).some((target) =>
    world.rules.of(token.keyName, target).some((rule) => meets(rule, token.issued, now)),
  );
}

/** Every target that meets this token: its client ID, its revocation key, its exact resources. */
function targetsOf(token: AblyToken): string[] {
  const targets = Object.keys(token.capability).map((resource) => `channel:${resource}`);
  if (token.clientId !== undefined) targets.push(`clientId:${token.clientId}`);
  if (token.revocationKey !== undefined) targets.push(`revocationKey:${token.revocationKey}`);
  return targets;
}

function readJwt(world: World, text: string): AblyToken {
  const { header, claims } = decodeParts(text);
  if (header.alg !== 'HS256' || typeof header.kid !== 'string') {
    throw new AblyError(40144, 'invalid JWT: it needs alg HS256 and a kid that is a key name');
  }
  const { key } = findKey(world, header.kid);
  assertSignature(key, text);
  const { iat, exp } = claims;
  if (typeof iat !== 'number' || typeof exp !== 'number') {
    throw new AblyError(40144, 'invalid JWT: it needs iat and exp');
  }
  const asked = claims['x-ably-capability'];
  const capability = asked === undefined ? key.capability : parseCapability(asked);
  if (!capability) throw new AblyError(40144, 'invalid JWT: unreadable capability');
  return {
    keyName: header.kid,
    clientId: textClaim(claims, 'x-ably-clientId'),
    revocationKey: textClaim(claims, 'x-ably-revocation-key'),
    capability: intersect(capability, key.capability),
    issued: iat * 1000,
    expires: exp * 1000,
  };
}

function decodeParts(text: string) {
  try {
    return { header: decodeProtectedHeader(text), claims: decodeJwt(text) };
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof TypeError) {
      throw new AblyError(40144, 'invalid JWT: it could not be decoded');
    }
    throw error;
  }
}

function textClaim(claims: JWTPayload, name: string): string | undefined {
  const value = claims[name];
  if (value === undefined || typeof value === 'string') return value;
  throw new AblyError(40144, `invalid JWT: ${name} must be a string`);
}

/** Checked here and not by jose, whose checks are asynchronous: `isAlive` answers at once. */
function assertSignature(key: AblyKey, text: string): void {
  const dot = text.lastIndexOf('.');
  const mac = createHmac('sha256', key.secret).update(text.slice(0, dot)).digest();
  const given = Buffer.from(text.slice(dot + 1), 'base64url');
  if (given.length !== mac.length || !timingSafeEqual(given, mac)) {
    throw new AblyError(40144, 'invalid JWT: signature verification failed');
  }
}
