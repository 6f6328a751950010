/** Whether the runs of two heads are one and the same: provider, endpoint, account and terms. */
import { usageError } from '../contract/errors.js';
import type { SourceNote } from '../input/source-note.js';
import type { JournalHead, ProviderNote } from './format.js';

/** One head for two runs: every source, and every part of them; a run without a part had all. */
export function joinHeads(first: JournalHead, next: JournalHead, path: string): JournalHead {
  assertAgree(first, next, path);
  const { shard, joins = [], ...rest } = first;
  const others = [...joins, next.id, ...(next.joins ?? [])].filter((id) => id !== first.id);
  const shards = new Set([...(shard?.split(',') ?? []), ...(next.shard?.split(',') ?? [])]);
  const isWhole = shard === undefined || next.shard === undefined;
  const early = Date.parse(next.started_at) < Date.parse(first.started_at);
  return {
    ...rest,
    started_at: early ? next.started_at : first.started_at,
    providers: distinct([...first.providers, ...next.providers], (note) => note),
    sources: distinct([...first.sources, ...next.sources], identityOf),
    ...(others.length > 0 && { joins: [...new Set(others)] }),
    ...(isWhole ? {} : { shard: [...shards].join(',') }),
  };
}

/** A file is the same by its path and content, wherever its bytes lie. */
function identityOf(source: SourceNote): unknown {
  if (source.kind !== 'file' || source.sha256 === undefined) return source;
  return [source.path, source.sha256];
}

function distinct<T>(items: readonly T[], identity: (item: T) => unknown): readonly T[] {
  return [...new Map(items.map((item) => [JSON.stringify(identity(item)), item])).values()];
}

export type Binding = Pick<JournalHead, 'providers' | 'terms'>;

/**
 * Refuses to continue a journal at another endpoint, with another account, or with other terms: it
 * would revoke what the first run left active. A provider that was added is no difference.
 */
export function assertSame(before: Binding, now: Binding, path: string): void {
  const providers = now.providers.map(({ provider }) => provider);
  const lost = before.providers.find(({ provider }) => !providers.includes(provider));
  if (lost) throw other(path, 'provider', [lost.provider, providers.join(', ')]);
  assertAgree(before, now, path);
}

/** Two runs of a list may have had other providers: what both had must be the same. */
function assertAgree(before: Binding, now: Binding, path: string): void {
  for (const { provider } of before.providers) {
    const [a = [], b = []] = [before, now].map(({ providers }) =>
      providers.filter((note) => note.provider === provider),
    );
    if (b.length > 0) assertSameAccounts(a, b, path);
  }
  assertSameTerms(before.terms, now.terms, path);
}

function assertSameAccounts(
  before: readonly ProviderNote[],
  now: readonly ProviderNote[],
  path: string,
): void {
  for (const note of before) {
    if (now.some((other) => isEqual(factsOf(note), factsOf(other)))) continue;
    const [a, b] = [factsOf(note), factsOf(now[0])];
    const names = [...Object.keys(a), ...Object.keys(b)];
    const name = names.find((each) => !isEqual(a[each], b[each])) ?? 'account';
    throw other(path, name.replaceAll('_', ' '), [a[name], b[name]]);
  }
  const added = now.find((note) => !before.some((each) => isEqual(factsOf(each), factsOf(note))));
  if (added) throw other(path, 'account', [factsOf(before[0]), factsOf(added)]);
}

function factsOf(note: ProviderNote | undefined): Readonly<Record<string, unknown>> {
  return { endpoint: note?.endpoint, ...note?.scope };
}

/** Not the order of the names counts, but what they say. */
function isEqual(a: unknown, b: unknown): boolean {
  return canonical(a) === canonical(b);
}

function canonical(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return JSON.stringify(value);
  }
  return JSON.stringify(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function assertSameTerms(before: Binding['terms'], now: Binding['terms'], path: string): void {
  for (const name of new Set([...Object.keys(before), ...Object.keys(now)])) {
    const [a, b] = [before[name], now[name]];
    if (isEqual(a, b)) continue;
    const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    const began =
      a === undefined ? `without ${flag}` : `with ${flag}${a === true ? '' : ` ${show(a)}`}`;
    throw usageError(
      `the journal ${path} was begun ${began}`,
      `leave ${flag} out: a resume keeps what the first run was given`,
      'other_terms',
    );
  }
}

function other(path: string, what: string, [before, now]: readonly [unknown, unknown]) {
  return usageError(
    `the journal ${path} is for another ${what}: ${show(before)}, not ${show(now)}`,
    'resume with the options and credentials of the first run',
    'other_journal',
  );
}

function show(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'none');
}
