/**
 * Cuts streamed JSON of any size into its smallest records. It keeps track of brackets, strings and
 * the keys of lists, holds the text of the open records only, and leaves their grammar to JSON.parse.
 */

/** An object that stands by itself, or is an item of a list. */
export interface JsonNode {
  /** The keys of the lists around it, outermost first, with dots between: `runs.results`. */
  readonly path: string;
  /** Its keys, the first `MOST_KEYS` of them, in a text that is too long to be read as well. */
  readonly keys: ReadonlySet<string>;
  /** Its value without the items of its lists, or undefined where that is too long or not valid. */
  readonly value: Readonly<Record<string, unknown>> | undefined;
}

export interface JsonEvents {
  /** A node starts. Its `end` comes after those of the nodes inside it. */
  begin(path: string): void;
  end(node: JsonNode): void;
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
/** The most UTF-16 code units of one record, or of what a document has beside its records. */
export const MOST_NODE_LENGTH = 8 * 1024 * 1024;
const MOST_KEYS = 64;
const MOST_KEY_LENGTH = 128;
const MOST_TEXT_LENGTH = 16 * 1024;

const NEWLINE = 0x0a;
const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_ARRAY = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

interface OpenNode {
  readonly path: string;
  readonly keys: Set<string>;
  text: string;
  key: string;
}

/** One open bracket: of a node, of a list of nodes, or of something inside a node. */
interface Bracket {
  readonly closes: number;
  readonly node?: OpenNode;
  readonly list?: string;
}

/** @param listKeys the keys of a node under which a list of nodes stands */
export function createJsonNodeReader(
  listKeys: ReadonlySet<string>,
  events: JsonEvents,
): JsonNodeReader {
  const brackets: Bracket[] = [];
  // `line`: at the start of a line. `value`, `string`: inside one. `tail`: behind one on its line.
  let mode: 'line' | 'value' | 'string' | 'tail' | 'text' | 'skip' | 'seek' = 'line';
  let chunk = '';
  let at = 0;
  let line = 1;
  let firstLine = 1;
  let atLineStart = true;
  let previous = 0;
  let escaped = false;
  // Where the text of the open node, of a key or of a line goes on in this chunk; -1 where none does.
  let textFrom = -1;
  let keyFrom = -1;
  let heldKey = '';
  let heldLine = '';

  function push(text: string): void {
    chunk = text;
    at = 0;
    while (at < chunk.length) step();
    const node = topNode();
    if (node && textFrom >= 0) addText(node, chunk.length);
    textFrom = node && textFrom >= 0 ? 0 : -1;
    if (keyFrom >= 0) heldKey = (heldKey + chunk.slice(keyFrom)).slice(0, MOST_KEY_LENGTH);
    keyFrom = keyFrom >= 0 ? 0 : -1;
  }

  function end(): void {
    if (mode === 'text') giveText();
    if (brackets.length > 0) giveUp('the report ends in the middle of its JSON', 'seek');
  }

  function step(): void {
    switch (mode) {
      case 'line':
        return readLineStart();
      case 'value':
        return readValue();
      case 'string':
        return readString();
      case 'tail':
        return readTail();
      case 'text':
        return readText();
      case 'skip':
        return skipLine();
      case 'seek':
        return seek();
    }
  }

  /** Moves over the character; true for white space. */
  function isBlank(code: number): boolean {
    if (code === NEWLINE) {
      line++;
      atLineStart = true;
    } else if (code !== 0x20 && code !== 0x09 && code !== 0x0d) return false;
    else atLineStart = false;
    at++;
    return true;
  }

  function readLineStart(): void {
    const code = chunk.charCodeAt(at);
    if (isBlank(code)) return;
    if (code !== OPEN_OBJECT && code !== OPEN_ARRAY) {
      mode = 'text';
      return;
    }
    firstLine = line;
    previous = 0;
    mode = 'value';
  }

  function readValue(): void {
    const code = chunk.charCodeAt(at);
    if (isBlank(code)) return;
    const bracket = brackets.at(-1);
    const isFirstOnLine = atLineStart;
    atLineStart = false;
    if (code === OPEN_OBJECT || code === OPEN_ARRAY) {
      if (bracket && isTorn(bracket, code, isFirstOnLine)) {
        giveUp('a record is not complete where the next one starts', 'line');
        return;
      }
      if (!opens(bracket)) return giveUp('not valid JSON', 'seek');
      open(code, bracket);
    } else if (code === CLOSE_OBJECT || code === CLOSE_ARRAY) {
      if (bracket?.closes !== code || previous === COMMA) return giveUp('not valid JSON', 'seek');
      close(bracket);
    } else if (code === QUOTE) openString(bracket);
    else if (bracket?.list !== undefined) readInList(code);
    previous = code;
    at++;
  }

  function opens(bracket: Bracket | undefined): boolean {
    if (!bracket) return true;
    if (bracket.closes === CLOSE_OBJECT) return previous === COLON;
    return previous === COMMA || previous === OPEN_ARRAY;
  }

  /** At the start of a line an object can only be an item of a list, or one more line of records. */
  function isTorn(bracket: Bracket, code: number, isFirstOnLine: boolean): boolean {
    if (code !== OPEN_OBJECT || !isFirstOnLine) return false;
    return bracket.list === undefined && previous !== COLON;
  }

  function open(code: number, bracket: Bracket | undefined): void {
    if (brackets.length === MOST_DEPTH) return giveUp(`nested deeper than ${MOST_DEPTH}`, 'seek');
    const isItem = !bracket || bracket.list !== undefined;
    if (code === OPEN_OBJECT) {
      if (!isItem) return void brackets.push({ closes: CLOSE_OBJECT });
      const path = bracket?.list ?? '';
      brackets.push({
        closes: CLOSE_OBJECT,
        node: { path, keys: new Set(), text: '', key: '' },
      });
      textFrom = at;
      events.begin(path);
      return;
    }
    const list = listPath(bracket);
    brackets.push(list === undefined ? { closes: CLOSE_ARRAY } : { closes: CLOSE_ARRAY, list });
    if (list === undefined || !bracket?.node) return;
    addText(bracket.node, at + 1);
    textFrom = -1;
  }

  /** The path of a list that starts here, if one does. */
  function listPath(bracket: Bracket | undefined): string | undefined {
    if (!bracket) return '';
    if (bracket.list !== undefined) return bracket.list;
    const { node } = bracket;
    if (!node || !listKeys.has(node.key)) return undefined;
    return node.path === '' ? node.key : `${node.path}.${node.key}`;
  }

  function close(bracket: Bracket): void {
    brackets.pop();
    const { node } = bracket;
    if (node) {
      addText(node, at + 1);
      textFrom = -1;
      giveNode(node);
    } else if (bracket.list !== undefined && brackets.at(-1)?.node) textFrom = at;
    if (brackets.length === 0) mode = 'tail';
  }

  function giveNode(node: OpenNode): void {
    const { path, keys, text } = node;
    const value = text.length > MOST_NODE_LENGTH ? undefined : parseObject(text);
    events.end({ path, keys, value });
  }

  function addText(node: OpenNode, to: number): void {
    if (node.text.length <= MOST_NODE_LENGTH) node.text += chunk.slice(textFrom, to);
  }

  function topNode(): OpenNode | undefined {
    for (let index = brackets.length - 1; index >= 0; index--) {
      const bracket = brackets[index];
      if (bracket?.list !== undefined) return undefined;
      if (bracket?.node) return bracket.node;
    }
    return undefined;
  }

  function openString(bracket: Bracket | undefined): void {
    mode = 'string';
    escaped = false;
    if (bracket?.list !== undefined) events.other();
    const isKey = bracket?.node && (previous === OPEN_OBJECT || previous === COMMA);
    if (!isKey) return;
    keyFrom = at + 1;
    heldKey = '';
  }

  function readString(): void {
    for (; at < chunk.length; at++) {
      const code = chunk.charCodeAt(at);
      if (code === NEWLINE) return giveUp('a line break inside a JSON string', 'seek');
      if (escaped) escaped = false;
      else if (code === BACKSLASH) escaped = true;
      else if (code === QUOTE) {
        if (keyFrom >= 0) closeKey();
        mode = 'value';
        at++;
        return;
      }
    }
  }

  function closeKey(): void {
    const raw = (heldKey + chunk.slice(keyFrom, at)).slice(0, MOST_KEY_LENGTH);
    keyFrom = -1;
    const node = brackets.at(-1)?.node;
    if (!node) return;
    // No key that means anything here is written with escapes.
    node.key = raw;
    if (node.keys.size < MOST_KEYS) node.keys.add(raw);
  }

  /** Commas, and values that are neither objects nor strings, between the items of a list. */
  function readInList(code: number): void {
    const isFirst = previous === COMMA || previous === OPEN_ARRAY;
    if (!isFirst) return;
    if (code === COMMA) giveUp('not valid JSON', 'seek');
    else events.other();
  }

  function readTail(): void {
    const code = chunk.charCodeAt(at);
    if (code === OPEN_OBJECT || code === OPEN_ARRAY) {
      mode = 'line';
      return;
    }
    if (isBlank(code)) {
      if (code === NEWLINE) mode = 'line';
      return;
    }
    giveUp('text follows a JSON value on its line', 'seek');
  }

  function readText(): void {
    const newline = chunk.indexOf('\n', at);
    const to = newline < 0 ? chunk.length : newline;
    if (heldLine.length < MOST_TEXT_LENGTH) heldLine += chunk.slice(at, to);
    at = to;
    if (newline >= 0) giveText();
  }

  function giveText(): void {
    const text = heldLine;
    heldLine = '';
    mode = 'line';
    events.text(text.slice(0, MOST_TEXT_LENGTH).trim());
  }

  /** Ends what is open, and goes on here (`line`), or on the next line that starts a value (`seek`). */
  function giveUp(reason: string, next: 'line' | 'seek'): void {
    events.broken(brackets.length > 0 ? firstLine : line, reason);
    brackets.length = 0;
    textFrom = keyFrom = -1;
    mode = next === 'line' ? 'line' : 'skip';
  }

  function skipLine(): void {
    const newline = chunk.indexOf('\n', at);
    at = newline < 0 ? chunk.length : newline;
    if (newline >= 0) mode = 'seek';
  }

  /** At the end of a line: the next one is read if a value starts with it. */
  function seek(): void {
    const code = chunk.charCodeAt(at);
    if (code === NEWLINE) {
      line++;
      at++;
      atLineStart = true;
    } else if (atLineStart && (code === OPEN_OBJECT || code === OPEN_ARRAY)) mode = 'line';
    else {
      atLineStart = false;
      mode = 'skip';
    }
  }

  return { push, end };
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    // The error's own message would quote the input.
    return undefined;
  }
}
