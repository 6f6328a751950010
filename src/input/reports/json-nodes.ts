/**
 * Cuts streamed JSON of any size into its smallest records. It keeps track of brackets, strings and
 * the keys of lists, holds the text of the open records only, and leaves their grammar to JSON.parse.
 */
import {
  CLOSE_ARRAY,
  CLOSE_OBJECT,
  OPEN_ARRAY,
  OPEN_OBJECT,
  closeBracket,
  closeKey,
  createNodeStack,
  dropOpen,
  keepOpenText,
  openBracket,
  openKey,
  type Bracket,
  type NodeEvents,
  type NodeStack,
} from './node-stack.js';

export interface JsonEvents extends NodeEvents {
  /** Something else than an object stands where a node could. */
  other(): void;
  /** A line outside of all values that is not JSON. */
  text(line: string): void;
  /** Every open node ends here, unfinished. `line` is where the outermost one started. */
  broken(line: number, reason: string): void;
}

export interface JsonNodeReader {
  /** Reads a chunk, cut anywhere. */
  push(chunk: string): void;
  /** To be called once, when the input ends. */
  end(): void;
}

/** Deeper JSON is refused: no report needs it. */
export const MOST_DEPTH = 100;
const MOST_TEXT_LENGTH = 16 * 1024;

const NEWLINE = 0x0a;
const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;

/** `line`: at the start of a line. `value`, `string`: inside one. `tail`: behind one on its line. */
type Mode = 'line' | 'value' | 'string' | 'tail' | 'text' | 'skip' | 'seek';

/** Where a reader is in its text. */
interface Scan {
  readonly events: JsonEvents;
  readonly stack: NodeStack;
  mode: Mode;
  chunk: string;
  at: number;
  line: number;
  firstLine: number;
  atLineStart: boolean;
  /** The character before this one in a value, white space and the insides of strings left out. */
  previous: number;
  escaped: boolean;
  heldLine: string;
}

/** @param listKeys the keys of a node under which a list of nodes stands */
export function createJsonNodeReader(
  listKeys: ReadonlySet<string>,
  events: JsonEvents,
): JsonNodeReader {
  const stack = createNodeStack(listKeys, events);
  const scan: Scan = {
    events,
    stack,
    mode: 'line',
    chunk: '',
    at: 0,
    line: 1,
    firstLine: 1,
    atLineStart: true,
    previous: 0,
    escaped: false,
    heldLine: '',
  };
  return {
    push(text) {
      scan.chunk = stack.chunk = text;
      scan.at = 0;
      while (scan.at < text.length) STEPS[scan.mode](scan);
      keepOpenText(stack);
    },
    end() {
      if (scan.mode === 'text') giveText(scan);
      if (stack.brackets.length > 0)
        giveUp(scan, 'the report ends in the middle of its JSON', 'seek');
    },
  };
}

/** What reads on in each mode. */
const STEPS: Readonly<Record<Mode, (scan: Scan) => void>> = {
  line: readLineStart,
  value: readValue,
  string: readString,
  tail: readTail,
  text: readText,
  skip: skipLine,
  seek,
};

/** Moves over the character; true for white space. */
function isBlank(scan: Scan, code: number): boolean {
  if (code === NEWLINE) {
    scan.line++;
    scan.atLineStart = true;
  } else if (code !== 0x20 && code !== 0x09 && code !== 0x0d) return false;
  else scan.atLineStart = false;
  scan.at++;
  return true;
}

function readLineStart(scan: Scan): void {
  const code = scan.chunk.charCodeAt(scan.at);
  if (isBlank(scan, code)) return;
  if (code !== OPEN_OBJECT && code !== OPEN_ARRAY) {
    scan.mode = 'text';
    return;
  }
  scan.firstLine = scan.line;
  scan.previous = 0;
  scan.mode = 'value';
}

function readValue(scan: Scan): void {
  const code = scan.chunk.charCodeAt(scan.at);
  if (isBlank(scan, code)) return;
  const { stack, previous, atLineStart } = scan;
  const bracket = stack.brackets.at(-1);
  scan.atLineStart = false;
  if (code === OPEN_OBJECT || code === OPEN_ARRAY) {
    if (bracket && code === OPEN_OBJECT && atLineStart && isTorn(bracket, previous))
      return giveUp(scan, 'a record is not complete where the next one starts', 'line');
    if (bracket && !mayOpen(bracket, previous)) return giveUp(scan, 'not valid JSON', 'seek');
    if (stack.brackets.length === MOST_DEPTH)
      giveUp(scan, `nested deeper than ${MOST_DEPTH}`, 'seek');
    else openBracket(stack, code, scan.at);
  } else if (code === CLOSE_OBJECT || code === CLOSE_ARRAY) {
    if (bracket?.closes !== code || previous === COMMA)
      return giveUp(scan, 'not valid JSON', 'seek');
    closeBracket(stack, scan.at);
    if (stack.brackets.length === 0) scan.mode = 'tail';
  } else if (code === QUOTE) openString(scan, bracket);
  else if (bracket?.list !== undefined) readInList(scan, code);
  scan.previous = code;
  scan.at++;
}

