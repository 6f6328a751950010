/** Tells a table (CSV, TSV) from a list of lines, and which of its columns holds the targets. */
import { usageError, type RevokeError } from '../contract/errors.js';
import { whyNotATarget } from '../recognition/not-a-target.js';
import { formatOfRecord } from './reports/formats.js';
import { refusedTable, type RefusedFormat } from './reports/refused-formats.js';
import type { ReportFormat } from './reports/report-format.js';
import {
  DELIMITERS,
  findStart,
  headRecords,
  type Delimiter,
  type TextStart,
} from './table-head.js';

export interface TablePlan {
  readonly kind: 'table';
  readonly delimiter: Delimiter;
  /** Where the first record starts in the text. */
  readonly start: TextStart;
  /** The cells of the first record, where it is a header. */
  readonly header?: readonly string[];
  /** The column of the targets, from 0. */
  readonly column: number;
  /** The column of its other half, from 0, where a target is two cells of a row. */
  readonly half?: number;
  /** The provider's own key that the column is named by. */
  readonly key?: string;
  /** Other columns that may hold a target: a row with two of them is bad. */
  readonly others: readonly number[];
  /** The rows are findings of a scanner, which names its columns itself. */
  readonly format?: ReportFormat;
}

export type TableDecision =
  TablePlan | { readonly kind: 'lines' } | ({ readonly kind: 'refused' } & RefusedFormat);

export interface TableOptions {
  /** The provider's own keys: `client_id`, `token` … */
  readonly keys: readonly string[];
  /** `--column`: a name, or a number from 1. */
  readonly column?: string | undefined;
  /** `--input csv`: it is a table, whatever it looks like. */
  readonly isTable?: boolean;
  /** Whether the head is the whole text. */
  readonly isWhole: boolean;
  /** Whether a cell is a target for sure, where that shows: a token of a known shape. */
  readonly isToken?: (cell: string) => boolean;
  /** Whether two cells of a row are the halves of one target. */
  readonly arePair?: ((first: string, second: string) => boolean) | undefined;
}

/** Columns that no target stands in: a first record with one of them is a header. */
const OTHER_COLUMNS: ReadonlySet<string> = new Set(
  (
    'author commit created createdat date description detector email file filename id line ' +
    'linenumber link location name owner path provider repo repository rule ruleid severity sha ' +
    'state status type url validity'
  ).split(' '),
);

/** A column's name without blanks, dashes and capitals. */
export function normalColumn(name: string): string {
  return name.toLowerCase().replace(/[\s_-]/g, '');
}

/** Throws a usage error where the list cannot be read without more options. Nothing was sent then. */
export function planTable(head: string, options: TableOptions): TableDecision {
  const start = findStart(head);
  const delimiters = start.separator ? [start.separator] : DELIMITERS;
  const candidates = delimiters.map((delimiter) => ({
    delimiter,
    records: headRecords(head, {
      delimiter,
      offset: start.offset,
      isWhole: options.isWhole,
    }),
  }));
  for (const candidate of candidates) {
    const plan = byPair(candidate, start, options) ?? byHeader(candidate, start, options);
    if (plan) return plan;
  }
  const isTable = options.isTable === true || options.column !== undefined;
  const delimited = candidates.find(({ records }) => isDelimited(records));
  if (!delimited && !isTable && !start.separator) return { kind: 'lines' };
  if (options.column !== undefined) return byColumn(candidates, start, options);
  throw usageError(
    `the list is a table (CSV), and none of its columns is called ${either(options.keys)}`,
    'name the column with --column <name|number>, or read every line as it is with --input lines',
    'bad_input',
  );
}

interface Candidate {
  readonly delimiter: Delimiter;
  readonly records: readonly (readonly string[])[];
}

/** `jti, target or id`. */
function either(names: readonly string[]): string {
  return [names.slice(0, -1).join(', '), ...names.slice(-1)]
    .filter((part) => part !== '')
    .join(' or ');
}

/** Several records with the same number of cells, two or more, and not only a delimiter at the ends. */
function isDelimited(records: readonly (readonly string[])[]): boolean {
  const width = records[0]?.length ?? 0;
  if (records.length < 2 || width < 2 || records.some(({ length }) => length !== width))
    return false;
  return records.some((cells) => cells.slice(1).some((cell) => cell.trim() !== ''));
}

/** A table of pairs, as AWS hands out its keys: the cells tell it, whatever their columns are called. */
function byPair(
  { delimiter, records }: Candidate,
  start: TextStart,
  { arePair, isToken, column: asked }: TableOptions,
): TablePlan | undefined {
  if (!arePair || asked !== undefined) return undefined;
  const [first = [], second = []] = records;
  const base = { kind: 'table', delimiter, start, others: [] } as const;
  const here = pairIn(first, arePair);
  if (here) return { ...base, ...here };
  const below = pairIn(second, arePair);
  const isHeader = first.length === second.length && !first.some((cell) => isToken?.(cell.trim()));
  return below && isHeader ? { ...base, ...below, header: first } : undefined;
}

