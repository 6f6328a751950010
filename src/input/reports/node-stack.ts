/** The brackets that are open in streamed JSON, and the text of the nodes among them. */
import { parseJson } from '../../contract/json.js';

/** An object that stands by itself, or is an item of a list. */
export interface JsonNode {
  /** The keys of the lists around it, outermost first, with dots between: `runs.results`. */
  readonly path: string;
  /** Its keys, the first `MOST_KEYS` of them, in a text that is too long to be read as well. */
  readonly keys: ReadonlySet<string>;
  /** Its value without the items of its lists, or undefined where that is too long or not valid. */
  readonly value: Readonly<Record<string, unknown>> | undefined;
}

export interface NodeEvents {
  /** A node starts. Its `end` comes after those of the nodes inside it. */
  begin(path: string): void;
  end(node: JsonNode): void;
}

/** The most UTF-16 code units of one record, or of what a document has beside its records. */
export const MOST_NODE_LENGTH = 8 * 1024 * 1024;
const MOST_KEYS = 64;
const MOST_KEY_LENGTH = 128;

export const OPEN_ARRAY = 0x5b;
export const CLOSE_ARRAY = 0x5d;
export const OPEN_OBJECT = 0x7b;
export const CLOSE_OBJECT = 0x7d;

interface OpenNode {
  readonly path: string;
  readonly keys: Set<string>;
  text: string;
  key: string;
}

/** One open bracket: of a node, of a list of nodes, or of something inside a node. */
export interface Bracket {
  readonly closes: number;
  readonly node?: OpenNode;
  readonly list?: string;
}

export interface NodeStack {
  /** The keys of a node under which a list of nodes stands. */
  readonly listKeys: ReadonlySet<string>;
  readonly events: NodeEvents;
  readonly brackets: Bracket[];
  chunk: string;
  /** Where the text of the open node, or of a key, goes on in this chunk; -1 where none does. */
  textFrom: number;
  keyFrom: number;
  /** What earlier chunks had of the key. */
  heldKey: string;
}

export function createNodeStack(listKeys: ReadonlySet<string>, events: NodeEvents): NodeStack {
  return { listKeys, events, brackets: [], chunk: '', textFrom: -1, keyFrom: -1, heldKey: '' };
}

/** Opens a bracket that stands at `at` in the chunk. */
export function openBracket(stack: NodeStack, code: number, at: number): void {
  const bracket = stack.brackets.at(-1);
  if (code === OPEN_ARRAY) return openList(stack, bracket, at);
  if (bracket && bracket.list === undefined) {
    stack.brackets.push({ closes: CLOSE_OBJECT });
    return;
  }
  const path = bracket?.list ?? '';
  const node = { path, keys: new Set<string>(), text: '', key: '' };
  stack.brackets.push({ closes: CLOSE_OBJECT, node });
  stack.textFrom = at;
  stack.events.begin(path);
}

function openList(stack: NodeStack, bracket: Bracket | undefined, at: number): void {
  const list = listPath(stack, bracket);
  stack.brackets.push({ closes: CLOSE_ARRAY, ...(list !== undefined && { list }) });
  if (list === undefined || !bracket?.node) return;
  addText(stack, bracket.node, at + 1);
  stack.textFrom = -1;
}

/** The path of a list that starts here, if one does. */
function listPath({ listKeys }: NodeStack, bracket: Bracket | undefined): string | undefined {
  if (!bracket) return '';
  if (bracket.list !== undefined) return bracket.list;
  const { node } = bracket;
  if (!node || !listKeys.has(node.key)) return undefined;
  return node.path === '' ? node.key : `${node.path}.${node.key}`;
}

/** Closes the innermost bracket, whose end stands at `at` in the chunk. */
export function closeBracket(stack: NodeStack, at: number): void {
  const bracket = stack.brackets.pop();
  if (bracket?.node) {
    addText(stack, bracket.node, at + 1);
    stack.textFrom = -1;
    giveNode(stack, bracket.node);
  } else if (bracket?.list !== undefined && stack.brackets.at(-1)?.node) stack.textFrom = at;
}

function giveNode({ events }: NodeStack, { path, keys, text }: OpenNode): void {
  events.end({
    path,
    keys,
    value: text.length > MOST_NODE_LENGTH ? undefined : (parseJson(text) as JsonNode['value']),
  });
}

function addText({ chunk, textFrom }: NodeStack, node: OpenNode, to: number): void {
  if (node.text.length <= MOST_NODE_LENGTH) node.text += chunk.slice(textFrom, to);
}

export function openKey(stack: NodeStack, at: number): void {
  stack.keyFrom = at;
  stack.heldKey = '';
}

export function closeKey(stack: NodeStack, at: number): void {
  const raw = keyUpTo(stack, at);
  stack.keyFrom = -1;
  const node = stack.brackets.at(-1)?.node;
  if (!node) return;
  // No key that means anything here is written with escapes.
  node.key = raw;
  if (node.keys.size < MOST_KEYS) node.keys.add(raw);
}

function keyUpTo({ chunk, heldKey, keyFrom }: NodeStack, to: number): string {
  return (heldKey + chunk.slice(keyFrom, to)).slice(0, MOST_KEY_LENGTH);
}

/** Keeps what is open at the end of the chunk, which goes on in the next one. */
export function keepOpenText(stack: NodeStack): void {
  const node = topNode(stack);
  if (node && stack.textFrom >= 0) addText(stack, node, stack.chunk.length);
  stack.textFrom = node && stack.textFrom >= 0 ? 0 : -1;
  if (stack.keyFrom < 0) return;
  stack.heldKey = keyUpTo(stack, stack.chunk.length);
  stack.keyFrom = 0;
}

function topNode({ brackets }: NodeStack): OpenNode | undefined {
  for (let index = brackets.length - 1; index >= 0; index--) {
    const bracket = brackets[index];
    if (bracket?.list !== undefined) return undefined;
    if (bracket?.node) return bracket.node;
  }
  return undefined;
}

/** Gives up all that is open. */
export function dropOpen(stack: NodeStack): void {
  stack.brackets.length = 0;
  stack.textFrom = stack.keyFrom = -1;
}
