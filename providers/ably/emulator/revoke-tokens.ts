/** `POST /keys/:keyName/revokeTokens`. */
import type { Reply, SeenRequest } from '../../../src/contract/index.js';
import { authenticateKey, readCredentials } from './auth.js';
import { splitTarget, type Terms } from './rules.js';
import { keyName, type AblyApp, type AblyKey, type World } from './state.js';
import { HOUR_MS } from './tokens.js';
import {
  AblyError,
  errorHeaders,
  errorInfo,
  protocolVersion,
  readBody,
  type ErrorInfo,
} from './wire.js';

const MAX_TARGETS = 100;
/** A little over 30 s: what is promised is "more than 30 s from now". */
const REAUTH_MARGIN_MS = 30_100;
const TYPES = new Set(['clientId', 'revocationKey', 'channel']);

interface Order {
  readonly targets: readonly string[];
  readonly issuedBefore: number;
  readonly hasMargin: boolean;
}

type Result =
  | { readonly target: string; readonly issuedBefore: number; readonly appliesAt: number }
  | { readonly target: string; readonly error: ErrorInfo };

/** One result per target, in the order of the request and in the shape of its version. */
export function revokeTokens(world: World, request: SeenRequest): Reply {
  const { app, key } = authenticate(world, request);
  const limited = limit(world, app);
  if (limited) return limited;
  const now = world.now();
  const order = readOrder(readBody(request), now);
  const appliesAt = order.hasMargin ? now + REAUTH_MARGIN_MS : now;
  const enforcedAt = appliesAt + world.switches.enforcementDelayMs;
  const terms: [Terms] = [{ issuedBefore: order.issuedBefore, appliesAt, enforcedAt }];
  const results = order.targets.map((target) => revoke(world, key, terms, target, now));
  const failureCount = results.filter((result) => 'error' in result).length;
  if (protocolVersion(request) >= 3 || request.query.get('newBatchResponse') === 'true') {
    const successCount = results.length - failureCount;
    return { status: 201, body: { successCount, failureCount, results } };
  }
  if (failureCount === 0) return { status: 201, body: results };
  const error = new AblyError(40020, 'Batched response includes errors');
  return {
    status: error.statusCode,
    headers: errorHeaders(error),
    body: { error: errorInfo(error), batchResponse: results },
  };
}

function authenticate(world: World, request: SeenRequest): { app: AblyApp; key: AblyKey } {
  const credentials = readCredentials(request);
  if (credentials.kind === 'token') {
    throw new AblyError(40162, 'tokens can only be revoked with basic authentication');
  }
  const caller = authenticateKey(world, credentials.text);
  const named = request.params['keyName'] ?? '';
  if (named !== keyName(caller.key)) {
    if (!world.apps.has(named.split('.', 1)[0] ?? '')) {
      throw new AblyError(40400, 'no application found for the key name');
    }
    throw new AblyError(40133, 'Can only revoke tokens using the same key that issued them');
  }
  if (!world.switches.revocation) {
    throw new AblyError(40121, 'token revocation is not enabled for this application');
  }
  if (caller.key.revocableSince === undefined) {
    throw new AblyError(
      world.switches.notRevocableCode,
      'operation not permitted: the key does not have revocableTokens enabled',
    );
  }
  return caller;
}

function limit(world: World, app: AblyApp): Reply | undefined {
  const rule = world.switches.limit;
  if (!rule) return undefined;
  const now = world.now();
  let window = world.windows.get(app.id);
  if (!window || window.until <= now) {
    window = { until: now + (rule.retryAfterSeconds ?? 1) * 1000, used: 0 };
    world.windows.set(app.id, window);
  }
  window.used += 1;
  if (window.used <= rule.count) return undefined;
  const error = new AblyError(42910, 'Rate limit exceeded; request rejected');
  const wait = { 'retry-after': String(Math.ceil((window.until - now) / 1000)) };
  return {
    status: error.statusCode,
    headers: { ...errorHeaders(error), ...(rule.retryAfterSeconds === undefined ? {} : wait) },
    body: { error: errorInfo(error) },
  };
}

function readOrder(body: unknown, now: number): Order {
  if (typeof body !== 'object' || body === null) throw new AblyError(40000, 'invalid body');
  const {
    targets,
    issuedBefore = now,
    allowReauthMargin = false,
  } = body as Record<string, unknown>;
  if (!isTextList(targets)) throw new AblyError(40000, 'targets must be an array of strings');
  if (targets.length === 0 || targets.length > MAX_TARGETS) {
    throw new AblyError(40000, `targets must have from 1 to ${MAX_TARGETS} entries`);
  }
  if (typeof issuedBefore !== 'number' || !Number.isInteger(issuedBefore)) {
    throw new AblyError(40003, 'issuedBefore must be an integer');
  }
  if (issuedBefore > now || issuedBefore <= now - HOUR_MS) {
    throw new AblyError(40003, 'issuedBefore must be in the last hour and not in the future');
  }
  if (typeof allowReauthMargin !== 'boolean') {
    throw new AblyError(40003, 'allowReauthMargin must be a boolean');
  }
  return { targets, issuedBefore, hasMargin: allowReauthMargin };
}

function revoke(
  world: World,
  key: AblyKey,
  terms: readonly [Terms],
  target: string,
  now: number,
): Result {
  const { type, value } = splitTarget(target);
  if (!TYPES.has(type) || value === '') return failed(target, 40000, 'invalid target');
  if (type === 'channel' && !world.switches.channelTargets) {
    return failed(target, 40121, 'revocation by channel is not enabled for this account');
  }
  world.rules.add(keyName(key), target, terms, now);
  const [{ issuedBefore, appliesAt }] = terms;
  return { target, issuedBefore, appliesAt };
}

function failed(target: string, code: number, message: string): Result {
  return { target, error: errorInfo(new AblyError(code, message)) };
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
