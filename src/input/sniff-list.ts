/** Tells what a list is from the start of its bytes, and gives these back with the rest. */
import type { FindTokens } from '../contract/provider.js';
import { createTextReader, type TextReader } from './encoding.js';
import { FILE_KIND_BYTES, fileKind } from './file-kind.js';
import { listForm, type ListForm } from './list-form.js';
import type { TableOptions } from './plan-table.js';
import type { ReportReader } from './reports/read-report.js';
import { DELIMITERS, HEAD_LENGTH, HEAD_RECORDS, findStart, headRecords } from './table-head.js';

/** `--input`: what the list is, where its content is not to tell it. */
export type InputForm = 'auto' | 'lines' | 'json' | 'csv' | 'report';

export interface SniffOptions extends Omit<TableOptions, 'isWhole' | 'isTable'> {
  readonly input?: InputForm | undefined;
  /** Use the rows that a report marks as resolved, suppressed or absent, too. */
  readonly includeResolved?: boolean;
  readonly find: FindTokens;
}

export interface SniffedList {
  readonly form: ListForm | ReportForm;
  /** The whole list; of a report what was not read yet. */
  readonly pieces: AsyncIterable<Buffer>;
}

/** A report whose start was read. */
interface ReportForm {
  readonly kind: 'report';
  readonly text: TextReader;
  readonly reader: ReportReader;
}

/** JSON that has not shown what it is after so much of it is no report. */
const MOST_UNDECIDED_LENGTH = 4 * 1024 * 1024;
/** Text that scanners and git print for people: more than one line tells what it is. */
const PRINTED = /^(?:🐷|remote:)/u;

/** Reads no further than it must: a pipe may be open for long. Lets go of a list that is refused. */
export async function sniffList(
  source: AsyncIterable<Buffer>,
  options: SniffOptions,
): Promise<SniffedList> {
  const pieces = source[Symbol.asyncIterator]();
  let form: SniffedList['form'] | undefined;
  try {
    const list = await sniff(pieces, options);
    form = list.form;
    return list;
  } finally {
    if (form === undefined || form.kind === 'refused') await pieces.return?.();
  }
}

async function sniff(pieces: AsyncIterator<Buffer>, options: SniffOptions): Promise<SniffedList> {
  const held: Buffer[] = [];
  const text = createTextReader({ legacy: true });
  let head = '';
  let isWhole = false;
  let form: ListForm | undefined;
  while (!form) {
    const next = await pieces.next();
    isWhole = next.done === true;
    if (!next.done) held.push(next.value);
    head += next.done ? text.end() : text.push(next.value);
    form = decide(held, { head, isWhole }, options);
  }
  const list = (): SniffedList => ({ form: form as ListForm, pieces: replay(held, pieces) });
  if (form.kind !== 'json' || options.input === 'json') return list();
  const { createReportReader } = await import('./reports/read-report.js');
  const reader = createReportReader(options);
  reader.push(head);
  for (let length = head.length; !reader.kind && length < MOST_UNDECIDED_LENGTH && !isWhole;) {
    const next = await pieces.next();
    isWhole = next.done === true;
    if (!next.done) held.push(next.value);
    const more = next.done ? text.end() : text.push(next.value);
    length += more.length;
    reader.push(more);
  }
  if (reader.kind === 'report') {
    return { form: { kind: 'report', text, reader }, pieces: replay([], pieces) };
  }
  // A document without records shows what it is when it ends.
  const read = isWhole || reader.kind === 'refused' ? reader.end() : undefined;
  if (read?.kind === 'refused') form = read;
  if (read?.kind === 'report') {
    const done: ReportReader = { push: () => undefined, kind: 'report', end: () => read };
    return { form: { kind: 'report', text, reader: done }, pieces: replay([], pieces) };
  }
  return list();
}

interface Head {
  readonly head: string;
  readonly isWhole: boolean;
}

/** Undefined where more of the text is needed. Throws where a table needs more options. */
function decide(
  held: readonly Buffer[],
  { head, isWhole }: Head,
  options: SniffOptions,
): ListForm | undefined {
  const { input = 'auto' } = options;
  const isEnough = isWhole || head.length >= HEAD_LENGTH || isTold(head, options);
  if (!isEnough) return undefined;
  const file = fileKind(Buffer.concat(held).subarray(0, FILE_KIND_BYTES));
  if (file) return { kind: 'refused', ...file };
  if (input === 'lines' || input === 'json') return { kind: input };
  return tableOf(head, { isWhole, options });
}

function tableOf(
  head: string,
  { isWhole, options }: { readonly isWhole: boolean; readonly options: SniffOptions },
): ListForm {
  const { input, keys, column, isToken, arePair } = options;
  return listForm(head, {
    keys,
    isWhole,
    ...(column !== undefined && { column }),
    ...(isToken && { isToken }),
    arePair,
    isTable: input === 'csv',
  });
}

/** Whether so much of a list tells what it is. */
function isTold(head: string, { column, input }: SniffOptions): boolean {
  const text = head.trimStart();
  if (text === '') return false;
  const isAsked = column !== undefined || input === 'csv';
  if (!isAsked && /^[[{]/.test(text)) return true;
  if (PRINTED.test(text)) return text.includes('\n{');
  const start = findStart(head);
  const delimiters = start.separator ? [start.separator] : DELIMITERS;
  const all = delimiters.map((delimiter) =>
    headRecords(head, { delimiter, offset: start.offset, isWhole: false }),
  );
  if (all.some((records) => records.length === 0)) return false;
  if (input === 'lines' || input === 'json') return true;
  if (all.some((records) => records.length >= HEAD_RECORDS)) return true;
  // Lines of which one has another number of cells are no table, whatever comes.
  return !isAsked && !start.separator && all.every(isNoTable);
}

function isNoTable(records: readonly (readonly string[])[]): boolean {
  const width = records[0]?.length ?? 0;
  return width < 2 || records.some(({ length }) => length !== width);
}

async function* replay(
  held: readonly Buffer[],
  rest: AsyncIterator<Buffer>,
): AsyncGenerator<Buffer> {
  try {
    yield* held;
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}
