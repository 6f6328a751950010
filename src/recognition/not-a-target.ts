/**
 * Values that stand in lists and are no targets: what programs print for nothing, masks, a page of
 * HTML, a number that a spreadsheet has changed. Typed by hand they pass: only lists are checked.
 */

export interface NotATarget {
  readonly reason: 'no_value' | 'masked' | 'html' | 'damaged';
  /** What it is and where it likely comes from, in words that never quote the value. */
  readonly words: string;
}

/** What programs print where there is no value. */
const NO_VALUES: ReadonlyMap<string, string> = new Map([
  ['null', 'null is not a target: jq prints it for a key that is not there'],
  ['NULL', 'NULL is not a target: databases print it for an empty column'],
  ['undefined', 'undefined is not a target: JavaScript prints it for a value that is not there'],
  ['None', 'None is not a target: Python prints it for a value that is not there'],
  ['NaN', 'NaN is not a target: pandas and JavaScript print it for an empty cell'],
  ['nan', 'nan is not a target: pandas and numpy print it for an empty cell'],
  ['<nil>', '<nil> is not a target: Go prints it for a value that is not there'],
  ['[object Object]', '[object Object] is not a target: JavaScript prints it for an object'],
]);

const MASKED: NotATarget = { reason: 'masked', words: 'the value is masked' };
const DAMAGED: NotATarget = {
  reason: 'damaged',
  words:
    'a spreadsheet has changed the value to a number: format the column as text and export it again',
};
const HTML: NotATarget = {
  reason: 'html',
  words: 'this is HTML, not a target: the download probably answered with an error or a login page',
};

const HTML_START = /^<(?:!doctype\b|!--|\?xml\b|\/?[a-z][a-z0-9]*[\s/>])/i;
const CHANGED_NUMBER = /^\d(?:[.,]\d+)?E\+\d{2,}$/;
/** Characters that stand for hidden ones: three in a row are in no token. */
const HIDING = /[*•●█▇■∗＊]{3}/u;
const ELLIPSIS = /\.{3}|…/u;
const REDACTED = /REDACTED/;
const PLACEHOLDER =
  /[[<({](?:redacted|masked|filtered|hidden|removed|secret|hashed)(?:[:\s][^\])}>]*)?[\])}>]/i;
/** `ghp_xxxxxxxx`: a body of nothing but x, behind a prefix or not. */
const ALL_X = /^(?:[a-z][a-z0-9]*[_.-])*(?:x{4,}|X{4,})$/i;
/** Letters, digits, dashes: of these only a few can be no target. */
const PLAIN = /^[\w-]*$/;
/** The smallest part of stars that makes a mask of a text in which they never stand together. */
const STAR_SHARE = 1 / 4;

/**
 * Why a value from a list is not a target; undefined where it may be one.
 * @param isWhole whether the value is a token whose checksum matches: no mask has one
 */
export function whyNotATarget(
  value: string,
  isWhole?: (value: string) => boolean,
): NotATarget | undefined {
  const words = NO_VALUES.get(value);
  if (words !== undefined) return { reason: 'no_value', words };
  // A list may have a million lines, and nearly all are like this.
  if (PLAIN.test(value) && !/x$/i.test(value) && !value.includes('REDACTED')) return undefined;
  if (CHANGED_NUMBER.test(value)) return DAMAGED;
  if (isMasked(value)) return isWhole?.(value) ? undefined : MASKED;
  return HTML_START.test(value) ? HTML : undefined;
}

/** Whether some of the value's characters are hidden. */
export function isMasked(value: string): boolean {
  return (
    HIDING.test(value) ||
    ELLIPSIS.test(value) ||
    REDACTED.test(value) ||
    PLACEHOLDER.test(value) ||
    ALL_X.test(value) ||
    starShare(value) >= STAR_SHARE
  );
}

/** A mask that keeps dashes leaves no three stars together in a token that has many of them. */
function starShare(value: string): number {
  const stars = value.length - value.replaceAll('*', '').length;
  return stars < 3 ? 0 : stars / value.length;
}
