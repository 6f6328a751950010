/** Reads the rows of a table from text in pieces. The CSV parser is loaded with the first of them. */
import { LONGEST } from './input-record.js';
import type { NotATarget } from '../recognition/not-a-target.js';
import { whyNotATarget } from '../recognition/not-a-target.js';
import type { TablePlan } from './plan-table.js';

export interface TableRow {
  /** As a spreadsheet counts: the header is row 1. */
  readonly row: number;
  /** The line of the text on which the row starts, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
  /** The target's cell, without white space around it; '' where it is empty. */
  readonly value: string;
  /** Why the row cannot be used; never quotes it. */
  readonly bad?: BadCell;
}

export interface BadCell {
  readonly reason: NotATarget['reason'] | 'two_targets' | 'cut_off';
  readonly words: string;
}

/** How much the parser may hold that is not taken yet: it is emptied after each piece of text. */
const UNLIMITED = { readableHighWaterMark: Number.MAX_SAFE_INTEGER };

type Place = Pick<TableRow, 'row' | 'line' | 'cells'>;

interface ParsedRecord {
  readonly record: readonly string[];
  readonly info: { readonly lines: number; readonly empty_lines: number };
}

/**
 * The rows behind the header, one by one. Empty lines are none. After a quote that is not closed the rest
 * is one bad row.
 * @param texts the whole text, from the place on that the plan counts from
 */
export async function* readTable(
  texts: AsyncIterable<string>,
  plan: TablePlan,
): AsyncGenerator<TableRow> {
  const { parse } = await import('csv-parse');
  const parser = parse({
    delimiter: plan.delimiter,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: LONGEST,
    ...UNLIMITED,
    info: true,
  });
  let error: unknown;
  parser.on('error', (reason) => (error = reason));
  let last = '';
  let count = 0;
  let next = { row: 1, line: plan.start.line };
  // The last record is judged when it is known whether the text ends behind it.
  let previous: Place | undefined;
  const place = ({ record, info }: ParsedRecord): Place => {
    const row = ++count + info.empty_lines;
    const end = plan.start.line + info.lines - 1;
    next = { row: row + 1, line: end + 1 };
    return { cells: record, row, line: end - lineBreaks(record) };
  };
  function* read(): Generator<TableRow> {
    for (let record = parser.read(); record !== null; record = parser.read()) {
      if (previous) yield* judge(previous, plan, true);
      previous = place(record as ParsedRecord);
    }
  }
  async function* finish(): AsyncGenerator<TableRow> {
    parser.end();
    try {
      for await (const record of parser) {
        if (previous) yield* judge(previous, plan, true);
        previous = place(record as ParsedRecord);
      }
    } catch (reason) {
      error ??= reason;
    }
  }
  for await (const text of from(texts, plan.start.offset)) {
    if (text !== '') last = text.charAt(text.length - 1);
    // Its records are there when it returns: none is lost if a later one cannot be read.
    parser.write(text);
    yield* read();
    if (parser.errored) break;
  }
  if (!parser.errored) yield* finish();
  const isEnded = parser.errored !== null || last === '\n' || last === '\r';
  if (previous) yield* judge(previous, plan, isEnded);
  if (error === undefined && parser.errored === null) return;
  const words = `a quote is not closed, or a row is too long: the rest from line ${next.line} on cannot be read`;
  yield { ...next, cells: [], value: '', bad: { reason: 'cut_off', words } };
}

async function* from(texts: AsyncIterable<string>, offset: number): AsyncGenerator<string> {
  let left = offset;
  for await (const text of texts) {
    if (left < text.length) yield text.slice(left);
    left = Math.max(0, left - text.length);
  }
}

function* judge(place: Place, plan: TablePlan, isEnded: boolean): Generator<TableRow> {
  const { cells } = place;
  if (plan.header && place.row === 1) return;
  const value = (cells[plan.column] ?? '').trim();
  const bad = whyBad({ cells, value }, plan, isEnded);
  yield { ...place, value, ...(bad && { bad }) };
}

function lineBreaks(cells: readonly string[]): number {
  return cells.reduce((sum, cell) => sum + cell.split('\n').length - 1, 0);
}

function whyBad(
  { cells, value }: Pick<TableRow, 'cells' | 'value'>,
  { header, column, others }: TablePlan,
  isEnded: boolean,
): BadCell | undefined {
  const width = header?.length ?? cells.length;
  if (cells.slice(width).some((cell) => cell.trim() !== '')) {
    const words = `${cells.length} cells where the first line has ${width}: put the cell with the delimiter in quotes`;
    return { reason: 'damaged', words };
  }
  if (!isEnded && cells.length < width && column >= cells.length - 1) {
    return { reason: 'cut_off', words: 'the list ends in the middle of this row' };
  }
  if (value.includes('\ufffd')) return { reason: 'damaged', words: 'not valid UTF-8' };
  if (value !== '' && others.some((other) => (cells[other] ?? '').trim() !== '')) {
    const words = 'two columns of this row hold what could be revoked: name one with --column';
    return { reason: 'two_targets', words };
  }
  return value === '' ? undefined : whyNotATarget(value);
}
