/**
 * Turns streamed text into records: bare lines, JSON strings, JSON Lines, pretty-printed objects, one
 * array, or a document that lists them. What cannot be read becomes a record that says why.
 */
import type { DocumentKeys } from './document-items.js';
import type { InputRecord } from './input-record.js';
import { createJsonSplitter, type Cursor, type Step } from './json-splitter.js';
import { createTextLines, isSpace, type AfterLines, type LineRules } from './text-lines.js';

export interface RecordReader {
  /** Reads a chunk, cut anywhere; answers the records that it completes. */
  push(chunk: string): InputRecord[];
  /** Answers what is left when the input ends. To be called once, last. */
  end(): InputRecord[];
  /** A JSON list was among what was read, empty or not. */
  readonly hasList: boolean;
}

/** What the cursor is in. `text` is a bare line that the last chunk left open. */
type Mode = 'line' | 'text' | 'value' | 'seek-line' | Exclude<Step['next'], 'more'>;

const NEWLINE = 0x0a;
const COMMA = 0x2c;
const OPEN_OBJECT = 0x7b;
const SEEKING = 'nothing is read before the next line that starts with {';

/**
 * Creates a reader of records. `keys` are those that mean something in a JSON document.
 */
export function createRecordReader(keys: DocumentKeys, rules: LineRules = {}): RecordReader {
  const cursor: Cursor = { chunk: '', at: 0, line: 1 };
  let records: InputRecord[] = [];
  const give = (record: InputRecord) => void records.push(record);
  const lines = createTextLines(cursor, give, rules);
  const values = createValues(keys, cursor, { give, keepsTorn: rules.keepsTorn === true });
  let mode: Mode = 'line';

  function take(): InputRecord[] {
    const taken = records;
    records = [];
    return taken;
  }

  function readOn(damaged: boolean): Mode {
    switch (mode) {
      case 'line':
        return afterLines(lines.read(damaged));
      case 'text':
        return afterLines(lines.readHeld());
      case 'value':
        return values.read();
      case 'tail':
        return values.readTail();
      case 'skip':
        return skipLine(cursor) ? 'line' : 'skip';
      case 'seek':
        return skipLine(cursor) ? 'seek-line' : 'seek';
      case 'seek-line':
        return cursor.chunk.charCodeAt(cursor.at) === OPEN_OBJECT ? 'line' : 'seek';
      case 'stop':
        cursor.at = cursor.chunk.length;
        return 'stop';
    }
  }

  const afterLines = (next: AfterLines): Mode => (next === 'json' ? values.begin() : next);

  return {
    push(chunk) {
      cursor.chunk = chunk;
      cursor.at = 0;
      const damaged = chunk.includes('\ufffd');
      while (cursor.at < chunk.length) mode = readOn(damaged);
      return take();
    },
    end() {
      if (mode === 'text') lines.end();
      if (mode === 'value') values.cutOff();
      if (mode === 'tail') values.end();
      mode = 'stop';
      return take();
    },
    get hasList() {
      return values.hasList();
    },
  };
}

interface ValueRules extends Required<Pick<LineRules, 'keepsTorn'>> {
  readonly give: (record: InputRecord) => void;
}

/** Values of JSON, each with what follows it on its line: one comma, where a line may be cut out of a file. */
function createValues(keys: DocumentKeys, cursor: Cursor, { give, keepsTorn }: ValueRules) {
  let mayFollow = 0;
  let pending: InputRecord | undefined;
  let valueLine = 1;
  const splitter = createJsonSplitter(keys, cursor, give);

  function begin(): Mode {
    valueLine = cursor.line;
    mayFollow = keepsTorn ? COMMA : 0;
    splitter.begin();
    return read();
  }

  function read(): Mode {
    const { next, record } = splitter.read();
    if (next === 'more') return 'value';
    if (next === 'tail') pending = record;
    else if (record !== undefined) giveBad(record, next);
    return next;
  }

  function readTail(): Mode {
    const code = cursor.chunk.charCodeAt(cursor.at);
    if (code === mayFollow || (code !== NEWLINE && isSpace(code))) {
      if (code === mayFollow) mayFollow = 0;
      cursor.at++;
      return 'tail';
    }
    if (code === NEWLINE) {
      end();
      return 'skip';
    }
    const bad = pending?.bad ?? 'there is text after the JSON value';
    pending = undefined;
    const next = cursor.line === valueLine ? 'skip' : 'seek';
    giveBad({ line: valueLine, bad }, next);
    return next;
  }

  function end(): void {
    if (pending !== undefined) give(pending);
    pending = undefined;
  }

  function giveBad(record: InputRecord, next: Mode): void {
    give(next === 'seek' ? { ...record, bad: `${record.bad}; ${SEEKING}` } : record);
  }

  return {
    begin,
    read,
    readTail,
    end,
    cutOff: () => give(splitter.cutOff()),
    hasList: () => splitter.hasList,
  };
}

/** Moves behind the end of the line; false when this chunk does not have it. */
function skipLine(cursor: Cursor): boolean {
  const newline = cursor.chunk.indexOf('\n', cursor.at);
  cursor.at = newline < 0 ? cursor.chunk.length : newline + 1;
  if (newline >= 0) cursor.line++;
  return newline >= 0;
}
