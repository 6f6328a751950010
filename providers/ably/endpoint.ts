/** Where requests go: Ably's endpoint rules (specification REC1, REC2) with their fallback hosts. */
import { readBaseUrl, usageError } from '../../src/contract/index.js';

export type Origins = readonly [string, ...string[]];

const FALLBACKS_TRIED = 3;

/**
 * The primary origin and the fallbacks to try after it, in random order.
 * @param given a host, `nonprod:<id>`, `<id>` or an http(s) URL; main without it
 * @param source where it was given, for the usage error of a bad one
 */
export async function originsOf(
  given: string | undefined,
  source: string,
  random: () => number = Math.random,
): Promise<Origins> {
  const text = given ?? 'main';
  if (/^https?:/i.test(text)) return [urlOrigin(text, source)];
  if (text === 'localhost' || text.includes('.') || text.includes('::')) {
    return [hostOrigin(text, source)];
  }
  const [, nonprod, id] = /^(nonprod:)?([a-z0-9]+(?:-[a-z0-9]+)*)$/i.exec(text) ?? [];
  if (id === undefined) throw bad(source);
  const suffix = nonprod ? '-nonprod' : '';
  const fallbacks = ['a', 'b', 'c', 'd', 'e'].map(
    (letter) => `https://${id}.${letter}.fallback.ably-realtime${suffix}.com`,
  );
  return [
    `https://${id}.realtime.ably${suffix}.net`,
    ...shuffled(fallbacks, random).slice(0, FALLBACKS_TRIED),
  ];
}

/** An http(s) URL, http for loopback only. It has no path, query or credentials. */
function urlOrigin(value: string, source: string): string {
  const { origin, prefix } = readBaseUrl({ value, source }, 'https://main.realtime.ably.net');
  if (prefix !== '') throw bad(source);
  return origin;
}

function hostOrigin(host: string, source: string): string {
  const isIpv6 = host.includes('::') && !host.startsWith('[');
  const origin = `https://${isIpv6 ? `[${host}]` : host}`;
  if (/[\s/?#@\\]/.test(host) || !URL.canParse(origin)) throw bad(source);
  return new URL(origin).origin;
}

function bad(source: string) {
  return usageError(
    `the endpoint in ${source} is not an endpoint of Ably`,
    'give a host name, <id>, nonprod:<id>, or an http(s) URL without a path',
    'bad_endpoint',
  );
}

function shuffled<T>(items: readonly T[], random: () => number): readonly T[] {
  return items
    .map((item) => ({ item, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
