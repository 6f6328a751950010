/** A piece of the input that may lie in several chunks, up to a length. */
import { LONGEST } from './input-record.js';

/** A piece of the input that may lie in several chunks; `from` is -1 while it does not grow. */
export interface Span {
  held: string;
  from: number;
  long: boolean;
}

export function createSpan(): Span {
  return { held: '', from: -1, long: false };
}

export function openSpan(span: Span, at: number): void {
  span.held = '';
  span.from = at;
  span.long = false;
}

export function addToSpan(span: Span, chunk: string, to: number): void {
  if (!span.long) span.held += chunk.slice(span.from, to);
  span.from = -1;
  if (span.held.length <= LONGEST) return;
  span.long = true;
  span.held = '';
}

export function carrySpan(span: Span, chunk: string): void {
  if (span.from < 0) return;
  addToSpan(span, chunk, chunk.length);
  span.from = 0;
}

/** The span's text, or undefined when it is too long. */
export function closeSpan(span: Span, chunk: string, to: number): string | undefined {
  addToSpan(span, chunk, to);
  const { held } = span;
  span.held = '';
  return span.long ? undefined : held;
}
