/** Prints what a command reports: its lines and tables for people, or its JSON. */
import type { Report } from '../contract/provider.js';
import { mapTexts } from '../contract/redact.js';
import { escapeControlsInLine, safeJson } from '../contract/text.js';
import type { OutputStream } from '../runtime/world.js';
import { STATE_COLORS, type Paint } from './colors.js';
import { createBufferedWriter } from './buffered-writer.js';
import type { Format } from './format.js';
import { jsonText } from './json-text.js';
import { drawTable } from './table.js';
import { fitted } from './word-wrap.js';

export interface ReportOptions {
  readonly out: OutputStream;
  readonly format: Format;
  /** Masks every secret that is known. */
  readonly mask: (text: string) => string;
  /** Masks, and makes harmless, what stands in a table. */
  readonly clean: (text: string) => string;
  readonly paint: (paint: Paint) => Paint;
}

export async function printReport(report: Report, options: ReportOptions): Promise<void> {
  const { out, format, mask, clean, paint } = options;
  const masked = (text: string) => maskedBut(report.secretToPrint, text, mask);
  if (format !== 'text') {
    const json = safeJson(mapTexts(report.json, masked));
    await out.write(`${jsonText(json, { out, format, paint })}\n`);
    return;
  }
  const width = out.isTTY ? out.columns : undefined;
  const paintStatus = (word: string) => paint(STATE_COLORS[word.toLowerCase()] ?? ((text) => text));
  const lines = createBufferedWriter(out);
  for (const part of report.text) {
    const text =
      typeof part === 'string'
        ? fitted(out, escapeControlsInLine(masked(part)))
        : await drawTable(part, { width, clean, paintStatus });
    const slow = lines.add(`${text}\n`);
    if (slow) await slow;
  }
  await lines.flush();
}

/** Masks all but the one secret that a command exists to print. */
function maskedBut(
  secretToPrint: string | undefined,
  text: string,
  mask: (text: string) => string,
): string {
  if (secretToPrint === undefined || secretToPrint === '') return mask(text);
  return text.split(secretToPrint).map(mask).join(secretToPrint);
}
