/** Lists of tokens that are read whole before anything is sent: scanners' reports, and tables. */
import { usageError } from '../contract/errors.js';
import type { FindTokens } from '../contract/provider.js';
import { readTable } from './csv.js';
import { createTextReader } from './encoding.js';
import type { FoundRows } from './found-rows.js';
import { legacyNotice, refusedList, textsOf, type ItemOptions } from './list-items.js';
import type { TablePlan } from './plan-table.js';
import { createTableRows } from './reports/table-rows.js';
import type { SniffedList } from './sniff-list.js';

export interface WholeOptions extends Pick<ItemOptions, 'name' | 'spec' | 'input' | 'onNotice'> {
  readonly find: FindTokens;
  readonly found: FoundRows;
}

/** A list that was read whole. */
export interface WholeList {
  /** It is a report: to have no rows is no mistake. */
  readonly isReport: boolean;
}

/** Undefined where the list is another one, and was not read. Throws for a report that cannot be read. */
export async function readWhole(
  list: SniffedList,
  options: WholeOptions,
): Promise<WholeList | undefined> {
  const { form, pieces } = list;
  if (form.kind === 'refused') throw refusedList(options, form);
  if (form.kind === 'table') return readRows(form, pieces, options);
  if (form.kind === 'report') return readReport(form, pieces, options);
  if (options.input !== 'report') return undefined;
  for await (const _rest of pieces) break;
  throw usageError(
    `${options.name} is not a report that is known here`,
    'leave --input out, or give the report of a scanner: docs/input.md lists them',
    'bad_input',
  );
}

async function readReport(
  { text, reader }: Extract<SniffedList['form'], { readonly kind: 'report' }>,
  pieces: AsyncIterable<Buffer>,
  { name, found, onNotice, spec }: WholeOptions,
): Promise<WholeList> {
  for await (const piece of textsOf(pieces, text)) reader.push(piece);
  const read = reader.end();
  if (read.kind === 'refused') throw refusedList({ name, spec }, read);
  if (read.kind === 'report') {
    const hasRows = read.rows.length > 0;
    // Each is let go of as it is taken: a report may have a hundred thousand.
    for (const row of drained(read.rows)) found.add(name, row);
    if (hasRows) for (const note of read.notes) onNotice?.(`${name}: ${note}`);
  }
  return { isReport: true };
}

function* drained<T>(items: T[]): Generator<T> {
  items.reverse();
  for (let item = items.pop(); item !== undefined; item = items.pop()) yield item;
}

async function readRows(
  plan: TablePlan,
  pieces: AsyncIterable<Buffer>,
  { name, find, found, onNotice }: WholeOptions,
): Promise<WholeList> {
  const text = createTextReader({ legacy: true });
  const rowOf = createTableRows(plan, find);
  for await (const row of readTable(textsOf(pieces, text), plan)) {
    const isBlank = row.bad === undefined && row.cells.every((cell) => cell.trim() === '');
    if (!isBlank) found.add(name, rowOf(row));
  }
  if (text.encoding === 'windows-1252') onNotice?.(legacyNotice(name));
  return { isReport: plan.format !== undefined };
}
