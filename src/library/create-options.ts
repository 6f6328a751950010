/** What a program hands to createRevoke: what there is, and what is refused. */
import { usageError } from '../contract/errors.js';
import { kebab } from '../context/option-values.js';
import { optionsOf } from '../context/option-values.js';
import type { Options, Provider } from '../contract/provider.js';

export interface CreateRevokeOptions {
  readonly provider: Provider;
  /** The provider's settings by their names: `{ api_key: '…' }`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** The provider's own options, and `endpoint`, by their long names in camelCase. */
  readonly options?: Readonly<Record<string, string | readonly string[] | boolean>>;
  /** An environment to look settings up in as well; nothing is read from the process. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** The absolute path of a home folder whose config file and stored logins may be used; none without it. */
  readonly home?: string;
  /** Ends every run once aborted. */
  readonly signal?: AbortSignal;
  /** Requests in flight; the provider's default without it. */
  readonly concurrency?: number;
  /** Requests a second; no limit without it. */
  readonly rate?: number;
  /** Milliseconds for one request; 10 000 without it. */
  readonly timeoutMs?: number;
  /** Tries after the first; 5 without it. */
  readonly retries?: number;
  /** PEM certificates to trust beside the system's. */
  readonly ca?: string;
  /** Look before, and after until each target is seen inactive or the time (30 000 ms) is up. */
  readonly verify?: boolean | { readonly timeoutMs: number };
  /**
   * The path of the journal that is kept: a new file, or an empty one. Each run adds a part, one run
   * at a time; one that ends early, by its signal or its reader, has no end in it. None without it.
   */
  readonly journal?: string;
  readonly onWarning?: (text: string) => void;
  /** What `--verbose` shows: each request and its answer, secrets masked. */
  readonly onDetail?: (text: string) => void;
}

type NumberCheck = readonly [
  name: string,
  value: number | undefined,
  isValid: (value: number) => boolean,
];

const isCount = (value: number) => Number.isSafeInteger(value) && value > 0;
const isAmount = (value: number) => Number.isFinite(value) && value > 0;

/** Throws a usage error for numbers that the engine could not work by. */
export function assertNumbers(given: CreateRevokeOptions) {
  const { concurrency, rate, timeoutMs, retries, verify } = given;
  const verifyMs = typeof verify === 'object' ? verify.timeoutMs : undefined;
  assertEach([
    ['concurrency', concurrency, isCount],
    ['rate', rate, isAmount],
    ['timeoutMs', timeoutMs, isAmount],
    ['retries', retries, (value) => value === 0 || isCount(value)],
    ['verify.timeoutMs', verifyMs, isAmount],
  ]);
}

/** Throws a usage error for a number of failures after which no run could begin, or none would stop. */
export function assertMaxFailures(maxFailures: number | undefined) {
  assertEach([['maxFailures', maxFailures, isCount]]);
}

function assertEach(checks: readonly NumberCheck[]) {
  for (const [name, value, isValid] of checks) {
    if (value === undefined || (typeof value === 'number' && isValid(value))) continue;
    throw usageError(
      `invalid ${name}: ${String(value)}`,
      'give a whole or positive number, or leave it out',
    );
  }
}

/** The options by their names in camelCase; one that the provider lacks is a usage error. */
export function readOptions({ provider, options = {}, verify }: CreateRevokeOptions): Options {
  const known = new Set(['endpoint', 'profile']);
  for (const { flags } of provider.options) {
    const long = /--([a-z][a-z0-9-]*)/.exec(flags)?.[1];
    if (long !== undefined)
      known.add(long.replace(/-([a-z0-9])/g, (_all, letter: string) => letter.toUpperCase()));
  }
  for (const name of Object.keys(options)) {
    if (known.has(name)) continue;
    const names = [...known].map((each) => `${each} (--${kebab(each)})`).join(', ');
    throw usageError(`${provider.id} has no option ${name}`, `it has ${names}`);
  }
  return optionsOf({ ...options, ...(verify && { verify: true }) });
}
