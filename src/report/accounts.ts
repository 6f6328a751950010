/** The targets by provider and account: all are counted, and those that need a person are kept first. */
import type { ProviderNote } from '../journal/format.js';
import type { RecordedOutcome } from '../record/last-words.js';
import { cut, type TargetRow } from './target-row.js';

export interface Account {
  readonly provider: string;
  /** Where it acts, and as what: `https://api.example, 74e4f895…`. */
  readonly name: string;
  readonly counts: ReadonlyMap<string, number>;
  readonly total: number;
  /** Those that need a person, then others; not all of them where there are many. */
  readonly rows: readonly TargetRow[];
  /** The runs that have targets of it, as `revoke log` takes them. */
  readonly runs: readonly string[];
}

/** As many targets of one account are kept. */
const MOST_ROWS = 200;
/** As many accounts are kept apart. */
const MOST_ACCOUNTS = 50;
const MOST_RUNS = 20;

export interface AccountCounter {
  readonly key: string;
  readonly provider: string;
  readonly name: string;
  count(status: string, by: 1 | -1): void;
  keep(key: string, isOpen: boolean, row: () => TargetRow): void;
  drop(key: string): void;
}

export interface Accounts {
  /** For the outcomes of one run. */
  ofRun(run: RunOfAccount): (outcome: RecordedOutcome) => AccountCounter;
  result(): readonly Account[];
}

interface RunOfAccount {
  /** As `revoke log` takes it. */
  readonly name: string;
  readonly providers: readonly ProviderNote[];
}

export function createAccounts(): Accounts {
  const accounts = new Map<string, ReturnType<typeof createAccount>>();
  const accountAt = (place: Place) => {
    const key = place.join('\0');
    const known = accounts.get(key);
    if (known) return known;
    const isFull = accounts.size >= MOST_ACCOUNTS;
    const made = isFull
      ? (accounts.get('') ?? createAccount('', ['other accounts']))
      : createAccount(key, place);
    accounts.set(made.key, made);
    return made;
  };
  return {
    ofRun({ name, providers }) {
      const notes = new Map<string, PlaceNote>();
      return (outcome) => {
        const { provider } = outcome;
        const note = notes.get(provider) ?? placeNote(provider, providers);
        if (notes.size < MOST_ACCOUNTS) notes.set(provider, note);
        const account = accountAt(placeOf(outcome, note));
        account.addRun(name);
        return account;
      };
    },
    result: () =>
      [...accounts.values()]
        .map((one) => one.result())
        .filter(({ total }) => total > 0)
        .sort((a, b) => (a.provider + a.name < b.provider + b.name ? -1 : 1)),
  };
}

/** The provider, then where it acts and as what. */
type Place = readonly [provider: string, ...values: string[]];

interface PlaceNote {
  /** The names of what a lane of this provider acts on. */
  readonly names: readonly string[];
  /** The endpoint of all its lanes, where there is one. */
  readonly endpoint: string | undefined;
}

function placeNote(provider: string, providers: readonly ProviderNote[]): PlaceNote {
  const own = providers.filter((note) => note.provider === provider);
  const endpoints = new Set(own.map(({ endpoint }) => endpoint));
  return {
    names: [...new Set(own.flatMap(({ scope }) => Object.keys(scope)))],
    endpoint: endpoints.size === 1 ? [...endpoints][0] : undefined,
  };
}

/** An outcome carries what its lane acts on, under the names that the head of its journal has. */
function placeOf(outcome: RecordedOutcome, { names, endpoint: only }: PlaceNote): Place {
  const { endpoint = only } = outcome as { readonly endpoint?: unknown };
  const values = typeof endpoint === 'string' ? [cut(endpoint) ?? ''] : [];
  for (const name of names) {
    const value: unknown = outcome[name];
    if (Array.isArray(value)) values.push(cut(value.join(' ')) ?? '');
    else if (value !== undefined) values.push(cut(String(value)) ?? '');
  }
  return [cut(outcome.provider) ?? '', ...values];
}

function createAccount(key: string, [provider, ...values]: Place) {
  const counts = new Map<string, number>();
  const open = new Map<string, TargetRow>();
  const others = new Map<string, TargetRow>();
  const runs = new Set<string>();
  const name = values.filter((value) => value !== '').join(', ');
  return {
    key,
    provider,
    name,
    count(status: string, by: 1 | -1): void {
      counts.set(status, (counts.get(status) ?? 0) + by);
    },
    keep(target: string, isOpen: boolean, row: () => TargetRow): void {
      const rows = isOpen ? open : others;
      if (rows.size < MOST_ROWS) rows.set(target, row());
    },
    drop(target: string): void {
      open.delete(target);
      others.delete(target);
    },
    addRun(run: string): void {
      if (runs.size < MOST_RUNS) runs.add(run);
    },
    result: (): Account => ({
      provider,
      name,
      counts,
      total: [...counts.values()].reduce((sum, count) => sum + count, 0),
      rows: [...open.values(), ...others.values()].slice(0, MOST_ROWS),
      runs: [...runs],
    }),
  };
}
