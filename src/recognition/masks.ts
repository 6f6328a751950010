/** Values that stand where a token was: masked by a tool, or a placeholder that nobody filled in. */

const MASKED = [
  /\*{3,}|•{3,}|█{3,}|…/,
  /\.{3}$/,
  /^\S{1,16}\.{3}\S{1,16}$/,
  /^[[(<{]?(?:redacted|masked|hidden|filtered|removed|secret)(?::[^\]]*)?[\])>}]?$/i,
];
/** A variable that was not filled in: `$TOKEN`, `${{ secrets.TOKEN }}`, `%TOKEN%`, `<your token>`. */
const UNFILLED = /^(?:\$\w+|\$\{.*\}|%\w+%|\{\{.*\}\}|<[^<>]{1,60}>|your[-_ ]\S{0,60})$/i;
const NOTHING = /^(?:null|undefined|none|nil|nan)$/i;
const PRIVATE_KEY = /-----BEGIN [A-Z ]+-----/;

export function isMasked(text: string): boolean {
  return MASKED.some((mask) => mask.test(text)) || isPlaceholder(text);
}

export function isUnfilled(text: string): boolean {
  return UNFILLED.test(text);
}

export function isNoValue(text: string): boolean {
  return NOTHING.test(text);
}

export function isPrivateKey(text: string): boolean {
  return PRIVATE_KEY.test(text);
}

/** What a person types for a token: ten x in a row, or one character all through. */
export function isPlaceholder(token: string): boolean {
  if (/x{10}|X{10}/.test(token)) return true;
  const tail = token.slice(-16);
  return tail.length === 16 && tail === tail.charAt(0).repeat(16);
}

/** Whether the text goes on behind a token as a mask does: `ya29.abc...`, `sk_live_abc***`. */
export function isCutShort(text: string, end: number): boolean {
  return /^(?:\.{3}|…|\*|•|█)/.test(text.slice(end, end + 3));
}
