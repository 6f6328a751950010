const BYTE_ORDER_MARK = 0xfeff;

/**
 * The value of a JSON text, with a byte order mark or without (RFC 8259 §8.1); undefined where it is
 * none. A parser's own words quote its input, which may be a secret: they never leave this function.
 */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/**
 * The same for what is proof: undefined too where an object holds a key twice, since a parser keeps
 * one of the two and nobody knows which was meant.
 */
export function parseUnambiguous(text: string): unknown {
  const value = parseJson(text);
  return keysIn(value) === colonsOutsideStrings(text) ? value : undefined;
}

/** How many keys all objects of a value have. Without recursion: nesting may be without end. */
function keysIn(value: unknown): number {
  let count = 0;
  const left: unknown[] = [value];
  while (left.length > 0) {
    const one = left.pop();
    if (typeof one !== 'object' || one === null) continue;
    if (Array.isArray(one)) {
      for (const part of one) if (typeof part === 'object' && part !== null) left.push(part);
      continue;
    }
    // A parsed value has no keys but its own, and making a list of them costs more than this.
    for (const key in one) {
      count += 1;
      const part = (one as Readonly<Record<string, unknown>>)[key];
      if (typeof part === 'object' && part !== null) left.push(part);
    }
  }
  return count;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;

/** A valid JSON text has one colon outside of its strings for each key that is written. */
function colonsOutsideStrings(text: string): number {
  let count = 0;
  let isString = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) isString = !isString;
    else if (isString && code === BACKSLASH) at += 1;
    else if (!isString && code === COLON) count += 1;
  }
  return count;
}
