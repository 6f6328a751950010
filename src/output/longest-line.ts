/** How long a line for people may be: a server or a plugin may say half a megabyte. */
import type { Redactor } from '../contract/redact.js';
import { truncate } from '../contract/text.js';

export const LONGEST_LINE = 4000;

/** An error's message as long as people read; masked before it is cut, so that no half is left. */
export function withBriefError<T extends { readonly error?: { readonly message: string } }>(
  value: T,
  redactor: Redactor,
): T {
  const { error } = value;
  if (!error || error.message.length <= LONGEST_LINE) return value;
  const message = truncate(redactor.clean(error.message), LONGEST_LINE);
  return { ...value, error: { ...error, message } };
}
