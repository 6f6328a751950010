/** How many columns a text takes on a terminal: wide characters take two, colours none. */
import stringWidth from 'fast-string-width';

export function textWidth(text: string): number {
  return isPlain(text) ? text.length : stringWidth(text);
}

/** Text filled with blanks up to a width. */
export function padTo(text: string, width: number): string {
  const missing = width - textWidth(text);
  return missing > 0 ? text + ' '.repeat(missing) : text;
}

/** Most text is printable ASCII, a column each. */
function isPlain(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text);
}
