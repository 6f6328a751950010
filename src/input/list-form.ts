/** What a list is, judged by the start of its text: a table, JSON, lines, or something that is not read. */
import { planTable, type TableOptions, type TablePlan } from './plan-table.js';
import { refusedText, type RefusedFormat } from './reports/refused-formats.js';

export type ListForm =
  | TablePlan
  /** JSON of any kind; a report reader tells whether it is a report. */
  | { readonly kind: 'json' }
  | { readonly kind: 'lines' }
  | ({ readonly kind: 'refused' } & RefusedFormat);

/** What a scanner prints before its JSON lines where both of its streams are in one file. */
const BANNER = /^🐷🔑🐷[^\n]*\n+(?=\{|\d{4}-\d\d-\d\dT)/u;

/**
 * @param head the start of the text, `HEAD_LENGTH` of it if there is so much
 * Throws a usage error where a table cannot be read without more options.
 */
export function listForm(head: string, options: TableOptions): ListForm {
  const text = head.trimStart();
  if (BANNER.test(text)) return { kind: 'json' };
  const refused = refusedText(text);
  if (refused) return { kind: 'refused', ...refused };
  const isJson = text.startsWith('{') || text.startsWith('[');
  if (isJson && !options.isTable && options.column === undefined) return { kind: 'json' };
  return planTable(head, options);
}
