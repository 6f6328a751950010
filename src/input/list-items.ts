/** The targets and bad lines of a list that is not a report, as they are read. */
import type { BadLine, TargetOrBadLine } from '../engine/target-stream.js';
import { usageError, type RevokeError } from '../contract/errors.js';
import { createHalfJoiner } from '../contract/join-halves.js';
import type { Target, TargetSpec } from '../contract/provider.js';
import { readTable, type TableRow } from './csv.js';
import { createTextReader, type TextReader } from './encoding.js';
import type { InputRecord } from './input-record.js';
import { itemsOf, keysOf } from './parse-targets.js';
import type { TablePlan } from './plan-table.js';
import { createRecordReader } from './record-reader.js';
import type { InputForm, SniffedList } from './sniff-list.js';

export interface ItemOptions {
  /** What the list is called: `stdin`. */
  readonly name: string;
  /** Its `parse` refuses what is no target in a list. */
  readonly spec: TargetSpec;
  /** How bare text is read (`--as`). */
  readonly kind?: string | undefined;
  readonly input?: InputForm | undefined;
  readonly facts: Facts;
  /** Hears of every target of a list, once, as it is first read. */
  readonly onTarget?: ((target: Target, at: string) => void) | undefined;
  /** Hears what a person should know of the list. */
  readonly onNotice?: ((text: string) => void) | undefined;
}

/** What is known of an input as far as it was read. */
export interface Facts {
  /** How many targets it has, in whatever part. */
  targets: number;
  /** There was a JSON list, empty or not. */
  hasList: boolean;
  /** It is a table. */
  isTable?: boolean;
}

/** Throws a usage error for what is known and not read. */
export async function* readItems(
  { form, pieces }: SniffedList,
  options: ItemOptions,
): AsyncGenerator<TargetOrBadLine[]> {
  if (form.kind === 'refused') throw refusedList(options, form);
  if (form.kind === 'report') {
    // To leave the loop lets go of the file.
    for await (const _rest of pieces) break;
    throw refusedList(options, form);
  }
  options.facts.isTable = form.kind === 'table';
  if (form.kind === 'table') yield* tableItems(form, pieces, options);
  else yield* recordItems(pieces, { ...options, isPlain: options.input === 'lines' });
}

/** Counts targets and tells them, and adds all items to those that are given together. */
function addItems(
  all: TargetOrBadLine[],
  items: readonly TargetOrBadLine[],
  { at, facts, onTarget }: Pick<ItemOptions, 'facts' | 'onTarget'> & { readonly at: string },
): void {
  for (const item of items) {
    all.push(item);
    if ('reason' in item) continue;
    facts.targets += 1;
    onTarget?.(item, at);
  }
}

async function* recordItems(
  pieces: AsyncIterable<Buffer>,
  options: ItemOptions & { readonly isPlain: boolean },
): AsyncGenerator<TargetOrBadLine[]> {
  const { name, spec, facts, onTarget, isPlain } = options;
  const text = createTextReader({ legacy: false });
  const reader = createRecordReader(keysOf(spec), {
    isPlain,
    keepsTorn: spec.findTokens !== undefined,
  });
  const joiner = createHalfJoiner<InputRecord>(spec.halves);
  const toItems = (records: readonly InputRecord[]) => {
    const all: TargetOrBadLine[] = [];
    for (const record of records) {
      const at = `${name}:${record.line}`;
      addItems(all, itemsOf(record, at, options), { at, facts, onTarget });
    }
    return all;
  };
  for await (const bytes of pieces) {
    const items = toItems(joiner.push(reader.push(text.push(bytes))));
    if (items.length > 0) yield items;
  }
  const last = joiner.push([...reader.push(text.end()), ...reader.end()]);
  const rest = toItems([...last, ...joiner.end()]);
  facts.hasList = reader.hasList;
  if (rest.length > 0) yield rest;
}

/** Rows that are handed on together. */
const ROWS_AT_ONCE = 256;

async function* tableItems(
  plan: TablePlan,
  pieces: AsyncIterable<Buffer>,
  options: ItemOptions,
): AsyncGenerator<TargetOrBadLine[]> {
  const { name, spec, facts, onTarget, onNotice } = options;
  const text = createTextReader({ legacy: true });
  const key = spec.kinds.find(({ keys }) => plan.key !== undefined && keys.includes(plan.key));
  const named = key && spec.kinds.length > 1 ? key.name : undefined;
  const parsing = { spec, kind: key ? named : options.kind };
  let all: TargetOrBadLine[] = [];
  for await (const row of readTable(textsOf(pieces, text), plan)) {
    if (row.bad === undefined && row.cells.every((cell) => cell.trim() === '')) continue;
    const at = `${name}:${row.line}`;
    addItems(all, itemsOfRow(row, at, parsing), { at, facts, onTarget });
    if (all.length < ROWS_AT_ONCE) continue;
    yield all;
    all = [];
  }
  if (text.encoding === 'windows-1252') onNotice?.(legacyNotice(name));
  if (all.length > 0) yield all;
}

export function legacyNotice(name: string): string {
  return `${name} is not UTF-8: it was read as Windows-1252; save it as UTF-8 to be sure`;
}

function itemsOfRow(
  { line, value, bad }: TableRow,
  at: string,
  parsing: Pick<ItemOptions, 'spec' | 'kind'>,
): readonly TargetOrBadLine[] {
  if (bad) return [badRow(at, bad.words)];
  if (value === '') return [badRow(at, 'the cell of the target is empty')];
  return itemsOf({ line, text: value }, at, parsing);
}

function badRow(at: string, reason: string): BadLine {
  return { at, reason };
}

/** The text of bytes in pieces. */
export async function* textsOf(
  pieces: AsyncIterable<Buffer>,
  text: TextReader,
): AsyncGenerator<string> {
  for await (const bytes of pieces) yield text.push(bytes);
  yield text.end();
}

/** A list that is known by its form, and not read. */
export function refusedList(
  { name, spec }: Pick<ItemOptions, 'name' | 'spec'>,
  form: Extract<SniffedList['form'], { readonly kind: 'refused' | 'report' }>,
): RevokeError {
  if (form.kind === 'refused')
    return usageError(`${name} is ${form.name}`, form.words, 'bad_input');
  const read = form.reader.end();
  const tools = read.kind === 'report' ? read.tools.join(', ') : 'a scanner';
  return usageError(
    `${name} is a report of ${tools}, and no list of what is revoked here (${spec.noun})`,
    'for the tokens in it: revoke leaked --from <file>',
    'bad_input',
  );
}
