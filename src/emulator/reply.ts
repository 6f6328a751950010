/** How an emulator answers. */
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Reply } from '../contract/emulator.js';

export function encode(reply: Reply): { headers: Record<string, string>; body: Buffer } {
  const { body } = reply;
  const isRaw = typeof body === 'string' || Buffer.isBuffer(body) || body === undefined;
  const bytes = isRaw ? Buffer.from(body ?? '') : Buffer.from(JSON.stringify(body));
  const type = isRaw ? {} : { 'content-type': 'application/json' };
  return { headers: { ...type, ...reply.headers }, body: bytes };
}

export function send(response: ServerResponse, reply: Reply): void {
  const { headers, body } = encode(reply);
  response.writeHead(reply.status, { 'content-length': String(body.length), ...headers });
  response.end(body);
}

export function cut(socket: Socket): void {
  socket.resetAndDestroy();
}
