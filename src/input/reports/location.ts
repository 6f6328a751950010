/** Locations made fit to be kept and shown: bounded, without credentials, without tokens. */
import type { FindTokens, Location } from '../../contract/provider.js';

/** The most UTF-16 code units that one part of a location keeps. */
export const MOST_LOCATION_LENGTH = 1024;
const MASK = '[secret]';

/** A link to a page, without userinfo and query; undefined where it is none. */
export function plainLink(link: string): string | undefined {
  if (!/^https?:\/\//i.test(link) || !URL.canParse(link)) return undefined;
  const url = new URL(link);
  url.username = url.password = url.search = '';
  return url.href;
}

/** @param secret the token of the row, which is masked whether its shape is known or not */
export function safeLocation(
  location: Location,
  find: FindTokens,
  secret: string | undefined,
): Location {
  const safe = (text: string | undefined): string | undefined => {
    if (text === undefined) return undefined;
    // What lies beyond the cut cannot show, so that half a token at its end does no harm.
    const masked = maskTokens(text.slice(0, 2 * MOST_LOCATION_LENGTH), find, secret);
    return masked.length > MOST_LOCATION_LENGTH
      ? `${masked.slice(0, MOST_LOCATION_LENGTH - 1)}…`
      : masked;
  };
  const { file, commit, link, detector } = location;
  return withoutEmpty({
    file: safe(file),
    line: location.line,
    column: location.column,
    commit: safe(commit),
    link: link === undefined ? undefined : safe(plainLink(link)),
    detector: safe(detector),
  });
}

function maskTokens(text: string, find: FindTokens, secret: string | undefined): string {
  let masked = text;
  if (secret !== undefined && secret.length >= 6) masked = masked.replaceAll(secret, MASK);
  for (const { token } of find(masked)) masked = masked.replaceAll(token, MASK);
  return masked;
}

function withoutEmpty(fields: {
  readonly [Key in keyof Location]-?: Location[Key] | undefined;
}): Location {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && value !== ''),
  );
}
