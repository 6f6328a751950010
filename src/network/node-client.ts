/**
 * Node's own HTTP client, for a run of one target: reading undici and making its parser takes longer
 * than all that such a run sends. With many targets undici is quicker, by a sixth or so.
 */
import type { Agent, ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { urlToHttpOptions } from 'node:url';
import { tlsOptions } from './tls-options.js';
import {
  MAX_HEADER_BYTES,
  type Controller,
  type Handler,
  type Outgoing,
  type Transport,
  type TransportOptions,
} from './transport.js';

interface Client {
  readonly agent: Agent;
  readonly request: typeof import('node:https').request;
  readonly assertHeader: typeof import('node:http').validateHeaderValue;
}

/** As in undici: a server may close a connection at any moment, and what is sent then is in doubt. */
const IDLE_MS = 4000;

/** @param idleMs how long a connection is kept that carries nothing, milliseconds */
export function createNodeClient(
  { connections, ca }: TransportOptions,
  idleMs = IDLE_MS,
): Transport {
  const clients = new Map<string, Promise<Client>>();
  const agents: Agent[] = [];
  const live = new Set<ClientRequest>();
  let isClosed = false;

  async function load(protocol: string): Promise<Client> {
    const http = await import('node:http');
    const { Agent, request } = protocol === 'https:' ? await import('node:https') : http;
    const agent = new Agent({
      keepAlive: true,
      timeout: idleMs,
      maxSockets: connections,
      ...tlsOptions(ca),
    });
    agents.push(agent);
    return { agent, request, assertHeader: http.validateHeaderValue };
  }

  async function start(url: URL, outgoing: Outgoing, handler: Handler): Promise<void> {
    const { protocol } = url;
    const loading = clients.get(protocol) ?? load(protocol);
    clients.set(protocol, loading);
    try {
      const client = await loading;
      if (isClosed) throw new Error('the client is closed');
      const sent = send(client, { url, outgoing, handler });
      live.add(sent);
      sent.once('close', () => live.delete(sent));
    } catch (error) {
      handler.onResponseError({ abort: () => undefined }, error as Error);
    }
  }

  return {
    for(origin) {
      const url = new URL(origin);
      return { dispatch: (outgoing, handler) => void start(url, outgoing, handler) };
    },
    async destroy() {
      isClosed = true;
      for (const request of live) request.destroy();
      for (const agent of agents) agent.destroy();
    },
  };
}

interface Sending {
  readonly url: URL;
  readonly outgoing: Outgoing;
  readonly handler: Handler;
}

function send(
  { agent, request, assertHeader }: Client,
  { url, outgoing, handler }: Sending,
): ClientRequest {
  const { method, path, headers, body } = outgoing;
  if (NOT_IN_A_PATH.test(path)) throw new Error('the path of a request is not encoded');
  for (const [name, value] of Object.entries(headers)) assertHeader(name, value);
  const options = { ...urlToHttpOptions(url), agent, method, maxHeaderSize: MAX_HEADER_BYTES };
  const sent = request(options);
  const controller: Controller = { abort: (reason) => void sent.destroy(reason) };
  sent.on('error', (error) => handler.onResponseError(controller, error));
  // Where a server changes the protocol, Node closes the connection without an error.
  sent.on('close', () => handler.onResponseError(controller, closedEarly()));
  sent.on('response', (answer) => receive(answer, handler, controller));
  // NODE_DEBUG shows the options of a request: what may be a secret is no part of them.
  sent.path = path;
  for (const [name, value] of Object.entries(headers)) sent.setHeader(name, value);
  // Node says no length of its own for the body of a DELETE.
  if (body !== null) sent.setHeader('content-length', Buffer.byteLength(body));
  sent.once('socket', (socket) =>
    whenConnected(socket, () => {
      if (sent.destroyed) return;
      handler.onRequestStart(controller);
      if (!sent.destroyed) sent.end(body ?? undefined);
    }),
  );
  return sent;
}

function closedEarly(): Error {
  return Object.assign(new Error('no whole answer'), { code: 'ECONNRESET' });
}

/** Node checks the path that stands in the options of a request, by this pattern. */
const NOT_IN_A_PATH = /[^\u0021-\u00ff]/;

/** Nothing of a request is written before: until then it is known not to have left. */
function whenConnected(socket: Socket, act: () => void): void {
  const { secureConnecting } = socket as Partial<TLSSocket> & { secureConnecting?: boolean };
  if (secureConnecting) socket.once('secureConnect', act);
  else if (socket.connecting) socket.once('connect', act);
  else act();
}

function receive(answer: IncomingMessage, handler: Handler, controller: Controller): void {
  handler.onResponseStart(controller, answer.statusCode ?? 0, answer.headersDistinct);
  answer.on('data', (chunk: Buffer) => handler.onResponseData(controller, chunk));
  answer.on('end', () => handler.onResponseEnd());
  answer.on('error', (error) => handler.onResponseError(controller, error));
}
