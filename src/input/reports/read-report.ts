/** Reads the report of a scanner from text in pieces. It tells too whether the text is one. */
import { addAround, createDraft, finishDraft, toolName, type Draft } from './draft.js';
import { numberAt } from './fields.js';
import { FORMATS, formatOfDocument, formatOfRecord, LIST_KEYS } from './formats.js';
import { createJsonNodeReader, type JsonEvents } from './json-nodes.js';
import type { JsonNode } from './node-stack.js';
import type { ReportFormat } from './report-format.js';
import { refusedJson, type RefusedFormat } from './refused-formats.js';
import type { FindTokens } from '../../contract/provider.js';
import { grouped } from '../../contract/text.js';
import type { RefusalReason, ReportRow } from './row.js';

export interface Report {
  readonly kind: 'report';
  /** The tools that made it, as people know them. */
  readonly tools: readonly string[];
  /** For the reader's own use: it may take them away one by one. */
  readonly rows: ReportRow[];
  /** What a person should know before the rows are used. */
  readonly notes: readonly string[];
}

/** `refused`: it is known, and is not read. `other`: JSON that is not a report. */
export type ReportReading = Report | ({ readonly kind: 'refused' } & RefusedFormat) | Other;

interface Other {
  readonly kind: 'other';
}

export interface ReportReader {
  /** Reads a piece of the text, cut anywhere. */
  push(text: string): void;
  /** What the text is, as soon as it is known: nothing more is read unless it is a report. */
  readonly kind: ReportReading['kind'] | undefined;
  /** To be called once, when the text ends. */
  end(): ReportReading;
}

export interface ReportOptions {
  readonly find: FindTokens;
  /** Use the rows that the report marks as resolved, suppressed or absent, too. */
  readonly includeResolved?: boolean;
}

/** The most rows of one report: their tokens and locations are held in memory. */
export const MOST_ROWS = 1_000_000;

/** The lists whose items are records. */
const RECORD_LISTS: ReadonlySet<string> = new Set([
  'findings',
  'matches',
  'vulnerabilities',
  'occurrences',
]);
/** Lines with one of these keys hold a secret that was not read. */
const SECRET_KEYS: readonly string[] = FORMATS.flatMap(({ secret }) =>
  secret.map((place) => `"${place.split('.').findLast((key) => key !== '*') ?? place}":`),
);
/** Log lines of the scanner, and what it adds to its findings. */
const EXTRAS: readonly (readonly string[])[] = [
  ['level', 'msg'],
  ['access_map'],
  ['audit'],
  ['stats'],
];
const TOO_MANY: RefusedFormat = {
  name: `a report of more than ${grouped(MOST_ROWS)} findings`,
  words: 'split it, and give the parts one by one',
};

/** What was read so far. */
interface Reading extends Required<ReportOptions> {
  kind: ReportReading['kind'] | undefined;
  refused: RefusedFormat | undefined;
  readonly rows: ReportRow[];
  readonly formats: Set<ReportFormat>;
  readonly tools: Set<string>;
  /** The rows of the outermost open object, and where those of each open object start among them. */
  readonly open: (Draft | ReportRow)[];
  readonly starts: number[];
  count: number;
  otherLines: number;
}

export function createReportReader({ find, includeResolved = false }: ReportOptions): ReportReader {
  const reading: Reading = {
    find,
    includeResolved,
    kind: undefined,
    refused: undefined,
    rows: [],
    formats: new Set(),
    tools: new Set(),
    open: [],
    starts: [],
    count: 0,
    otherLines: 0,
  };
  const json = createJsonNodeReader(LIST_KEYS, eventsOf(reading));
  return {
    push(text) {
      if (isReading(reading)) json.push(text);
    },
    get kind() {
      return reading.kind;
    },
    end() {
      if (isReading(reading)) json.end();
      const { kind, refused, rows, formats, tools } = reading;
      if (kind === 'refused' && refused) return { kind: 'refused', ...refused };
      if (kind !== 'report') return { kind: 'other' };
      if (tools.size === 0) for (const { name } of formats) tools.add(name);
      return { kind: 'report', tools: [...tools], rows, notes: notesOf(reading) };
    },
  };
}

