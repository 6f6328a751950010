/**
 * Turns streamed text into records: bare lines, JSON strings, JSON Lines, pretty-printed objects, one
 * array, or a document that lists them. What cannot be read becomes a record that says why.
 */
import { LONGEST, NOT_UTF8, TOO_LONG, type InputRecord } from './input-record.js';
import { createJsonSplitter, type Cursor, type Step } from './json-splitter.js';

export interface RecordReader {
  /** Reads a chunk, cut anywhere; answers the records that it completes. */
  push(chunk: string): InputRecord[];
  /** Answers what is left when the input ends. To be called once, last. */
  end(): InputRecord[];
}

/** What the cursor is in. `text` is a bare line that the last chunk left open. */
type Mode = 'line' | 'text' | 'value' | 'seek-line' | Exclude<Step['next'], 'more'>;

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const OPEN_OBJECT = 0x7b;
const SEEKING = 'nothing is read before the next line that starts with {';

/**
 * Creates a reader of records.
 * @param lists keys under which a JSON document holds an array of records
 */
export function createRecordReader(lists: readonly string[]): RecordReader {
  const cursor: Cursor = { chunk: '', at: 0, line: 1 };
  let records: InputRecord[] = [];
  let mode: Mode = 'line';
  let held = '';
  // The chunk has a character that stands for bytes which are not UTF-8.
  let damaged = false;
  let pending: InputRecord | undefined;
  let valueLine = 1;
  const splitter = createJsonSplitter(lists, cursor, (record) => records.push(record));

  function push(chunk: string): InputRecord[] {
    cursor.chunk = chunk;
    cursor.at = 0;
    damaged = chunk.includes('\ufffd');
    while (cursor.at < chunk.length) mode = readOn();
    return take();
  }

  function end(): InputRecord[] {
    if (mode === 'text') giveText(held, true);
    if (mode === 'value') records.push(splitter.cutOff());
    if (mode === 'tail' && pending !== undefined) records.push(pending);
    mode = 'stop';
    return take();
  }

  function take(): InputRecord[] {
    const taken = records;
    records = [];
    return taken;
  }

  function readOn(): Mode {
    switch (mode) {
      case 'line':
        return readLines();
      case 'text':
        return readHeldText();
      case 'value':
        return readJson();
      case 'tail':
        return readTail();
      case 'skip':
        return skipLine() ? 'line' : 'skip';
      case 'seek':
        return skipLine() ? 'seek-line' : 'seek';
      case 'seek-line':
        return cursor.chunk.charCodeAt(cursor.at) === OPEN_OBJECT ? 'line' : 'seek';
      case 'stop':
        cursor.at = cursor.chunk.length;
        return 'stop';
    }
  }

  /** Reads from the start of a line. The byte order mark is white space too. */
  function readLines(): Mode {
    const { chunk } = cursor;
    let { at } = cursor;
    while (at < chunk.length) {
      const code = chunk.charCodeAt(at);
      if (code === NEWLINE) {
        cursor.line++;
        at++;
        continue;
      }
      if (isSpace(code)) {
        at++;
        continue;
      }
      cursor.at = at;
      if (code === 0x23) return 'skip';
      if (code === 0x22 || code === 0x5b || code === OPEN_OBJECT) return readJsonStart();
      const newline = chunk.indexOf('\n', at);
      if (newline < 0) return holdText(chunk.slice(at));
      const stop = chunk.charCodeAt(newline - 1) === RETURN ? newline - 1 : newline;
      giveText(chunk.slice(at, stop), damaged);
      cursor.line++;
      at = newline + 1;
    }
    cursor.at = at;
    return 'line';
  }

  function readHeldText(): Mode {
    const newline = cursor.chunk.indexOf('\n', cursor.at);
    if (newline < 0) return holdText(held + cursor.chunk.slice(cursor.at));
    const line = held + cursor.chunk.slice(cursor.at, newline);
    const text = line.endsWith('\r') ? line.slice(0, -1) : line;
    held = '';
    giveText(text, true);
    cursor.line++;
    cursor.at = newline + 1;
    return 'line';
  }

  function holdText(text: string): Mode {
    cursor.at = cursor.chunk.length;
    // One more than the limit, for the carriage return that may be the last character.
    const long = text.length > LONGEST + 1;
    held = long ? '' : text;
    if (!long) return 'text';
    records.push({ line: cursor.line, bad: TOO_LONG });
    return 'skip';
  }

  function giveText(text: string, doubtful: boolean): void {
    const { line } = cursor;
    if (text.length > LONGEST) records.push({ line, bad: TOO_LONG });
    else if (doubtful && text.includes('\ufffd')) records.push({ line, bad: NOT_UTF8 });
    else {
      const last = text.charCodeAt(text.length - 1);
      records.push({ line, text: isSpace(last) ? text.trimEnd() : text });
    }
  }

  function readJsonStart(): Mode {
    valueLine = cursor.line;
    splitter.begin();
    return readJson();
  }

  function readJson(): Mode {
    const { next, record } = splitter.read();
    if (next === 'more') return 'value';
    if (next === 'tail') pending = record;
    else if (record !== undefined) giveBad(record, next);
    return next;
  }

  /** Reads what follows a value on its line. */
  function readTail(): Mode {
    const code = cursor.chunk.charCodeAt(cursor.at);
    if (code !== NEWLINE && isSpace(code)) {
      cursor.at++;
      return 'tail';
    }
    if (code === NEWLINE) {
      if (pending !== undefined) records.push(pending);
      pending = undefined;
      return 'skip';
    }
    const bad = pending?.bad ?? 'there is text after the JSON value';
    pending = undefined;
    const next = cursor.line === valueLine ? 'skip' : 'seek';
    giveBad({ line: valueLine, bad }, next);
    return next;
  }

  function giveBad(record: InputRecord, next: Mode): void {
    records.push(next === 'seek' ? { ...record, bad: `${record.bad}; ${SEEKING}` } : record);
  }

  /** Moves behind the end of the line; false when this chunk does not have it. */
  function skipLine(): boolean {
    const newline = cursor.chunk.indexOf('\n', cursor.at);
    cursor.at = newline < 0 ? cursor.chunk.length : newline + 1;
    if (newline >= 0) cursor.line++;
    return newline >= 0;
  }

  return { push, end };
}

/** White space as String.trim knows it. */
function isSpace(code: number): boolean {
  if (code > 0x20 && code < 0x80) return false;
  return code <= 0x20 ? code === 0x20 || (code >= 0x09 && code <= 0x0d) : isWideSpace(code);
}

function isWideSpace(code: number): boolean {
  return /\s/.test(String.fromCharCode(code));
}
