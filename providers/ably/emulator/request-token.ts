/** `POST /keys/:keyName/requestToken`: a signed TokenRequest, or parameters under Basic auth. */
import { createHmac } from 'node:crypto';
import type { Reply, SeenRequest } from '../../../src/contract/index.js';
import { assertUsable, authenticateKey, findKey, readCredentials } from './auth.js';
import { capabilityText, intersect, parseCapability, type Capability } from './capability.js';
import { keyName, type AblyKey, type World } from './state.js';
import { assertTtl, HOUR_MS, makeToken } from './tokens.js';
import { AblyError, readBody } from './wire.js';

const TIMESTAMP_WINDOW_MS = 15 * 60_000;

type Fields = Readonly<Record<string, unknown>>;

/**
 * Answers TokenDetails. Throws 40101 bad signature or credentials, 40104 stale timestamp, 40105
 * nonce used before, 40003 bad ttl, 40012 empty client ID, 40160 nothing left of the capability.
 */
export function requestToken(world: World, request: SeenRequest): Reply {
  const { app, key } = findKey(world, request.params['keyName'] ?? '');
  const fields = readBody(request);
  if (typeof fields !== 'object' || fields === null) throw new AblyError(40000, 'invalid body');
  const params = fields as Fields;
  if (params['mac'] === undefined) assertCaller(world, request, key);
  else assertSigned(world, key, params);
  assertUsable(world, app, key);
  const { clientId } = params;
  if (clientId !== undefined && (typeof clientId !== 'string' || clientId === '')) {
    throw new AblyError(40012, 'invalid clientId');
  }
  const { capability, ...token } = makeToken(world, key, {
    clientId,
    capability: readCapability(key, params['capability']),
    ttl: readTtl(key, params['ttl']),
  });
  return {
    status: 201,
    body: {
      token: token.token,
      keyName: token.keyName,
      issued: token.issued,
      expires: token.expires,
      capability: capabilityText(capability),
      ...(clientId === undefined ? {} : { clientId }),
    },
  };
}

function assertCaller(world: World, request: SeenRequest, key: AblyKey): void {
  const credentials = readCredentials(request);
  if (credentials.kind === 'token') {
    throw new AblyError(40162, 'a token cannot request another token');
  }
  if (authenticateKey(world, credentials.text).key !== key) {
    throw new AblyError(40133, 'the key in the path is not the key that authenticates');
  }
}

function assertSigned(world: World, key: AblyKey, params: Fields): void {
  if (params['keyName'] !== keyName(key)) {
    throw new AblyError(40101, 'key name of the token request does not match the path');
  }
  const text = ['keyName', 'ttl', 'capability', 'clientId', 'timestamp', 'nonce']
    .map((name) => `${String(params[name] ?? '')}\n`)
    .join('');
  const mac = createHmac('sha256', key.secret).update(text).digest('base64');
  if (params['mac'] !== mac) throw new AblyError(40101, 'mac of the token request does not match');
  const timestamp = Number(params['timestamp']);
  if (!(Math.abs(world.now() - timestamp) <= TIMESTAMP_WINDOW_MS)) {
    throw new AblyError(40104, 'timestamp of the token request is not current');
  }
  const nonce = `${keyName(key)} ${String(params['nonce'])}`;
  if (world.nonces.has(nonce)) throw new AblyError(40105, 'nonce of the token request replayed');
  world.nonces.add(nonce);
}

function readTtl(key: AblyKey, given: unknown): number {
  const ttl = given === undefined || given === '' ? HOUR_MS : Number(given);
  if (!Number.isInteger(ttl) || ttl <= 0) throw new AblyError(40003, 'invalid ttl');
  assertTtl(key, ttl);
  return ttl;
}

function readCapability(key: AblyKey, given: unknown): Capability {
  if (given === undefined || given === '') return key.capability;
  const asked = parseCapability(given);
  if (!asked) throw new AblyError(40000, 'invalid capability');
  const granted = intersect(asked, key.capability);
  if (Object.keys(granted).length === 0) {
    throw new AblyError(40160, 'the key permits nothing of the requested capability');
  }
  return granted;
}
