/** Reads the body of a token's creation as Pydantic would, with FastAPI's 422 for a bad one. */
import { jsonBody } from '../../../src/emulator/emulator.js';
import type { Reply, SeenRequest } from '../../../src/contract/index.js';
import type { Contract } from './contracts.js';
import { problem } from './starlette.js';
import { DEFAULT_SCOPE } from './state.js';

const MAX_LIFETIME_S = 31_536_000;

export interface CreateRequest {
  /** Milliseconds since the epoch; undefined: never. */
  readonly expiresAt: number | undefined;
  readonly scope: readonly string[];
}

interface Complaint {
  readonly type: string;
  readonly loc: readonly (string | number)[];
  readonly msg: string;
  readonly input: unknown;
  readonly ctx?: unknown;
}

/**
 * What was asked for, or the reply that refuses it. A lifetime that is absent is a year, one that is
 * null is none; the generated description knows no `expires_at` and ignores it.
 */
export function readCreateRequest(
  request: SeenRequest,
  contract: Contract,
  now: number,
): CreateRequest | Reply {
  const body = jsonBody(request);
  const complaints: Complaint[] = [];
  if (!isRecord(body)) return problem(422, [bodyComplaint(request, body)]);
  const isNullable = contract !== 'openapi';
  const takesDate = contract !== 'openapi';

  const given = body['expires_in'] === undefined ? MAX_LIFETIME_S : body['expires_in'];
  const expiresIn = isNullable && given === null ? undefined : readInteger('expires_in', given);
  const until = takesDate ? (body['expires_at'] ?? undefined) : undefined;
  const expiresAt = until === undefined ? undefined : readInteger('expires_at', until);
  const scope = readScope(body['scope']);

  function readInteger(name: string, input: unknown): number | undefined {
    const value = typeof input === 'string' && /^[+-]?\d+$/.test(input) ? Number(input) : input;
    const loc = ['body', name];
    const msg = 'Input should be a valid integer';
    if (typeof value === 'string') {
      const detail = `${msg}, unable to parse string as an integer`;
      complaints.push({ type: 'int_parsing', loc, msg: detail, input });
    } else if (typeof value !== 'number') {
      complaints.push({ type: 'int_type', loc, msg, input });
    } else if (!Number.isInteger(value)) {
      const detail = `${msg}, got a number with a fractional part`;
      complaints.push({ type: 'int_from_float', loc, msg: detail, input });
    } else if (name === 'expires_in' && value < 1) {
      const detail = 'Input should be greater than or equal to 1';
      complaints.push({ type: 'greater_than_equal', loc, msg: detail, input, ctx: { ge: 1 } });
    } else if (name === 'expires_in' && value > MAX_LIFETIME_S) {
      const detail = `Input should be less than or equal to ${MAX_LIFETIME_S}`;
      const ctx = { le: MAX_LIFETIME_S };
      complaints.push({ type: 'less_than_equal', loc, msg: detail, input, ctx });
    } else return value;
    return undefined;
  }

  function readScope(input: unknown): readonly string[] {
    if (input === undefined) return DEFAULT_SCOPE;
    if (!Array.isArray(input)) {
      const msg = 'Input should be a valid list';
      complaints.push({ type: 'list_type', loc: ['body', 'scope'], msg, input });
      return [];
    }
    for (const [index, entry] of input.entries()) {
      if (typeof entry === 'string') continue;
      const msg = 'Input should be a valid string';
      complaints.push({ type: 'string_type', loc: ['body', 'scope', index], msg, input: entry });
    }
    return input.filter((entry): entry is string => typeof entry === 'string');
  }

  if (complaints.length > 0) return problem(422, complaints);
  const isDated = expiresAt !== undefined && (body['expires_in'] ?? undefined) === undefined;
  if (isDated && expiresAt * 1000 <= now) return problem(400, 'Invalid expiration time');
  if (isDated) return { expiresAt: expiresAt * 1000, scope };
  return { expiresAt: expiresIn === undefined ? undefined : now + expiresIn * 1000, scope };
}

export function isReply(value: CreateRequest | Reply): value is Reply {
  return 'status' in value;
}

function bodyComplaint(request: SeenRequest, body: unknown): Complaint {
  if (request.body.length === 0) {
    return { type: 'missing', loc: ['body'], msg: 'Field required', input: null };
  }
  if (body === undefined) {
    const ctx = { error: 'Expecting value' };
    return { type: 'json_invalid', loc: ['body', 0], msg: 'JSON decode error', input: {}, ctx };
  }
  const msg = 'Input should be a valid dictionary or object to extract fields from';
  return { type: 'model_attributes_type', loc: ['body'], msg, input: body };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
