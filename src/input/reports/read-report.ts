/** Reads the report of a scanner from text in pieces. It tells too whether the text is one. */
import { addAround, createDraft, finishDraft, toolName, type Draft } from './draft.js';
import { numberAt } from './fields.js';
import { FORMATS, formatOfDocument, formatOfRecord, LIST_KEYS } from './formats.js';
import { createJsonNodeReader, type JsonNode } from './json-nodes.js';
import type { ReportFormat } from './report-format.js';
import { refusedJson, type RefusedFormat } from './refused-formats.js';
import type { FindTokens, RefusalReason, ReportRow } from './row.js';

export interface Report {
  readonly kind: 'report';
  /** The tools that made it, as people know them. */
  readonly tools: readonly string[];
  readonly rows: readonly ReportRow[];
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
  name: `a report of more than ${MOST_ROWS.toLocaleString('en')} findings`,
  words: 'split it, and give the parts one by one',
};

export function createReportReader({ find, includeResolved = false }: ReportOptions): ReportReader {
  const rows: ReportRow[] = [];
  const formats = new Set<ReportFormat>();
  const tools = new Set<string>();
  // The rows of the outermost open object, and where those of each open object start among them.
  let open: (Draft | ReportRow)[] = [];
  const starts: number[] = [];
  let count = 0;
  let otherLines = 0;
  let kind: ReportReading['kind'] | undefined;
  let refused: RefusedFormat | undefined;
  const json = createJsonNodeReader(LIST_KEYS, {
    begin: () => void starts.push(open.length),
    end: endNode,
    other() {
      if (starts.length === 0 && isReading()) addUnknown('not a finding');
    },
    text(line) {
      if (!isReading() || line === '') return;
      if (SECRET_KEYS.some((key) => line.includes(key))) addUnread('a line is not valid JSON');
      else otherLines++;
    },
    broken(line, reason) {
      starts.length = 0;
      if (!isReading()) return;
      addUnread(`${reason} (from line ${line} on)`);
      flush();
    },
  });

  function endNode({ path, keys, value }: JsonNode): void {
    const start = starts.pop() ?? 0;
    if (!isReading()) return;
    const depth = path === '' ? 0 : path.split('.').length;
    for (let index = start; index < open.length; index++) {
      const row = open[index];
      if (row && 'format' in row) addAround(row, value, row.depth - depth);
    }
    const format = formatOfRecord(path, keys);
    if (format) addRecord(format, value, depth);
    else if (isRecordList(path)) addRefused('other_kind', 'not a finding of a known kind');
    if (starts.length > 0) return;
    if (!format) judgeDocument(keys, value, start);
    flush();
  }

  function isReading(): boolean {
    return kind === undefined || kind === 'report';
  }

  function addRecord(format: ReportFormat, value: unknown, depth: number): void {
    kind = 'report';
    formats.add(format);
    if (value === undefined) addRefused('damaged', 'the record is not valid JSON, or is too long');
    else open.push(createDraft(format, value, { row: ++count, depth, find }));
    if (count > MOST_ROWS) refuseAs(TOO_MANY);
  }

  function addRefused(reason: RefusalReason, words: string): void {
    open.push({ row: ++count, refused: { reason, words }, location: {} });
  }

  /** Something between the records, which makes the whole text something else if none came before. */
  function addUnknown(words: string): void {
    kind ??= 'other';
    if (kind === 'report') addRefused('other_kind', words);
  }

  /** A part that cannot be read: records may be lost in it. What comes after it says what the text is. */
  function addUnread(words: string): void {
    if (open.some((row) => 'format' in row)) kind ??= 'report';
    addRefused('cut_off', words);
  }

  /** An object of its own that is no record: the document around records, or something else. */
  function judgeDocument(keys: ReadonlySet<string>, value: unknown, start: number): void {
    if (open.slice(start).some((row) => 'format' in row)) return;
    const sign = refusedJson('', keys);
    const document = formatOfDocument(keys);
    if (sign && kind !== 'report') return refuseAs(sign);
    if (sign) return addRefused('other_kind', `${sign.name}: ${sign.words}`);
    if (document && (kind === 'report' || open.length === start)) {
      kind = 'report';
      formats.add(document);
      if (numberAt(value, document.total ?? []) !== undefined) {
        addRefused('damaged', 'the report counts findings that are not in it');
      }
      return;
    }
    if (!EXTRAS.some((extra) => extra.every((key) => keys.has(key)))) addUnknown('not a finding');
  }

  function refuseAs(sign: RefusedFormat): void {
    kind = 'refused';
    refused = sign;
    rows.length = open.length = 0;
  }

  function flush(): void {
    for (const row of open) {
      if ('format' in row) tools.add(toolName(row.tool));
      rows.push('format' in row ? finishDraft(row, find, includeResolved) : row);
    }
    open = [];
  }

  function notes(): readonly string[] {
    const found = [...formats].flatMap(({ note }) => note ?? []);
    const page = [...formats].find(({ pages }) => pages?.includes(rows.length));
    if (page) {
      found.push(`${page.name}: exactly ${rows.length} rows are one page: export with --paginate`);
    }
    if (otherLines > 0)
      found.push(
        otherLines === 1
          ? '1 line is not JSON and was skipped'
          : `${otherLines} lines are not JSON and were skipped`,
      );
    return found;
  }

  return {
    push(text) {
      if (isReading()) json.push(text);
    },
    get kind() {
      return kind;
    },
    end() {
      if (isReading()) json.end();
      if (kind === 'refused' && refused) return { kind: 'refused', ...refused };
      if (kind !== 'report') return { kind: 'other' };
      if (tools.size === 0) for (const { name } of formats) tools.add(name);
      return { kind: 'report', tools: [...tools], rows, notes: notes() };
    },
  };
}

function isRecordList(path: string): boolean {
  return RECORD_LISTS.has(path.slice(path.lastIndexOf('.') + 1));
}
