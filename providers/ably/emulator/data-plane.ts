/** Channels and statistics: what tokens are for, and where a revoked one is refused. */
import type { Reply, SeenRequest } from '../../../src/contract/index.js';
import { authenticateKey, readCredentials } from './auth.js';
import { allows, type Capability } from './capability.js';
import type { World } from './state.js';
import { checkToken } from './tokens.js';
import { AblyError, readBody } from './wire.js';

interface Caller {
  readonly appId: string;
  readonly capability: Capability;
  readonly clientId: string | undefined;
}

const MAX_PAGE = 1000;

export function publish(world: World, request: SeenRequest): Reply {
  const channel = request.params['name'] ?? '';
  const caller = authorise(world, request, 'publish', channel);
  const body = readBody(request);
  const given: unknown[] = Array.isArray(body) ? body : [body];
  const stored = history(world, caller.appId, channel);
  const timestamp = world.now();
  const serials = given.map((message) => {
    const fields = readMessage(message, caller);
    const serial = `${timestamp}-${String(stored.length).padStart(3, '0')}@emulator`;
    stored.push({ id: serial, ...fields, timestamp, serial, action: 0 });
    return serial;
  });
  return { status: 201, body: { channel, messageId: serials[0], serials } };
}

/** Newest first, unless `direction=forwards`; `limit` messages, 100 without it. */
export function listMessages(world: World, request: SeenRequest): Reply {
  const channel = request.params['name'] ?? '';
  const { appId } = authorise(world, request, 'history', channel);
  const limit = Number(request.query.get('limit') ?? 100);
  if (!(limit >= 1 && limit <= MAX_PAGE)) throw new AblyError(40003, 'invalid limit');
  const stored = history(world, appId, channel);
  const isForwards = request.query.get('direction') === 'forwards';
  const body = isForwards ? stored.slice(0, limit) : stored.slice(-limit).reverse();
  return { status: 200, body };
}

export function channelDetails(world: World, request: SeenRequest): Reply {
  const channel = request.params['name'] ?? '';
  const { appId } = authorise(world, request, 'channel-metadata', channel);
  const isActive = history(world, appId, channel).length > 0;
  const metrics = {
    connections: 0,
    presenceConnections: 0,
    presenceMembers: 0,
    presenceSubscribers: 0,
    publishers: 0,
    subscribers: 0,
  };
  const status = { isActive, occupancy: { metrics } };
  return { status: 200, body: { channelId: channel, name: channel, status } };
}

export function stats(world: World, request: SeenRequest): Reply {
  authorise(world, request, 'statistics');
  return { status: 200, body: [] };
}

function authorise(
  world: World,
  request: SeenRequest,
  operation: string,
  resource?: string,
): Caller {
  const caller = identify(world, request);
  if (!allows(caller.capability, operation, resource)) {
    throw new AblyError(40160, `operation not permitted with provided capability: ${operation}`);
  }
  return caller;
}

function identify(world: World, request: SeenRequest): Caller {
  const credentials = readCredentials(request);
  if (credentials.kind === 'key') {
    const { app, key } = authenticateKey(world, credentials.text);
    return { appId: app.id, capability: key.capability, clientId: undefined };
  }
  const token = checkToken(world, credentials.text);
  const [appId = ''] = token.keyName.split('.', 1);
  return { appId, capability: token.capability, clientId: token.clientId };
}

function readMessage(message: unknown, caller: Caller): Record<string, unknown> {
  if (typeof message !== 'object' || message === null) {
    throw new AblyError(40000, 'a message must be an object');
  }
  const fields = message as Record<string, unknown>;
  const { clientId } = caller;
  if (clientId === undefined || clientId === '*') return fields;
  if (fields['clientId'] !== undefined && fields['clientId'] !== clientId) {
    throw new AblyError(40012, 'clientId of the message is not that of the token');
  }
  return { ...fields, clientId };
}

function history(world: World, appId: string, channel: string): Record<string, unknown>[] {
  const name = `${appId} ${channel}`;
  const stored = world.channels.get(name) ?? [];
  world.channels.set(name, stored);
  return stored;
}
