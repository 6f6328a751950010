/** One row of a report or of a table: a token with the place where it was found, or why there is none. */
import type { FindTokens, FoundToken, Location } from '../../contract/provider.js';
import { isCut } from '../../recognition/masks.js';
import { whyNotATarget } from '../../recognition/not-a-target.js';
import type { LeftOut } from './report-format.js';

export type RefusalReason =
  | 'masked'
  | 'no_secret'
  | 'no_value'
  | 'html'
  | 'damaged'
  | 'cut_off'
  | 'ambiguous'
  | 'key_file'
  | 'other_kind';

export interface Refusal {
  readonly reason: RefusalReason;
  /** What is wrong and how to fix it; never quotes the report. */
  readonly words: string;
}

export interface ReportRow {
  /** Which row of the report it is, from 1. */
  readonly row: number;
  /** Only where the row is to be used. */
  readonly secret?: string;
  readonly refused?: Refusal;
  readonly leftOut?: LeftOut;
  readonly location: Location;
  /** The hosts that the row names for its token: a condition, never a destination. */
  readonly hosts?: readonly string[];
}

export type Secret =
  { readonly secret: string; readonly hosts?: readonly string[] } | { readonly refused: Refusal };

/** A longer value is not a token. */
export const MOST_SECRET_LENGTH = 64 * 1024;
/** Marks that nobody sees come along when text is copied. */
const UNSEEN: ReadonlySet<string> = new Set(['\u200b', '\u200c', '\u200d', '\u2060', '\ufeff']);
const QUOTES: ReadonlySet<string> = new Set(['"', "'", '`']);

/** A value without what surrounds it in source code and spreadsheets. */
export function trimValue(value: string): string {
  let text = trimUnseen(value);
  if (text.length > 1 && (text.endsWith(',') || text.endsWith(';'))) {
    text = trimUnseen(text.slice(0, -1));
  }
  const first = text.charAt(0);
  const isQuoted = text.length > 2 && QUOTES.has(first) && text.endsWith(first);
  return isQuoted ? trimUnseen(text.slice(1, -1)) : text;
}

function trimUnseen(value: string): string {
  const text = value.trim();
  let from = 0;
  let to = text.length;
  while (from < to && UNSEEN.has(text.charAt(from))) from++;
  while (to > from && UNSEEN.has(text.charAt(to - 1))) to--;
  return to - from === text.length ? text : text.slice(from, to).trim();
}

/**
 * The one token of the field that holds the secret. A value in which no shape is known is taken as it
 * is: whoever asked refuses it by its own rules.
 */
export function secretIn(value: string, find: FindTokens): Secret {
  const text = trimValue(value);
  if (text === '') return refuse('no_secret', 'the field that holds the secret is empty');
  if (text.length > MOST_SECRET_LENGTH) return refuse('damaged', 'longer than any token');
  const found = goodTokens(find(text));
  const tokens = new Set(found.map(({ token }) => token));
  if (tokens.size > 1) {
    return refuse('ambiguous', 'two different tokens in one value: give the right one by itself');
  }
  const [first] = found;
  if (!first) return whole(text);
  const { token, index, isWhole, hosts = [] } = first;
  const isHidden = !isWhole && isCut(text, index, index + token.length);
  if (isHidden) return refuse('masked', 'the value is masked');
  return { secret: token, ...(hosts.length > 0 && { hosts }) };
}

function whole(text: string): Secret {
  const refused = whyNotATarget(text);
  if (refused) return { refused };
  if (text.includes('\ufffd')) return refuse('damaged', 'the value is not valid UTF-8');
  if (/[\r\n]/.test(text)) {
    return refuse('key_file', 'a key or a file of several lines: revoke it where it is registered');
  }
  return { secret: text };
}

export function goodTokens(found: readonly FoundToken[]): readonly FoundToken[] {
  return found.filter(({ isBad }) => isBad !== true);
}

export function refuse(reason: RefusalReason, words: string): { readonly refused: Refusal } {
  return { refused: { reason, words } };
}
