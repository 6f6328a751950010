/**
 * Cuts streamed JSON into records. It keeps track of depth, strings and escapes only, holds the text
 * of no more than one item at a time, and leaves the grammar of each item to JSON.parse.
 */
import { NOT_JSON, readValue, restUnread, type InputRecord } from './input-record.js';
import { createDocumentItems, type DocumentKeys } from './document-items.js';
import { createSpan, openSpan, addToSpan, carrySpan, closeSpan } from './chunk-span.js';

const LINE_BREAK = 'a line break inside a JSON string';

const TAB = 0x09;
const NEWLINE = 0x0a;
const RETURN = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_ARRAY = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** Where reading stands; whoever reads moves it on. */
export interface Cursor {
  chunk: string;
  at: number;
  line: number;
}

/**
 * How reading goes on: `more` of the value in the next chunk; `tail`: the value is complete, only
 * white space may follow on its line; `line`: a new line starts here; `skip` the rest of this line;
 * `seek` the next line that starts with `{`; `stop`: nothing more can be read.
 * The record belongs to the value as a whole; with `tail` it stands only if nothing follows.
 */
export interface Step {
  readonly next: 'more' | 'tail' | 'line' | 'skip' | 'seek' | 'stop';
  readonly record?: InputRecord;
}

export interface JsonSplitter {
  /** Starts a value; the cursor is at its first character: `{`, `[` or `"`. */
  begin(): void;
  /** Reads on to the end of the value or of the chunk. */
  read(): Step;
  /** The record for a value that the end of the input cuts off. */
  cutOff(): InputRecord;
  /** A list was among what was read, empty or not. */
  readonly hasList: boolean;
}

/**
 * Gives the items of a top-level array as they complete. Those of an array under a key in `lists`
 * wait until what stands beside the list is known, as far as `createDocumentItems` holds them.
 */
