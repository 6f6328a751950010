/**
 * The value of a JSON text; undefined where it is none. A parser's own words quote its input, which
 * may be a secret: they never leave this function.
 */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
