/** How Ably's REST API and Control API read requests and write answers and errors. */
import { decode, encode } from '@msgpack/msgpack';
import { jsonBody } from '../../../src/emulator/emulator.js';
import type { Handler, Reply, SeenRequest } from '../../../src/contract/index.js';

const MSGPACK = 'application/x-msgpack';
const MAX_BODY_BYTES = 512 * 1024;

/** The error object of Ably, as it stands in bodies. */
export interface ErrorInfo {
  readonly message: string;
  readonly code: number;
  readonly statusCode: number;
  readonly href: string;
}

/** A refusal by one of Ably's codes, whose first three digits are its HTTP status. */
export class AblyError extends Error {
  readonly code: number;
  readonly statusCode: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
    this.statusCode = Math.floor(code / 100);
  }
}

export function errorInfo({ code, statusCode, message }: AblyError): ErrorInfo {
  return { message, code, statusCode, href: `https://help.ably.io/error/${code}` };
}

/** A REST endpoint: what it throws as AblyError is answered as Ably does, in JSON or msgpack. */
export function restEndpoint(now: () => number, handler: Handler): Handler {
  return guard(now, handler, (error) => ({ error: errorInfo(error) }));
}

/** A Control API endpoint: its errors stand at the top level of the body. */
export function controlEndpoint(now: () => number, handler: Handler): Handler {
  return guard(now, handler, errorInfo);
}

/** The body of a request by its Content-Type: msgpack, or else JSON. Throws 40000 and 40009. */
export function readBody(request: SeenRequest): unknown {
  if (request.body.length > MAX_BODY_BYTES) throw new AblyError(40009, 'request body too large');
  const isBinary = (request.headers['content-type'] ?? '').startsWith(MSGPACK);
  const body = isBinary ? msgpackBody(request) : jsonBody(request);
  if (body === undefined) throw new AblyError(40000, 'request body could not be read');
  return body;
}

/** The version of the protocol that a request speaks: 0 where it names none. */
export function protocolVersion(request: SeenRequest): number {
  const header = request.headers['x-ably-version'];
  const version = Number.parseFloat(String(header ?? request.query.get('v') ?? 0));
  return Number.isNaN(version) ? 0 : version;
}

/** The 429 of Ably's edge: nothing in the body, the error in headers alone. */
export function edgeFlood(): Reply {
  const headers = errorHeaders(new AblyError(42922, 'too many requests'));
  return { status: 429, headers };
}

function guard(
  now: () => number,
  handler: Handler,
  describe: (error: AblyError) => unknown,
): Handler {
  return async (request) => {
    const date = { date: new Date(now()).toUTCString() };
    try {
      const reply = await handler(request);
      return encodeReply(request, { ...reply, headers: { ...date, ...reply.headers } });
    } catch (error) {
      if (!(error instanceof AblyError)) throw error;
      return encodeReply(request, {
        status: error.statusCode,
        headers: { ...date, ...errorHeaders(error) },
        body: describe(error),
      });
    }
  };
}

/** Headers that mirror an error, for callers that put the error into a body of their own. */
export function errorHeaders(error: AblyError): Record<string, string> {
  return {
    'x-ably-errorcode': String(error.code),
    'x-ably-errormessage': error.message.replace(/[^ -~]/g, '?'),
  };
}

function encodeReply(request: SeenRequest, reply: Reply): Reply {
  const wantsBinary = (request.headers.accept ?? '').includes(MSGPACK);
  if (reply.body === undefined || !wantsBinary) return reply;
  const bytes = encode(reply.body, { ignoreUndefined: true });
  return {
    ...reply,
    headers: { ...reply.headers, 'content-type': MSGPACK },
    body: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
  };
}

function msgpackBody(request: SeenRequest): unknown {
  try {
    return decode(request.body);
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}
