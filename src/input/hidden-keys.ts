/** What keys and pastes of a terminal in raw mode come to: lines, and the wish to end. */

export type Entry =
  { readonly kind: 'line'; readonly text: string } | { readonly kind: 'end' | 'interrupt' };

/** Longer lines are no secret that anybody pastes. */
const LONGEST = 64 * 1024;

const PASTE_BEGINS = '[200~';
const PASTE_ENDS = '[201~';

/**
 * Reads characters one by one, however they were cut into pieces. An empty line or Ctrl-D ends,
 * Ctrl-C interrupts; within a bracketed paste every line counts and an empty one is passed over.
 */
export function createKeyReader(): (character: string) => Entry | undefined {
  let line = '';
  let escape: string | undefined;
  let isPaste = false;
  let wasReturn = false;

  function takeLine(): Entry | undefined {
    const text = line.trim();
    line = '';
    if (text !== '') return { kind: 'line', text };
    return isPaste ? undefined : { kind: 'end' };
  }

  /** Arrows and other keys mean nothing here; only the brackets of a paste do. */
  function takeEscape(character: string): void {
    escape += character;
    const isOpen = escape === '[' || escape === 'O' || /^\[[\d;?<=>]*$/.test(escape ?? '');
    if (isOpen) return;
    if (escape === PASTE_BEGINS) isPaste = true;
    if (escape === PASTE_ENDS) isPaste = false;
    escape = undefined;
  }

  return (character) => {
    const followsReturn = wasReturn;
    wasReturn = character === '\r';
    if (character === '\u001b') return void (escape = '');
    if (escape !== undefined && character >= ' ') return takeEscape(character) as undefined;
    escape = undefined;
    switch (character) {
      case '\r':
        return takeLine();
      case '\n':
        return followsReturn ? undefined : takeLine();
      case '\u0003':
        return { kind: 'interrupt' };
      case '\u0004':
        return line.trim() === '' ? { kind: 'end' } : takeLine();
      case '\u007f':
      case '\b':
        return void (line = line.slice(0, -1));
      case '\u0015':
      case '\u0017':
        return void (line = '');
      default:
        if (line.length < LONGEST) line += character === '\t' ? ' ' : character;
        return undefined;
    }
  };
}