function pairIn(
  cells: readonly string[],
  arePair: (first: string, second: string) => boolean,
): (Pick<TablePlan, 'column'> & { readonly half: number }) | undefined {
  for (const [column, first] of cells.entries()) {
    const half = cells.findIndex((cell, at) => at > column && arePair(first.trim(), cell.trim()));
    if (half !== -1) return { column, half };
  }
  return undefined;
}

function byHeader(
  { delimiter, records }: Candidate,
  start: TextStart,
  options: TableOptions,
): TableDecision | undefined {
  const [header, ...rows] = records;
  if (!header) return undefined;
  const names = header.map(normalColumn);
  const refused = refusedTable(names);
  if (refused) return { kind: 'refused', ...refused };
  const base = { kind: 'table', delimiter, start, header } as const;
  if (options.column !== undefined) {
    const column = namedColumn(header, options.column, options.keys);
    if (column === undefined) return undefined;
    return { ...base, column, others: [], ...keyOf(names[column], options.keys) };
  }
  const format = formatOfRecord('', new Set(header));
  if (format)
    return { ...base, format, column: header.indexOf(format.secret[0] ?? ''), others: [] };
  const columns = [...names.keys()].filter((index) => keyOf(names[index], options.keys).key);
  if (columns.length === 0) return undefined;
  const filled = columns.filter((index) => rows.some((cells) => holds(cells[index], options)));
  const [column = columns[0] ?? 0] = filled;
  const rivals = otherTokenColumns(rows, column, options);
  if (filled.length > 1 || rivals.length > 0) throw twoColumns([...filled, ...rivals]);
  const others = columns.filter((index) => index !== column);
  return { ...base, column, others, ...keyOf(names[column], options.keys) };
}

function keyOf(name: string | undefined, keys: readonly string[]): { readonly key?: string } {
  const key = keys.find((known) => normalColumn(known) === name);
  return key === undefined ? {} : { key };
}

function holds(cell: string | undefined, { isToken }: TableOptions): boolean {
  const value = cell?.trim() ?? '';
  if (value === '' || whyNotATarget(value)) return false;
  return isToken ? isToken(value) : true;
}

/** Columns of other names with tokens that the chosen one does not have. */
function otherTokenColumns(
  rows: readonly (readonly string[])[],
  column: number,
  { isToken }: TableOptions,
): readonly number[] {
  if (!isToken) return [];
  const width = Math.max(0, ...rows.map(({ length }) => length));
  return [...Array(width).keys()].filter((index) =>
    rows.some((cells) => {
      const cell = cells[index]?.trim() ?? '';
      return index !== column && cell !== cells[column]?.trim() && isToken(cell);
    }),
  );
}

function twoColumns(columns: readonly number[]): RevokeError {
  const numbers = [...new Set(columns)].sort((a, b) => a - b).map((index) => index + 1);
  return usageError(
    `columns ${numbers.join(' and ')} both hold what could be revoked`,
    'name the right one with --column <name|number>',
    'bad_input',
  );
}

/** `--column` where no header was found: by number. */
function byColumn(
  candidates: readonly Candidate[],
  start: TextStart,
  { column: asked = '' }: TableOptions,
): TablePlan {
  const number = columnNumber(asked);
  if (number === undefined) {
    throw usageError(
      'no column of the first line has the name that --column gives',
      'check the name, or give the number of the column, from 1',
      'bad_input',
    );
  }
  const column = number - 1;
  const wide = candidates.filter(({ records }) => (records[0]?.length ?? 0) > column);
  const best = wide.find(({ records }) => isDelimited(records)) ?? wide[0];
  if (!best)
    throw usageError(`the first line has no column ${number}`, 'check --column', 'bad_input');
  return { kind: 'table', delimiter: best.delimiter, start, column, others: [] };
}

/** The column that is asked for, where the first record is a header. */
function namedColumn(
  header: readonly string[],
  asked: string,
  keys: readonly string[],
): number | undefined {
  const exact = header.findIndex((cell) => cell.trim() === asked.trim());
  if (exact >= 0) return exact;
  const names = header.map(normalColumn);
  const alike = names.flatMap((name, index) => (name === normalColumn(asked) ? [index] : []));
  if (alike.length > 1)
    throw usageError('two columns have that name', 'give the number', 'bad_input');
  if (alike.length === 1) return alike[0];
  const number = columnNumber(asked);
  if (number === undefined || number > header.length) return undefined;
  const isHeader = names.some((name) => OTHER_COLUMNS.has(name) || keyOf(name, keys).key);
  return isHeader ? number - 1 : undefined;
}

function columnNumber(asked: string): number | undefined {
  return /^[1-9]\d{0,3}$/.test(asked) ? Number(asked) : undefined;
}
