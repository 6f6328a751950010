/** Reads lists the way a command will, from text, cut into chunks where a test asks for it. */
import {
  createReportReader,
  type Report,
  type ReportReading,
} from '../../src/input/reports/read-report.js';
import type { ReportRow } from '../../src/input/reports/row.js';
import { find } from './made-reports.js';

export function reading(chunks: readonly string[], includeResolved = false): ReportReading {
  const reader = createReportReader({ find, includeResolved });
  for (const chunk of chunks) reader.push(chunk);
  return reader.end();
}

export function report(text: string, includeResolved = false): Report {
  const read = reading([text], includeResolved);
  if (read.kind !== 'report') throw new Error(`read as ${read.kind}`);
  return read;
}

export function secretsOf(read: ReportReading): readonly string[] {
  return read.kind === 'report' ? secretsIn(read.rows) : [];
}

export function secretsIn(rows: readonly ReportRow[]): readonly string[] {
  return rows.flatMap(({ secret }) => secret ?? []);
}

export async function* streamed(chunks: readonly string[]): AsyncGenerator<string> {
  for (const chunk of chunks) yield chunk;
}
