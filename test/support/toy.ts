/**
 * A small service and its provider, both correct: one token, one request. Each part can be swapped,
 * so that a wrong provider differs from this one in a single place.
 */
import { createHash, randomBytes } from 'node:crypto';
import { json, errorFromStatus } from '../../src/contract/judge-status.js';
import { jsonBody, startEmulator } from '../../src/emulator/emulator.js';
import type { Emulator, Reply, SeenRequest } from '../../src/contract/emulator.js';
import { credentialsError, refusedError, usageError } from '../../src/contract/errors.js';
import type { Request, Response } from '../../src/contract/http.js';
import {
  absent,
  active,
  inactive,
  unclear,
  type CheckResult,
  type Lane,
} from '../../src/contract/lane.js';
import {
  CONTRACT,
  type Context,
  type Options,
  type Provider,
  type Revoker,
  type Target,
  type Verdict,
} from '../../src/contract/provider.js';

export interface Parts {
  /** Targets are the tokens themselves, and only a fingerprint of them shows. */
  readonly secret?: boolean;
  readonly endpoint?: (context: Context) => Promise<string>;
  readonly credential?: (context: Context) => Promise<string>;
  readonly send?: (toy: Toy, target: Target, more?: Partial<Request>) => Promise<Response>;
  readonly judge?: (response: Response, target: Target, toy: Toy) => Verdict | Promise<Verdict>;
  /** The last word on its lane; what it is given is right. */
  readonly lane?: (right: Lane, toy: Toy) => Lane;
  /** The last word on a revoker; what it is given is right. */
  readonly revoker?: (right: Revoker, toy: Toy) => Revoker;
  /** The last word on the declaration. */
  readonly provider?: (right: Provider) => Provider;
}

/** What a revoker is made of. */
export interface Toy {
  readonly context: Context;
  readonly options: Options;
  readonly origin: string;
  readonly token: string;
}

export function createToy(parts: Parts = {}): Provider {
  const endpoint = parts.endpoint ?? readEndpoint;
  const credential = parts.credential ?? readCredential;
  const sendIt = parts.send ?? send;
  const judgeIt = parts.judge ?? judge;
  const right: Provider = {
    contract: CONTRACT,
    id: 'toy',
    summary: 'revoke tokens of the toy service',
    notes: [],
    target: {
      noun: 'token id',
      argument: 'id',
      ...(parts.secret && { secret: true }),
      kinds: [{ name: 'id', keys: ['id'] }],
      lists: ['tokens'],
      parse: (text) => (parts.secret ? parseSecret(text) : parseId(text)),
    },
    settings: [
      { name: 'url', env: 'TOY_URL', help: 'the service' },
      { name: 'api_token', env: 'TOY_API_TOKEN', secret: true, help: 'the credential' },
    ],
    options: [{ flags: '--toy-option <text>', help: 'does nothing' }],
    examples: [{ command: 'revoke toy tok_1 --force', why: 'one token' }],
    limits: { batch: 1, concurrency: 4 },
    verifyHelp: 'a look at the token',
    async open(context, options) {
      const origin = await endpoint(context);
      const toy: Toy = { context, options, origin, token: await credential(context) };
      const lane: Lane = {
        name: '',
        endpoint: origin,
        scope: { account: 'toys' },
        check: { method: 'lookup', batch: Infinity, check: (targets) => look(toy, targets) },
        revoke: (targets) =>
          Promise.all(
            targets.map(async (target) => judgeIt(await sendIt(toy, target), target, toy)),
          ),
      };
      const revoker: Revoker = {
        lanes: [parts.lane?.(lane, toy) ?? lane],
        promptDetails: [['Service', origin]],
        consequences: () => ['This cannot be undone.'],
      };
      return parts.revoker?.(revoker, toy) ?? revoker;
    },
    startEmulator: () => startToyEmulator(parts.secret ?? false),
  };
  return parts.provider?.(right) ?? right;
}

export async function readEndpoint(context: Context): Promise<string> {
  const url = await context.setting('url');
  if (!url) throw usageError('no toy service is named', 'set TOY_URL');
  return url.value;
}

export async function readCredential(context: Context): Promise<string> {
  const token = await context.setting('api_token');
  if (!token) throw credentialsError('no login at the toy service', 'set TOY_API_TOKEN');
  return token.value;
}

