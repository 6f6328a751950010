/** Keys that JSON has twice: parsers take the last of them, and people mean the first. */

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\]]/g;

/** A key that stands twice in one object; undefined where there is none. The text must be valid JSON. */
export function duplicateKey(text: string): string | undefined {
  const open: (Set<string> | undefined)[] = [];
  for (const match of text.matchAll(TOKEN)) {
    const [token] = match;
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(undefined);
    else if (token === '}' || token === ']') open.pop();
    else if (
      /^\s*:/.test(text.slice(match.index + token.length, match.index + token.length + 64))
    ) {
      const keys = open.at(-1);
      const key = JSON.parse(token) as string;
      if (keys?.has(key)) return key;
      keys?.add(key);
    }
  }
  return undefined;
}
