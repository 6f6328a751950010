/** Where a text stops being JSON: a parser's own words name no place, or quote what may be a secret. */

const WORD =
  /[ \t\r\n]*("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])|(?:true|false|null)\b|[{}[\],:])/y;

/** What may stand next, in the words for people. */
const EXPECTED = {
  value: 'a value',
  valueOrEnd: 'a value or "]"',
  key: 'a key in double quotes',
  keyOrEnd: 'a key in double quotes or "}"',
  colon: '":"',
  commaInObject: '"," or "}"',
  commaInArray: '"," or "]"',
  end: 'the end of the file',
} as const;

type Expected = keyof typeof EXPECTED;

interface Scan {
  expected: Expected;
  /** The brackets that are open. */
  readonly open: string[];
}

/** `line 2, column 14: "," or "}" is expected`; undefined where the text is JSON. */
export function jsonFault(given: string): string | undefined {
  const text = given.replace(/^\ufeff/, '');
  const scan: Scan = { expected: 'value', open: [] };
  const words = new RegExp(WORD);
  for (;;) {
    const start = words.lastIndex;
    const [, word] = words.exec(text) ?? [];
    if (word !== undefined && take(scan, word)) continue;
    const at = start + (/^[ \t\r\n]*/.exec(text.slice(start))?.[0].length ?? 0);
    if (at === text.length && scan.expected === 'end') return undefined;
    return `${placeOf(text, at)}: ${EXPECTED[scan.expected]} is expected`;
  }
}

function placeOf(text: string, at: number): string {
  const before = text.slice(0, at).split(/\r\n|\r|\n/);
  return `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}

/** False where the word may not stand here. */
function take(scan: Scan, word: string): boolean {
  const next = afterWord(scan, word);
  if (next !== undefined) scan.expected = next;
  return next !== undefined;
}

function afterWord({ expected, open }: Scan, word: string): Expected | undefined {
  const isPlaceOfKey = expected === 'key' || expected === 'keyOrEnd';
  if (isPlaceOfKey && word.startsWith('"')) return 'colon';
  if (expected === 'colon') return word === ':' ? 'value' : undefined;
  if (word === ',') {
    if (expected === 'commaInObject') return 'key';
    return expected === 'commaInArray' ? 'value' : undefined;
  }
  if (word === '}' || word === ']')
    return mayClose(expected, word) ? afterValue(open, 1) : undefined;
  if (expected !== 'value' && expected !== 'valueOrEnd') return undefined;
  if (word === ':') return undefined;
  if (word !== '{' && word !== '[') return afterValue(open, 0);
  open.push(word);
  return word === '{' ? 'keyOrEnd' : 'valueOrEnd';
}

function mayClose(expected: Expected, bracket: '}' | ']'): boolean {
  const places: readonly Expected[] =
    bracket === '}' ? ['keyOrEnd', 'commaInObject'] : ['valueOrEnd', 'commaInArray'];
  return places.includes(expected);
}

/** What may follow a value, after which so many brackets are closed. */
function afterValue(open: string[], closed: 0 | 1): Expected {
  if (closed === 1) open.pop();
  const bracket = open.at(-1);
  if (bracket === undefined) return 'end';
  return bracket === '{' ? 'commaInObject' : 'commaInArray';
}