function parseId(text: string): Target {
  if (!/^tok_\d+$/.test(text)) throw usageError('not the id of a toy token', 'for example tok_1');
  return { id: text };
}

function parseSecret(text: string): Target {
  if (!/^live_[0-9a-f]{32}$/.test(text)) throw usageError('not a toy token');
  return { id: printOf(text), secret: text };
}

export function printOf(token: string): string {
  return `sha256:${createHash('sha256').update(token).digest('hex').slice(0, 12)}`;
}

export function send(
  { context, origin, token }: Toy,
  target: Target,
  more: Partial<Request> = {},
): Promise<Response> {
  return context.http.send({
    method: 'POST',
    origin,
    path: '/v1/revoke',
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify({ token: target.secret ?? target.id }),
    idempotent: true,
    ...more,
  });
}

/** What an answer says of a target: 200 with its name, 409 where it was dead, 404 where there is none. */
export function judge(response: Response, target: Target, { context }: Toy): Verdict {
  const said = (json(response) ?? {}) as { revoked?: string; error?: string; message?: string };
  if (response.status === 200 && said.revoked === target.id)
    return { target: target.id, status: 'revoked' };
  if (response.status === 409 && said.error === 'already_revoked')
    return { target: target.id, status: 'already_revoked' };
  if (response.status === 404 && said.error === 'no_such_token')
    throw refusedError({
      code: 'not_found',
      message: 'there is no such token',
      hint: 'check its id',
    });
  const { message } = said;
  const answer = { service: 'Toy', message, loginHint: 'set TOY_API_TOKEN' };
  throw errorFromStatus(response, answer, context.clock.now());
}

export async function look(
  { context, origin, token }: Toy,
  targets: readonly Target[],
): Promise<readonly CheckResult[]> {
  return Promise.all(
    targets.map(async ({ id, secret }): Promise<CheckResult> => {
      const response = await context.http.send({
        method: 'POST',
        origin,
        path: '/v1/look',
        headers: { authorization: `Bearer ${token}` },
        body: JSON.stringify({ token: secret ?? id }),
        idempotent: true,
      });
      const { state } = (json(response) ?? {}) as { state?: string };
      if (response.status === 200 && state === 'active') return active();
      if (response.status === 200 && state === 'dead') return inactive('revoked');
      return response.status === 200 && state === 'absent' ? absent() : unclear('no answer');
    }),
  );
}

interface Held {
  readonly id: string;
  readonly token: string;
  dead: boolean;
}

async function startToyEmulator(secret: boolean): Promise<Emulator> {
  const apiToken = `toy_${randomBytes(16).toString('hex')}`;
  const tokens: Held[] = [];
  const find = (name: unknown) => tokens.find(({ id, token }) => name === id || name === token);
  const loggedIn =
    (act: (held: Held | undefined) => Reply) =>
    (request: SeenRequest): Reply => {
      if (request.headers.authorization !== `Bearer ${apiToken}`)
        return { status: 401, body: { error: 'unauthorized', message: 'who are you?' } };
      return act(find((jsonBody(request) as { token?: string } | undefined)?.token));
    };
  const server = await startEmulator({
    routes: {
      'POST /v1/revoke': loggedIn((held) => {
        if (!held) return { status: 404, body: { error: 'no_such_token' } };
        if (held.dead) return { status: 409, body: { error: 'already_revoked' } };
        held.dead = true;
        return { status: 200, body: { revoked: secret ? printOf(held.token) : held.id } };
      }),
      'POST /v1/look': loggedIn((held) => ({
        status: 200,
        body: { state: held ? (held.dead ? 'dead' : 'active') : 'absent' },
      })),
    },
  });
  return {
    server,
    environment: { TOY_URL: server.url, TOY_API_TOKEN: apiToken },
    samples: {},
    revokes: /^POST \/v1\/revoke$/,
    issue: async (count) =>
      Array.from({ length: count }, () => {
        const token = `live_${randomBytes(16).toString('hex')}`;
        const id = `tok_${tokens.length + 1}`;
        tokens.push({ id, token, dead: false });
        return secret ? { target: token, id: printOf(token), token } : { target: id, id, token };
      }),
    isAlive: (token) => find(token)?.dead === false,
    snapshot: () => tokens,
    close: () => server.close(),
  };
}
