/**
 * The base of every provider's emulator: an HTTP server on loopback with a route table, a log of
 * what it was asked, and faults on demand. It knows no provider and none of the clients it judges.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { createFaults } from './faults.js';
import { cut, send } from './reply.js';
import type { EmulatorServer, Handler, SeenRequest } from '../contract/emulator.js';
import { parseJson } from '../contract/json.js';

export interface EmulatorOptions {
  /** `'DELETE /v1/things/:id'` to its handler. A trailing `*` segment matches the rest. */
  readonly routes: Readonly<Record<string, Handler>>;
  /** Answers what no route matches; a bare 404 without it. */
  readonly notFound?: Handler;
  /** The port on loopback; 0 (any free one) without it. */
  readonly port?: number;
  /** Whether `requests` is kept; a bench turns it off. */
  readonly record?: boolean;
}

interface Route {
  readonly method: string;
  readonly segments: readonly string[];
  readonly handler: Handler;
}

const MAX_BODY_BYTES = 4 * 1024 * 1024;

/** Starts an emulator on 127.0.0.1. It holds no event loop open once `close()` has resolved. */
export async function startEmulator(options: EmulatorOptions): Promise<EmulatorServer> {
  const routes = Object.entries(options.routes).map(([pattern, handler]): Route => {
    const [method = '', path = ''] = pattern.split(' ');
    return { method, segments: path.split('/').slice(1), handler };
  });
  const requests: SeenRequest[] = [];
  const faults = createFaults();
  const sockets = new Set<Socket>();

  const server = createServer((message, response) => {
    readBody(message)
      .then((body) => answer(message, response, body))
      .catch((error: unknown) => send(response, { status: 500, body: String(error) }));
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  });

  async function answer(message: IncomingMessage, response: ServerResponse, body: Buffer) {
    const url = message.url ?? '/';
    const path = url.split('?', 1)[0] ?? url;
    const method = message.method ?? '';
    const matched = findRoute(routes, method, path);
    const request: SeenRequest = {
      method,
      url,
      path,
      query: new URLSearchParams(url.slice(path.length + 1)),
      headers: message.headers,
      body,
      params: matched?.params ?? {},
      at: Date.now(),
    };
    if (options.record !== false) requests.push(request);
    const fault = faults.take(`${method} ${path}`);
    if (fault?.kind === 'reset' && !fault.after) return cut(message.socket);
    if (fault?.kind === 'reply') return send(response, fault.reply);
    const handler = matched?.handler ?? options.notFound ?? (() => ({ status: 404 }));
    const reply = await handler(request);
    if (!fault) return send(response, reply);
    return faults.spoil(fault, request, message.socket, response, reply);
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests,
    addFault: faults.add,
    clearFaults: faults.clear,
    close: () =>
      new Promise((resolve) => {
        faults.stop();
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** The JSON of a request's body, or undefined where it is none. */
export function jsonBody(request: SeenRequest): unknown {
  return parseJson(request.body.toString('utf8'));
}

function findRoute(routes: readonly Route[], method: string, path: string) {
  const segments = path.split('/').slice(1);
  for (const route of routes) {
    if (route.method !== method) continue;
    const params = matchSegments(route.segments, segments);
    if (params) return { handler: route.handler, params };
  }
  return undefined;
}

function matchSegments(pattern: readonly string[], path: readonly string[]) {
  const rest = pattern.at(-1) === '*';
  if (rest ? path.length < pattern.length : path.length !== pattern.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of pattern.entries()) {
    const given = path[index] ?? '';
    if (part === '*') break;
    if (part.startsWith(':')) params[part.slice(1)] = decode(given);
    else if (part !== given) return undefined;
  }
  return params;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch (error) {
    if (error instanceof URIError) return segment;
    throw error;
  }
}

function readBody(message: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    message.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > MAX_BODY_BYTES) reject(new Error('request body too large'));
      else chunks.push(chunk);
    });
    message.on('end', () => resolve(Buffer.concat(chunks)));
    message.on('error', reject);
  });
}
