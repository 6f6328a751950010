/**
 * JSON as it is read: a pipe or a file gets each object on one line. A terminal would break a line that
 * is wider than itself in the middle of its words, so a person gets such an object indented: it is the
 * same JSON, and can be copied as it stands.
 */
import type { OutputStream } from '../runtime/world.js';
import { prettyJson, type Paint } from './colors.js';
import type { Format } from './format.js';
import { textWidth } from './text-width.js';

export interface JsonTextOptions {
  readonly out: Pick<OutputStream, 'isTTY' | 'columns'>;
  readonly format: Format;
  readonly paint: (paint: Paint) => Paint;
}

/** @param line one object, or one document, on one line */
export function jsonText(line: string, { out, format, paint }: JsonTextOptions): string {
  if (format === 'pretty-json') return prettyJson(line, paint);
  return out.isTTY && textWidth(line) > out.columns ? prettyJson(line, paint) : line;
}
