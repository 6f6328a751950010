/** A table for people: boxed where that fits, else as columns, with what has no room beneath. */
import type { Table } from '../contract/provider.js';
import type { Paint } from './colors.js';
import { padTo, textWidth } from './text-width.js';
import { wrapText } from './word-wrap.js';

export interface TableOptions {
  /** Columns of the terminal; undefined off a terminal, where every table is boxed. */
  readonly width: number | undefined;
  /** Makes a cell harmless. */
  readonly clean: Paint;
  /** The colour of a cell in the table's status column. */
  readonly paintStatus: (word: string) => Paint;
}

export async function drawTable(table: Table, options: TableOptions): Promise<string> {
  const { width, clean } = options;
  const cleaned = {
    ...table,
    head: table.head.map(clean),
    rows: table.rows.map((row) => row.map(clean)),
  };
  const boxed = await drawBoxes(cleaned, options);
  if (width === undefined || textWidth(boxed.slice(0, boxed.indexOf('\n'))) <= width) return boxed;
  return drawColumns(cleaned, { ...options, width });
}

async function drawBoxes(table: Table, { width, paintStatus }: TableOptions): Promise<string> {
  const { default: CliTable } = await import('cli-table3');
  const status = table.head.indexOf(table.status ?? '');
  const drawn = new CliTable({
    head: [...table.head],
    style: { head: [], border: [], compact: true },
    ...(width === undefined ? { wordWrap: false } : {}),
  });
  for (const row of table.rows) {
    drawn.push(row.map((cell, index) => (index === status ? paintStatus(cell)(cell) : cell)));
  }
  return drawn.toString();
}

const GAP = '  ';
const MARK = '* ';
const BENEATH = '    ';
/** What a cell without a value has: worth a place in a column, and no line of its own. */
const NOTHING = '-';

interface Column {
  readonly title: string;
  readonly index: number;
  readonly width: number;
}

function drawColumns(table: Table, options: TableOptions & { readonly width: number }): string {
  const { width, paintStatus } = options;
  const marks = table.head.indexOf(table.mark ?? '');
  const [beside, beneath] = share(columnsOf(table), width - (marks < 0 ? 0 : MARK.length));
  const line = (mark: string, cells: readonly string[]) =>
    `${marks < 0 ? '' : mark}${cells.join(GAP)}`.trimEnd();
  const painted = ({ title, index }: Column, row: readonly string[]) => {
    const text = row[index] ?? '';
    return title === table.status ? paintStatus(text)(text) : text;
  };
  const cell = (column: Column, row: readonly string[]) =>
    painted(column, row) + padTo('', column.width - textWidth(row[column.index] ?? ''));
  const head = line(
    GAP,
    beside.map(({ title, width: columns }) => padTo(title, columns)),
  );
  const lines = table.rows.flatMap((row) => [
    line(
      row[marks] ? MARK : GAP,
      beside.map((column) => cell(column, row)),
    ),
    ...beneath
      .filter(({ index }) => row[index] && row[index] !== NOTHING)
      .map((column) =>
        wrapText(`${BENEATH}${column.title}: ${painted(column, row)}`, { width, hanging: 2 }),
      ),
  ]);
  return [head, ...lines].join('\n');
}

/** The columns, the most important first, without the one that is a mark. */
function columnsOf({ head, rows, mark, priority = [] }: Table): readonly Column[] {
  const rank = (title: string) => {
    const place = priority.indexOf(title);
    return place < 0 ? priority.length : place;
  };
  return head
    .map((title, index) => ({
      title,
      index,
      width: rows.reduce(
        (most, row) => Math.max(most, textWidth(row[index] ?? '')),
        textWidth(title),
      ),
    }))
    .filter(({ title }) => title !== mark)
    .sort((a, b) => rank(a.title) - rank(b.title));
}

/** What fits beside each other, the most important at least; and what stands beneath. */
function share(
  columns: readonly Column[],
  width: number,
): readonly [readonly Column[], readonly Column[]] {
  const beside: Column[] = [];
  const beneath: Column[] = [];
  let room = width;
  for (const column of columns) {
    const needs = column.width + (beside.length === 0 ? 0 : GAP.length);
    if (beside.length === 0 || needs <= room) {
      beside.push(column);
      room -= needs;
    } else beneath.push(column);
  }
  return [beside, beneath];
}
