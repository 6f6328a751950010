/** What goes wrong at an emulator, on demand. */
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { cut, encode, send } from './reply.js';
import type { Fault, Reply, SeenRequest } from '../contract/emulator.js';

export interface Faults {
  add(fault: Fault): void;
  clear(): void;
  /** The fault that this request meets, if it meets one. @param line `METHOD /path` */
  take(line: string): Fault | undefined;
  /** Answers as the fault has it, after the handler has acted. */
  spoil(
    fault: Fault,
    request: SeenRequest,
    socket: Socket,
    response: ServerResponse,
    reply: Reply,
  ): void;
  /** Ends what still waits. */
  stop(): void;
}

export function createFaults(): Faults {
  const faults: { fault: Fault; left: number }[] = [];
  const timers = new Set<NodeJS.Timeout>();

  function spoil(
    fault: Fault,
    request: SeenRequest,
    socket: Socket,
    response: ServerResponse,
    reply: Reply,
  ): void {
    const { headers, body } = encode(reply);
    switch (fault.kind) {
      case 'reset':
        return cut(socket);
      case 'idle':
        return;
      case 'delay':
        return later(fault.ms, () => send(response, reply));
      case 'lie':
        return send(response, fault.reply);
      case 'alter':
        return send(response, fault.alter(reply, request));
      case 'truncate':
        response.writeHead(reply.status, { ...headers, 'content-length': body.length + 1 });
        response.write(body.subarray(0, Math.floor(body.length / 2)));
        return later(5, () => cut(socket));
      case 'drip':
        response.writeHead(reply.status, headers);
        return drip(response, body, fault.ms);
      case 'endless':
        response.writeHead(reply.status, { 'content-type': 'application/json' });
        return pour(response);
      case 'reply':
        return send(response, fault.reply);
    }
  }

  function drip(response: ServerResponse, body: Buffer, ms: number, from = 0): void {
    if (from >= body.length || response.destroyed) return void response.end();
    response.write(body.subarray(from, from + 1));
    later(ms, () => drip(response, body, ms, from + 1));
  }

  function pour(response: ServerResponse): void {
    if (response.destroyed) return;
    if (response.write(' '.repeat(65536))) later(0, () => pour(response));
    else response.once('drain', () => pour(response));
  }

  function later(ms: number, act: () => void): void {
    const timer = setTimeout(() => {
      timers.delete(timer);
      act();
    }, ms);
    timers.add(timer);
  }

  return {
    add: (fault) => void faults.push({ fault, left: fault.times ?? 1 }),
    clear: () => void faults.splice(0),
    take(line) {
      const index = faults.findIndex(({ fault }) => fault.match?.test(line) ?? true);
      const entry = faults[index];
      if (!entry) return undefined;
      entry.left -= 1;
      if (entry.left <= 0) faults.splice(index, 1);
      return entry.fault;
    },
    spoil,
    stop() {
      for (const timer of timers) clearTimeout(timer);
    },
  };
}
