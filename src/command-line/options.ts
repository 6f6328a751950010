/** The options that commands share, as data, and how their values are read. */
import { usageError } from '../contract/errors.js';
import type { OptionSpec, Options, Provider } from '../contract/provider.js';
import type { Shard } from '../input/target-source.js';
import { quoteUnlessSecret } from '../contract/text.js';

export interface OptionGroup {
  readonly title: string;
  readonly options: readonly OptionSpec[];
}

const CONFIRM: OptionGroup = {
  title: 'Consent:',
  options: [
    { flags: '-f, --force', help: 'do not ask (needed with JSON, and where there is no terminal)' },
    {
      flags: '-n, --dry-run',
      help: 'show what would be revoked; send nothing that changes anything',
    },
    { flags: '--max <n>', help: 'refuse to start with more targets than this' },
  ],
};

const INPUT: OptionGroup = {
  title: 'More targets:',
  options: [
    {
      flags: '--from <file>',
      help: 'read targets from a file, or from stdin with -',
      repeatable: true,
    },
    {
      flags: '--strict',
      help: 'end at the first bad line of a pipe, instead of reporting it as failed',
    },
    { flags: '--shard <i/n>', help: 'take only the i-th of n parts of the targets' },
  ],
};

export const OUTPUT: OptionGroup = {
  title: 'Output:',
  options: [
    { flags: '--format <format>', help: 'text, json or pretty-json' },
    { flags: '--json', help: 'short for --format json: one object a line' },
    { flags: '--pretty-json', help: 'short for --format pretty-json' },
    {
      flags: '-v, --verbose',
      help: 'tell on stderr what is sent and answered; secrets are masked',
    },
  ],
};

const PROGRESS: OptionSpec = { flags: '--quiet', help: 'no progress and no summary on stderr' };

const PROOF: OptionGroup = {
  title: 'Proof and record:',
  options: [
    { flags: '--verify', help: 'look before, and after until it is seen dead' },
    { flags: '--verify-timeout <s>', help: 'seconds to wait for the death (default: 30)' },
    {
      flags: '--ignore-not-found',
      help: 'a target that the provider does not know counts as already revoked',
    },
    { flags: '--journal <file>', help: 'record every step in a new file' },
    { flags: '--no-journal', help: 'keep no record (several targets have one otherwise)' },
    { flags: '--resume <file>', help: 'go on where that journal ends' },
    { flags: '--fail-fast', help: 'stop at the first failure' },
    { flags: '--max-failures <n>', help: 'stop after this many failures' },
  ],
};

export const NETWORK: OptionGroup = {
  title: 'Network:',
  options: [
    { flags: '--timeout <s>', help: 'seconds for one request (default: 10)' },
    { flags: '--retries <n>', help: 'tries after the first (default: 5)' },
    { flags: '--endpoint <url>', help: 'another base URL' },
    { flags: '--ca-file <pem>', help: 'trust these authorities too' },
    { flags: '--profile <name>', help: 'use this profile of the config file' },
  ],
};

const PACE: readonly OptionSpec[] = [
  { flags: '--concurrency <n>', help: 'requests in flight' },
  { flags: '--rate <n>', help: 'requests a second, at most' },
];

/** The groups of options that a revoking command has, the provider's own first. */
export function revokingGroups(provider: Provider): readonly OptionGroup[] {
  const { kinds, noun } = provider.target;
  const as: OptionSpec = {
    flags: '--as <kind>',
    help: `read bare lines as ${kinds.map(({ name }) => name).join(', ')}`,
    choices: kinds.map(({ name }) => name),
  };
  return [
    { title: `What to revoke (${noun}) and as whom:`, options: provider.options },
    CONFIRM,
    { ...INPUT, options: kinds.length > 1 ? [...INPUT.options, as] : INPUT.options },
    { ...OUTPUT, options: [...OUTPUT.options, PROGRESS] },
    PROOF,
    { ...NETWORK, options: [...NETWORK.options, ...PACE] },
  ];
}

/** @param values what commander parsed, by camelCase long name */
export function optionsOf(values: Readonly<Record<string, unknown>>): Options {
  return {
    text(name) {
      const value = values[name];
      return typeof value === 'string' ? value : undefined;
    },
    list(name) {
      const value = values[name];
      return Array.isArray(value) ? (value as string[]) : typeof value === 'string' ? [value] : [];
    },
    flag: (name) => values[name] === true,
  };
}

export type Format = 'text' | 'json' | 'pretty-json';

/** @param others further words for text (`table`) */
export function formatOf(options: Options, others: readonly string[] = []): Format {
  const asked = new Set<string>();
  const named = options.text('format');
  if (named !== undefined) asked.add(others.includes(named) ? 'text' : named);
  if (options.flag('json')) asked.add('json');
  if (options.flag('prettyJson')) asked.add('pretty-json');
  const [format = 'text', another] = asked;
  if (another !== undefined) {
    throw usageError(
      `two formats were asked for: ${format} and ${another}`,
      'give one of --format, --json and --pretty-json',
    );
  }
  if (format !== 'text' && format !== 'json' && format !== 'pretty-json') {
    const known = ['text', ...others, 'json', 'pretty-json'].join(', ');
    throw usageError(`--format takes no ${quoteUnlessSecret(format)}`, `one of ${known}`);
  }
  return format;
}

/** A whole number of at least `least`. */
export function count(
  options: Options,
  name: string,
  flag: string,
  least: number,
): number | undefined {
  const text = options.text(name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d{1,15}$/.test(text) && value >= least) return value;
  throw usageError(
    `${flag} takes a whole number of at least ${least}, not ${quoteUnlessSecret(text)}`,
    `${flag} ${Math.max(least, 10)}`,
  );
}

/** A positive number, fractions too: seconds, or requests a second. */
export function amount(options: Options, name: string, flag: string): number | undefined {
  const text = options.text(name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d{1,9}(\.\d+)?$/.test(text) && value > 0) return value;
  throw usageError(`${flag} takes a number above 0, not ${quoteUnlessSecret(text)}`, `${flag} 10`);
}

/** `i/n`, i from 1 to n. */
export function shardFrom(text: string | undefined): Shard | undefined {
  if (text === undefined) return undefined;
  const match = /^(\d{1,6})\/(\d{1,6})$/.exec(text);
  const index = Number(match?.[1]);
  const of = Number(match?.[2]);
  if (match && index >= 1 && index <= of) return { index: index - 1, count: of };
  throw usageError(
    `--shard takes i/n with i from 1 to n, not ${quoteUnlessSecret(text)}`,
    '--shard 1/4',
  );
}

/** The parts that a journal names, with a comma between them. */
export function shardsFrom(text: string | undefined): readonly Shard[] {
  return (text?.split(',') ?? []).flatMap((part) => shardFrom(part) ?? []);
}
