/** The host that stands beside a token, in its line or its field. It is a condition for sending, never a destination. */
import type { Vendor } from '../contract/shape.js';

/** As much of a line as is read on either side of a token. */
const REACH = 2000;
const HOST = '((?:[\\w-]+\\.)*[\\w-]+(?::\\d{1,5})?|\\[[0-9a-fA-F:.]+\\](?::\\d{1,5})?)';
/** The token is part of the URL's path or query, or of an .npmrc key: `//host/:_authToken=`. */
const URL_BEFORE = new RegExp(`//(?:[^\\s"'<>@/]*@)?${HOST}[/?#][^\\s"'<>]*$`);
/** The token is a user or password in front of the host. */
const USER_BEFORE = /\/\/[^\s"'<>/@]*$/;
const HOST_AFTER = new RegExp(`^[^\\s"'<>/@]*@${HOST}`);
const NAMED = new RegExp(
  `(?:\\bhttps?:)?//(?:[^\\s"'<>@/]*@)?${HOST}(?![\\w@])|\\bmachine\\s+${HOST}`,
  'g',
);

/** The hosts named beside the token that stands from `start` to `end`: its own URL's alone, if any. */
export function hostsBeside(text: string, start: number, end: number): readonly string[] {
  if (text.startsWith('https://', start)) return [];
  const before = text.slice(Math.max(0, lineStart(text, start), start - REACH), start);
  const after = text.slice(end, Math.min(lineEnd(text, end), end + REACH));
  if (!before.includes('//') && !after.includes('//') && !before.includes('machine')) return [];
  if (USER_BEFORE.test(before)) {
    const own = HOST_AFTER.exec(after)?.[1];
    if (own !== undefined) return [plainHost(own)];
  }
  const around = URL_BEFORE.exec(before)?.[1];
  if (around !== undefined) return [plainHost(around)];
  // The token itself is left out, so that nothing of it is taken for a host.
  const named = [...`${before} ${after}`.matchAll(NAMED)].map(([, url, machine]) =>
    plainHost((url ?? machine) as string),
  );
  return [...new Set(named)];
}

function lineStart(text: string, start: number): number {
  return text.lastIndexOf('\n', start - 1) + 1;
}

function lineEnd(text: string, end: number): number {
  const next = text.indexOf('\n', end);
  return next === -1 ? text.length : next;
}

function plainHost(host: string): string {
  return host.toLowerCase().replace(/:443$/, '');
}

export interface Destination {
  /** The base URL that the provider is configured with. */
  readonly endpoint: string;
  /** Nobody configured it: it is the provider's own default. */
  readonly isDefault: boolean;
}

/**
 * The host that forbids sending, or undefined where the token may be sent: the line names no host,
 * or one of those that it names is the configured one or stands for the default.
 */
export function otherHost(
  vendor: Pick<Vendor, 'hosts'>,
  hosts: readonly string[],
  { endpoint, isDefault }: Destination,
): string | undefined {
  const configured = new URL(endpoint).host;
  const isOwn = (host: string) =>
    host === configured ||
    (isDefault &&
      vendor.hosts.some((own) => (own.startsWith('.') ? host.endsWith(own) : host === own)));
  return hosts.some(isOwn) ? undefined : hosts[0];
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
