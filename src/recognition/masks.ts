/** Values that stand where a token was: placeholders that nobody filled in, and what is cut out of a mask. */
import { isMasked } from './not-a-target.js';

/** A variable that was not filled in: `$TOKEN`, `${{ secrets.TOKEN }}`, `%TOKEN%`, `<your token>`. */
const UNFILLED = /^(?:\$\w+|\$\{.*\}|%\w+%|\{\{.*\}\}|<[^<>]{1,60}>|your[-_ ]\S{0,60})$/i;
const PRIVATE_KEY = /-----BEGIN [A-Z ]+-----/;

export function isUnfilled(text: string): boolean {
  return UNFILLED.test(text);
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

/** The token is a mask itself, or it ends where hidden characters begin: `ya29.abc...`, `sk_live_abc***`. */
export function isCut(text: string, start: number, end: number): boolean {
  if (isMasked(text.slice(start, end))) return true;
  const before = text.slice(Math.max(0, start - 3), start);
  const after = text.slice(end, end + 9);
  return /[*•●█…]$|\.{3}$/u.test(before) || /^[*•●█…\ufffd]|^\.{3}|^\[?REDACTED/u.test(after);
}
