/** From the rows of a table to rows of a report: of a scanner's CSV, or of a spreadsheet with places in it. */
import type { TableRow } from '../csv.js';
import { normalColumn, type TablePlan } from '../plan-table.js';
import { createDraft, finishDraft } from './draft.js';
import type { LocationField, ReportFormat } from './report-format.js';
import type { FindTokens } from '../../contract/provider.js';
import { refuse, type ReportRow } from './row.js';

/** What the columns of spreadsheets are called, as `normalColumn` writes it. */
const COLUMNS: Readonly<Record<LocationField, readonly string[]>> = {
  file: ['file', 'filename', 'filepath', 'path', 'location'],
  line: ['line', 'linenumber', 'startline'],
  column: ['startcolumn', 'columnnumber'],
  commit: ['commit', 'commitsha', 'sha'],
  link: ['link', 'url', 'htmlurl'],
  detector: ['detector', 'rule', 'ruleid', 'type', 'secrettype'],
};
const SECRET = 'secret ';

/** How the rows of a plan become rows of a report. A column that says where a token was found names no host. */
export function createTableRows(plan: TablePlan, find: FindTokens): (row: TableRow) => ReportRow {
  const header = plan.header ?? [];
  const names = plan.format ? header : header.map(normalColumn);
  const format = plan.format ?? formatOfSpreadsheet(names);
  return ({ row, cells, bad }) => {
    if (bad && bad.reason !== 'masked') {
      const { reason, words } = bad;
      return {
        row,
        ...refuse(reason === 'two_targets' ? 'ambiguous' : reason, words),
        location: {},
      };
    }
    const record: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
    for (const [index, name] of names.entries()) record[name] ??= cells[index];
    if (!plan.format) record[SECRET] = valueOf(cells, plan);
    return finishDraft(createDraft(format, record, { row, depth: 0, find }), find, false);
  };
}

function valueOf(cells: readonly string[], { column, half }: TablePlan): string | undefined {
  const value = cells[column];
  const other = half === undefined ? undefined : cells[half];
  return value !== undefined && other !== undefined ? `${value.trim()} ${other.trim()}` : value;
}

function formatOfSpreadsheet(names: readonly string[]): ReportFormat {
  const known = (field: LocationField) => COLUMNS[field].filter((name) => names.includes(name));
  return {
    name: 'the table',
    record: { has: [] },
    secret: [SECRET],
    location: {
      file: known('file'),
      line: known('line'),
      column: known('column'),
      commit: known('commit'),
      link: known('link'),
      detector: known('detector'),
    },
    unmask: 'export it again with the values shown',
  };
}
