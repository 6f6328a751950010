import { usageError } from './errors.js';

/**
 * A request path in which no value can change the route: path`/v1/things/${id}`. Every value is
 * one segment: percent-encoded, and refused where it is empty, `.` or `..` (which encoding leaves
 * alone), or holds control characters or white space.
 */
export function path(literals: TemplateStringsArray, ...values: readonly string[]): string {
  return literals.reduce(
    (built, literal, index) => built + segment(values[index - 1] ?? '') + literal,
  );
}

/** Whether a text can stand as one segment of a path. */
export function isSafeSegment(text: string): boolean {
  if (text === '' || text === '.' || text === '..') return false;
  return isPrintable(text) || !/[\s\p{Cc}\p{Cs}]/u.test(text);
}

/** Nearly every id; a pattern of Unicode's properties takes a millisecond when it is first met. */
function isPrintable(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text);
}

function segment(value: string): string {
  if (!isSafeSegment(value))
    throw usageError('an id that cannot be part of a URL path', 'check the id');
  return encodeURIComponent(value);
}
