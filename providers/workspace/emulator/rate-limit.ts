/** Requests counted in a fixed window, told in X-RateLimit-* headers and refused with 429. */
import type { Reply } from '../../../src/contract/index.js';
import { problem } from './starlette.js';

export interface RateLimit {
  /** Requests that one window takes. */
  readonly requests: number;
  readonly windowMs: number;
  /** How a refusal says when to come back. */
  readonly retryAfter: 'seconds' | 'date' | 'none';
}

export interface Admission {
  /** The refusal, or undefined where the request may pass. */
  readonly refusal: Reply | undefined;
  /** What every answer of this window carries. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Counts from the first request on; call the returned function once for each request. */
export function rateLimiter(limit: RateLimit, now: () => number): () => Admission {
  let resetAt = 0;
  let used = 0;
  return () => {
    const at = now();
    if (at >= resetAt) {
      resetAt = at + limit.windowMs;
      used = 0;
    }
    used += 1;
    const headers = {
      'x-ratelimit-limit': String(limit.requests),
      'x-ratelimit-remaining': String(Math.max(0, limit.requests - used)),
      'x-ratelimit-reset': String(Math.ceil(resetAt / 1000)),
    };
    if (used <= limit.requests) return { refusal: undefined, headers };
    const retryAfter = retryAfterOf(limit.retryAfter, at, resetAt);
    return { refusal: problem(429, 'Too many requests', retryAfter), headers };
  };
}

/** Rounded up, so that a caller who obeys is never early. */
function retryAfterOf(kind: RateLimit['retryAfter'], at: number, resetAt: number) {
  if (kind === 'none') return undefined;
  if (kind === 'seconds') return { 'retry-after': String(Math.ceil((resetAt - at) / 1000)) };
  return { 'retry-after': new Date(Math.ceil(resetAt / 1000) * 1000).toUTCString() };
}
