/** Who is calling: an API key (Basic) or a token (Bearer). */
import type { SeenRequest } from '../../../src/contract/index.js';
import type { AblyApp, AblyKey, World } from './state.js';
import { AblyError } from './wire.js';

export type Credentials =
  | { readonly kind: 'key'; readonly text: string }
  | { readonly kind: 'token'; readonly text: string };

/** What a request presents, in its Authorization header or its query. Throws 40101 and 40005. */
export function readCredentials(request: SeenRequest): Credentials {
  const [scheme = '', value = ''] = (request.headers.authorization ?? '').split(' ');
  if (/^basic$/i.test(scheme)) return { kind: 'key', text: fromBase64(value) };
  if (/^bearer$/i.test(scheme)) {
    // A dot is no character of base64, and stands in every token of Ably.
    return { kind: 'token', text: value.includes('.') ? value : fromBase64(value) };
  }
  if (scheme !== '') throw new AblyError(40005, 'invalid authorization header');
  const key = request.query.get('key');
  if (key !== null) return { kind: 'key', text: key };
  const token = request.query.get('access_token');
  if (token !== null) return { kind: 'token', text: token };
  throw new AblyError(40101, 'no authentication information provided');
}

/** The app and the key of a key name. Throws 40400 for the app and 40130 for the key. */
export function findKey(world: World, name: string): { app: AblyApp; key: AblyKey } {
  const dot = name.indexOf('.');
  const app = dot > 0 ? world.apps.get(name.slice(0, dot)) : undefined;
  if (!app) throw new AblyError(40400, 'no application found for the key name');
  const key = app.keys.get(name.slice(dot + 1));
  if (!key) throw new AblyError(40130, 'no key found with this name');
  return { app, key };
}

/** The key that an API key's text proves. Throws 40005, 40101, 40120, 40130 to 40132, 40400. */
export function authenticateKey(world: World, text: string): { app: AblyApp; key: AblyKey } {
  const match = /^([^.:]+\.[^:]+):(.+)$/.exec(text);
  if (!match) throw new AblyError(40005, 'invalid key: not of the form app.key:secret');
  const found = findKey(world, match[1] ?? '');
  if (match[2] !== found.key.secret) throw new AblyError(40101, 'invalid key secret');
  assertUsable(world, found.app, found.key);
  return found;
}

/** Throws 40120, 40131 or 40132 where an app or key may not be used, nor any token made of it. */
export function assertUsable(world: World, app: AblyApp, key: AblyKey): void {
  if (app.status === 'disabled') throw new AblyError(40120, 'application disabled');
  if (key.status === 1) throw new AblyError(40131, 'key revoked');
  if (key.expires !== undefined && key.expires <= world.now()) {
    throw new AblyError(40132, 'key expired');
  }
}

function fromBase64(text: string): string {
  return Buffer.from(text, 'base64').toString('utf8');
}
