/** The part of the Control API that finds apps and keys. */
import type { Reply, SeenRequest } from '../../../src/contract/index.js';
import { keyText, type AblyApp, type AblyKey, type World } from './state.js';
import { AblyError } from './wire.js';

export function me(world: World, request: SeenRequest): Reply {
  authorise(world, request);
  const token = {
    id: 'e2b3f7a0-0000-4000-8000-000000000001',
    name: 'Emulated access token',
    capabilities: ['read:app', 'read:key'],
    expires_at: null,
    last_used_at: new Date(world.now()).toISOString(),
  };
  const user = { id: 1, email: 'user@example.com' };
  return { status: 200, body: { token, user, account: world.account } };
}

export function listAccounts(world: World, request: SeenRequest): Reply {
  authorise(world, request);
  return { status: 200, body: [world.account] };
}

export function listApps(world: World, request: SeenRequest): Reply {
  authorise(world, request);
  if (request.params['account'] !== world.account.id) {
    throw new AblyError(40400, 'account not found');
  }
  return { status: 200, body: [...world.apps.values()].map((app) => describeApp(world, app)) };
}

export function listKeys(world: World, request: SeenRequest): Reply {
  authorise(world, request);
  const app = world.apps.get(request.params['app'] ?? '');
  if (!app) throw new AblyError(40400, 'app not found');
  return { status: 200, body: [...app.keys.values()].map((key) => describeKey(world, key)) };
}

function authorise(world: World, request: SeenRequest): void {
  if (request.headers.authorization !== `Bearer ${world.accessToken}`) {
    throw new AblyError(40100, 'access token missing, unknown or expired');
  }
}

function describeApp(world: World, { id, name, status, created }: AblyApp) {
  const accountId = world.account.id;
  return { accountId, id, name, status, tlsOnly: false, created, modified: created };
}

function describeKey(world: World, key: AblyKey) {
  return {
    appId: key.appId,
    id: key.id,
    name: key.name,
    revocableTokens: key.revocableSince !== undefined,
    status: key.status,
    ...(world.switches.hideKeys ? {} : { key: keyText(key) }),
    capability: key.capability,
    created: key.created,
    modified: key.created,
  };
}