function eventsOf(reading: Reading): JsonEvents {
  const { open, starts } = reading;
  return {
    begin: () => void starts.push(open.length),
    end: (node) => endNode(reading, node),
    other() {
      if (starts.length === 0 && isReading(reading)) addUnknown(reading, 'not a finding');
    },
    text(line) {
      if (!isReading(reading) || line === '') return;
      if (SECRET_KEYS.some((key) => line.includes(key)))
        addUnread(reading, 'a line is not valid JSON');
      else reading.otherLines++;
    },
    broken(line, reason) {
      starts.length = 0;
      if (!isReading(reading)) return;
      addUnread(reading, `${reason} (from line ${line} on)`);
      flush(reading);
    },
  };
}

function isReading({ kind }: Reading): boolean {
  return kind === undefined || kind === 'report';
}

function endNode(reading: Reading, { path, keys, value }: JsonNode): void {
  const { open, starts } = reading;
  const start = starts.pop() ?? 0;
  if (!isReading(reading)) return;
  const depth = path === '' ? 0 : path.split('.').length;
  for (let index = start; index < open.length; index++) {
    const row = open[index];
    if (row && 'format' in row) addAround(row, value, row.depth - depth);
  }
  const format = formatOfRecord(path, keys);
  if (format) addRecord(reading, format, { value, depth });
  else if (isRecordList(path)) addRefused(reading, 'other_kind', 'not a finding of a known kind');
  if (starts.length > 0) return;
  if (!format) judgeDocument(reading, { keys, value }, start);
  flush(reading);
}

function addRecord(
  reading: Reading,
  format: ReportFormat,
  { value, depth }: { readonly value: unknown; readonly depth: number },
): void {
  const { find } = reading;
  reading.kind = 'report';
  reading.formats.add(format);
  if (value === undefined)
    addRefused(reading, 'damaged', 'the record is not valid JSON, or is too long');
  else reading.open.push(createDraft(format, value, { row: ++reading.count, depth, find }));
  if (reading.count > MOST_ROWS) refuseAs(reading, TOO_MANY);
}

function addRefused(reading: Reading, reason: RefusalReason, words: string): void {
  reading.open.push({ row: ++reading.count, refused: { reason, words }, location: {} });
}

/** Something between the records, which makes the whole text something else if none came before. */
function addUnknown(reading: Reading, words: string): void {
  reading.kind ??= 'other';
  if (reading.kind === 'report') addRefused(reading, 'other_kind', words);
}

/** A part that cannot be read: records may be lost in it. What comes after it says what the text is. */
function addUnread(reading: Reading, words: string): void {
  if (reading.open.some((row) => 'format' in row)) reading.kind ??= 'report';
  addRefused(reading, 'cut_off', words);
}

/** An object of its own that is no record: the document around records, or something else. */
function judgeDocument(
  reading: Reading,
  { keys, value }: Pick<JsonNode, 'keys' | 'value'>,
  start: number,
): void {
  const { open, kind, formats } = reading;
  if (open.slice(start).some((row) => 'format' in row)) return;
  const sign = refusedJson('', keys);
  const document = formatOfDocument(keys);
  if (sign && kind !== 'report') return refuseAs(reading, sign);
  if (sign) return addRefused(reading, 'other_kind', `${sign.name}: ${sign.words}`);
  if (document && (kind === 'report' || open.length === start)) {
    reading.kind = 'report';
    formats.add(document);
    if (numberAt(value, document.total ?? []) !== undefined)
      addRefused(reading, 'damaged', 'the report counts findings that are not in it');
    return;
  }
  const isExtra = EXTRAS.some((extra) => extra.every((key) => keys.has(key)));
  if (!isExtra) addUnknown(reading, 'not a finding');
}

function refuseAs(reading: Reading, sign: RefusedFormat): void {
  reading.kind = 'refused';
  reading.refused = sign;
  reading.rows.length = reading.open.length = 0;
}

function flush({ open, tools, rows, find, includeResolved }: Reading): void {
  for (const row of open) {
    if ('format' in row) tools.add(toolName(row.tool));
    rows.push('format' in row ? finishDraft(row, find, includeResolved) : row);
  }
  open.length = 0;
}

function notesOf({ formats, rows, otherLines }: Reading): readonly string[] {
  const found = [...formats].flatMap(({ note }) => note ?? []);
  const page = [...formats].find(({ pages }) => pages?.includes(rows.length));
  if (page)
    found.push(`${page.name}: exactly ${rows.length} rows are one page: export with --paginate`);
  if (otherLines > 0)
    found.push(
      otherLines === 1
        ? '1 line is not JSON and was skipped'
        : `${otherLines} lines are not JSON and were skipped`,
    );
  return found;
}

function isRecordList(path: string): boolean {
  return RECORD_LISTS.has(path.slice(path.lastIndexOf('.') + 1));
}
