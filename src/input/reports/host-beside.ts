/** The host that a value names for the token in it: a git remote, a line of .npmrc, a URL with userinfo. */

/** How far from its token a host is looked for. */
const MOST_HOST_LENGTH = 512;
const NPMRC = /\/\/([^\s/:@]+(?::\d+)?)(?:\/[^\s:]*)?\/?:_(?:authToken|auth|password)\s*=\s*["']?$/;
const USERINFO_BEFORE = /[a-z][a-z0-9+.-]*:\/\/(?:[^\s/@]*)$/i;
const HOST_AFTER = /^[^\s/@]*@(\[[0-9a-f:]+\](?::\d+)?|[^\s/?#:@]+(?::\d+)?)/i;

/** Undefined where the value names none. A URL that is the token itself names none either. */
export function hostBeside(
  text: string,
  { token, index }: { readonly token: string; readonly index: number },
): string | undefined {
  const before = text.slice(Math.max(0, index - MOST_HOST_LENGTH), index);
  const npmrc = NPMRC.exec(before)?.[1];
  if (npmrc !== undefined) return hostOf(`https://${npmrc}`);
  if (!USERINFO_BEFORE.test(before)) return undefined;
  const end = index + token.length;
  const rest = text.slice(end, end + MOST_HOST_LENGTH);
  const after = HOST_AFTER.exec(rest)?.[1];
  return after === undefined ? undefined : hostOf(`https://${after}`);
}

/** The host of what a format says is the token's: a URL, or a host alone. */
export function hostOf(text: string): string | undefined {
  const url = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`;
  if (!URL.canParse(url)) return undefined;
  const { host } = new URL(url);
  return /[.:]|^localhost$/.test(host) ? host : undefined;
}

const MOST_REST_LENGTH = 4096;
const URL_IN_REST = /https?:\/\/[^\s"'<>]+/i;
const HOST_IN_REST =
  /(?<![\w.@-])(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}(?::\d{1,5})?(?![\w@-])/i;

/** The host in what is left of a text that holds a token and its host. */
export function hostInRest(text: string, token: string): string | undefined {
  if (text === token || !text.includes(token)) return undefined;
  const rest = text.slice(0, MOST_REST_LENGTH).replace(token, ' ');
  const found = URL_IN_REST.exec(rest)?.[0] ?? HOST_IN_REST.exec(rest)?.[0];
  return found === undefined ? undefined : hostOf(found);
}