export function createJsonSplitter(
  { lists, targets }: DocumentKeys,
  cursor: Cursor,
  give: (record: InputRecord) => void,
): JsonSplitter {
  const documents = createDocumentItems({ lists, targets }, give);
  const quotedLists = lists.map((name) => JSON.stringify(name));
  // The value's text without the items of its lists, the text of one item, and of one key.
  const whole = createSpan();
  const item = createSpan();
  const name = createSpan();
  let first = 0;
  let startLine = 1;
  let depth = 0;
  // The depth at which items stand: 0 outside of lists, -1 once the value is known to be broken.
  let listDepth = 0;
  let isDocument = false;
  let hasList = false;
  // The last character outside of strings that is no white space; a string counts as its quote.
  let previous = 0;
  let inString = false;
  let escaped = false;
  let inKey = false;
  let key: string | undefined;
  let inScalar = false;
  let itemFirst = 0;
  let itemLine = 1;
  // Colons at the top level of the object that is being read: as many as it has members.
  let colons = 0;
  // The same of the document around the list that is being read.
  let outerColons = 0;
  // The line from which on a broken list has not been given.
  let unread = 1;
  // Where the current line starts in this chunk, if it does.
  let lineStart = -1;

  function begin(): void {
    first = cursor.chunk.charCodeAt(cursor.at);
    startLine = unread = cursor.line;
    depth = first === QUOTE ? 0 : 1;
    listDepth = first === OPEN_ARRAY ? 1 : 0;
    hasList ||= listDepth === 1;
    isDocument = escaped = inKey = inScalar = false;
    inString = first === QUOTE;
    previous = first;
    key = undefined;
    colons = outerColons = 0;
    lineStart = -1;
    openSpan(whole, first === OPEN_ARRAY ? -1 : cursor.at);
    openSpan(item, -1);
    openSpan(name, -1);
    cursor.at++;
  }

  function read(): Step {
    const { chunk } = cursor;
    while (cursor.at < chunk.length) {
      const step = inString ? readString(chunk) : readStructure(chunk);
      if (step !== undefined) return step;
    }
    for (const span of [whole, item, name]) carrySpan(span, chunk);
    lineStart = lineStart === chunk.length ? 0 : -1;
    return { next: 'more' };
  }

  function readString(chunk: string): Step | undefined {
    let skip = escaped;
    let at = cursor.at;
    for (; at < chunk.length; at++) {
      const code = chunk.charCodeAt(at);
      if (code === NEWLINE) {
        cursor.at = at;
        return breakInString();
      }
      if (skip) skip = false;
      else if (code === BACKSLASH) skip = true;
      else if (code === QUOTE) {
        cursor.at = at + 1;
        inString = escaped = false;
        previous = QUOTE;
        if (inKey) key = closeSpan(name, chunk, cursor.at);
        inKey = false;
        if (depth === 0) return endValue(chunk);
        return depth === listDepth ? endItem(chunk) : undefined;
      }
    }
    escaped = skip;
    cursor.at = at;
    return undefined;
  }

  function readStructure(chunk: string): Step | undefined {
    const { at } = cursor;
    const code = chunk.charCodeAt(at);
    if (inScalar && isDelimiter(code)) {
      const step = endItem(chunk);
      if (step !== undefined) return step;
    }
    if (code === NEWLINE) return endLine();
    cursor.at = at + 1;
    if (code === SPACE || code === TAB || code === RETURN) return undefined;
    if (depth === listDepth && !inScalar) {
      if (!fitsList(code)) {
        unread = cursor.line;
        const step = fail();
        if (step !== undefined) return step;
      } else if (code !== COMMA && code !== CLOSE_ARRAY) startItem(code, at);
    }
    switch (code) {
      case QUOTE:
        inString = true;
        inKey = depth === 1 && listDepth === 0 && (previous === OPEN_OBJECT || previous === COMMA);
        if (inKey) openSpan(name, at);
        break;
      case OPEN_OBJECT:
        if (at === lineStart && isTorn()) return endTorn(at);
        depth++;
        break;
      case OPEN_ARRAY:
        depth++;
        if (depth === 2 && listDepth === 0 && previous === COLON && isList(key)) {
          isDocument = hasList = true;
          listDepth = 2;
          unread = cursor.line;
          outerColons += colons;
          addToSpan(whole, chunk, at + 1);
          documents.open(whole.long ? undefined : `${whole.held}]}`);
        }
        break;
      case CLOSE_OBJECT:
      case CLOSE_ARRAY:
        depth--;
        previous = code;
        if (depth === 0) return endValue(chunk);
        if (depth === listDepth) return endItem(chunk);
        if (depth === listDepth - 1) {
          listDepth = 0;
          colons = 0;
          whole.from = at;
        }
        break;
      case COLON:
        if (depth === listDepth + 1) colons++;
        break;
      default:
    }
    previous = code;
    return undefined;
  }

  function isList(text: string | undefined): boolean {
    if (text === undefined) return false;
    if (!text.includes('\\')) return quotedLists.includes(text);
    const { value } = readValue(text, startLine);
    return typeof value === 'string' && lists.includes(value);
  }

  function fitsList(code: number): boolean {
    const wanted = previous === COMMA || previous === OPEN_ARRAY;
    if (code === COMMA) return !wanted;
    if (code === CLOSE_ARRAY) return previous !== COMMA;
    return wanted && code !== CLOSE_OBJECT && code !== COLON;
  }

  function startItem(code: number, at: number): void {
    itemFirst = code;
    itemLine = unread = cursor.line;
    inScalar = code !== QUOTE && code !== OPEN_OBJECT && code !== OPEN_ARRAY;
    colons = 0;
    openSpan(item, at);
  }

  function endItem(chunk: string): Step | undefined {
    const text = closeSpan(item, chunk, cursor.at);
    const wasScalar = inScalar;
    inScalar = false;
    if (!closes(itemFirst, previous)) return fail();
    const record = readValue(text, itemLine, colons);
    if (wasScalar && record.bad === NOT_JSON) return fail();
    unread = cursor.line;
    if (isDocument) documents.add(record, text?.length ?? 0);
    else give(record);
    return undefined;
  }

  function endValue(chunk: string): Step {
    if (listDepth < 0) return { next: 'tail', record: { line: startLine, bad: NOT_JSON } };
    if (first === OPEN_ARRAY) return { next: 'tail' };
    const text = closeSpan(whole, chunk, cursor.at);
    if (isDocument) {
      const bad = documents.close(text, startLine, outerColons + colons);
      if (bad === undefined) return { next: 'tail' };
      const record = { line: startLine, bad };
      return { next: closes(first, previous) ? 'tail' : astray(), record };
    }
    const record = readValue(text, startLine, colons);
    return { next: closes(first, previous) ? 'tail' : astray(), record };
  }

  /** After a value whose end is in doubt, a later line may still be a part of it. */
  function astray(): 'skip' | 'seek' {
    return cursor.line === startLine ? 'skip' : 'seek';
  }

  function endLine(): Step | undefined {
    if (listDepth < 0) return stop(NOT_JSON);
    cursor.line++;
    lineStart = ++cursor.at;
    return undefined;
  }

  function breakInString(): Step {
    if (listDepth !== 0) return stop(LINE_BREAK);
    documents.breakOff();
    return { next: astray(), record: { line: startLine, bad: LINE_BREAK } };
  }

  /** A list that breaks on the value's first line is skipped with it, if it ends there. */
  function fail(): Step | undefined {
    if (cursor.line !== startLine) return stop(NOT_JSON);
    documents.breakOff();
    listDepth = -1;
    inScalar = false;
    item.from = -1;
    return undefined;
  }

  function stop(reason: string): Step {
    documents.breakOff();
    return { next: 'stop', record: restUnread(unread, reason) };
  }

  /** No object of the value can start here, so a new value does. */
  function isTorn(): boolean {
    if (listDepth > 0 || previous === COLON || previous === OPEN_ARRAY) return false;
    return depth === 1 || (previous !== COMMA && previous !== OPEN_OBJECT);
  }

  function endTorn(at: number): Step {
    cursor.at = at;
    documents.breakOff();
    const bad = `not complete where the next object starts, on line ${cursor.line}`;
    return { next: 'line', record: { line: startLine, bad } };
  }

  function cutOff(): InputRecord {
    documents.breakOff();
    return restUnread(listDepth === 0 ? startLine : unread, 'the input ends inside a JSON value');
  }

  return {
    begin,
    read,
    cutOff,
    get hasList() {
      return hasList;
    },
  };
}

function isDelimiter(code: number): boolean {
  switch (code) {
    case SPACE:
    case TAB:
    case RETURN:
    case NEWLINE:
    case QUOTE:
    case COMMA:
    case COLON:
    case OPEN_ARRAY:
    case CLOSE_ARRAY:
    case OPEN_OBJECT:
    case CLOSE_OBJECT:
      return true;
    default:
      return false;
  }
}

function closes(first: number, last: number): boolean {
  if (first === OPEN_OBJECT) return last === CLOSE_OBJECT;
  return first !== OPEN_ARRAY || last === CLOSE_ARRAY;
}