function mayOpen(bracket: Bracket, previous: number): boolean {
  if (bracket.closes === CLOSE_OBJECT) return previous === COLON;
  return previous === COMMA || previous === OPEN_ARRAY;
}

/** At the start of a line an object can only be an item of a list, or one more line of records. */
function isTorn(bracket: Bracket, previous: number): boolean {
  return bracket.list === undefined && previous !== COLON;
}

function openString(scan: Scan, bracket: Bracket | undefined): void {
  const { previous } = scan;
  scan.mode = 'string';
  scan.escaped = false;
  if (bracket?.list !== undefined) scan.events.other();
  const isKey = bracket?.node && (previous === OPEN_OBJECT || previous === COMMA);
  if (isKey) openKey(scan.stack, scan.at + 1);
}

function readString(scan: Scan): void {
  const { chunk } = scan;
  for (; scan.at < chunk.length; scan.at++) {
    const code = chunk.charCodeAt(scan.at);
    if (code === NEWLINE) return giveUp(scan, 'a line break inside a JSON string', 'seek');
    if (scan.escaped) scan.escaped = false;
    else if (code === BACKSLASH) scan.escaped = true;
    else if (code === QUOTE) {
      if (scan.stack.keyFrom >= 0) closeKey(scan.stack, scan.at);
      scan.mode = 'value';
      scan.at++;
      return;
    }
  }
}

/** Commas, and values that are neither objects nor strings, between the items of a list. */
function readInList(scan: Scan, code: number): void {
  const isFirst = scan.previous === COMMA || scan.previous === OPEN_ARRAY;
  if (!isFirst) return;
  if (code === COMMA) giveUp(scan, 'not valid JSON', 'seek');
  else scan.events.other();
}

function readTail(scan: Scan): void {
  const code = scan.chunk.charCodeAt(scan.at);
  if (code === OPEN_OBJECT || code === OPEN_ARRAY) {
    scan.mode = 'line';
    return;
  }
  if (isBlank(scan, code)) {
    if (code === NEWLINE) scan.mode = 'line';
    return;
  }
  giveUp(scan, 'text follows a JSON value on its line', 'seek');
}

function readText(scan: Scan): void {
  const newline = scan.chunk.indexOf('\n', scan.at);
  const to = newline < 0 ? scan.chunk.length : newline;
  if (scan.heldLine.length < MOST_TEXT_LENGTH) scan.heldLine += scan.chunk.slice(scan.at, to);
  scan.at = to;
  if (newline >= 0) giveText(scan);
}

function giveText(scan: Scan): void {
  const text = scan.heldLine;
  scan.heldLine = '';
  scan.mode = 'line';
  scan.events.text(text.slice(0, MOST_TEXT_LENGTH).trim());
}

/** Ends what is open, and goes on here (`line`), or on the next line that starts a value (`seek`). */
function giveUp(scan: Scan, reason: string, next: 'line' | 'seek'): void {
  const { stack, firstLine, line } = scan;
  scan.events.broken(stack.brackets.length > 0 ? firstLine : line, reason);
  dropOpen(stack);
  scan.mode = next === 'line' ? 'line' : 'skip';
}

function skipLine(scan: Scan): void {
  const newline = scan.chunk.indexOf('\n', scan.at);
  scan.at = newline < 0 ? scan.chunk.length : newline;
  if (newline >= 0) scan.mode = 'seek';
}

/** At the end of a line: the next one is read if a value starts with it. */
function seek(scan: Scan): void {
  const code = scan.chunk.charCodeAt(scan.at);
  if (code === NEWLINE) {
    scan.line++;
    scan.at++;
    scan.atLineStart = true;
  } else if (scan.atLineStart && (code === OPEN_OBJECT || code === OPEN_ARRAY)) scan.mode = 'line';
  else {
    scan.atLineStart = false;
    scan.mode = 'skip';
  }
}
