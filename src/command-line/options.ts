/** The options that commands share, as data, and how their values are read. */
import type { OptionSpec, Provider } from '../contract/provider.js';

export interface OptionGroup {
  readonly title: string;
  readonly options: readonly OptionSpec[];
}

const CONFIRM: OptionGroup = {
  title: 'Confirmation:',
  options: [
    {
      flags: '-f, --force',
      help: 'do not ask (required with JSON and where there is no terminal)',
    },
    {
      flags: '-n, --dry-run',
      help: 'show what would be revoked, and change nothing',
    },
    { flags: '--max <n>', help: 'refuse to start with more than <n> targets' },
  ],
};

const INPUT: OptionGroup = {
  title: 'Input:',
  options: [
    {
      flags: '--from <file>',
      value: 'file',
      help: 'read targets from a file, or from stdin with -',
      repeatable: true,
    },
    {
      flags: '--strict',
      help: 'stop at the first bad line of a pipe instead of reporting it as failed',
    },
    {
      flags: '--allow-shape <type>',
      help: "accept targets that look like this type of another provider's token",
      repeatable: true,
    },
    { flags: '--shard <i/n>', help: 'revoke only the i-th of n parts of the targets' },
    {
      flags: '--input <form>',
      help: 'the form of the lists, where it is not recognised',
      choices: ['auto', 'lines', 'json', 'csv', 'report'],
    },
    { flags: '--column <name|number>', help: 'the column of a table with the targets' },
  ],
};

/** Of commands that read scanners' reports. */
const REPORTS: readonly OptionSpec[] = [
  {
    flags: '--include-resolved',
    help: 'use the rows that a report marks as resolved, suppressed or absent, too',
  },
  {
    flags: '--ignore-unknown',
    help: 'tokens in a report that no provider here knows do not count as a failure',
  },
];

/** In which form results are written: all that a command needs which sends nothing. */
export const FORMATS: readonly OptionSpec[] = [
  { flags: '--format <format>', help: 'text, json or pretty-json (default: text)' },
  { flags: '--json', help: 'short for --format json: one object a line' },
  { flags: '--pretty-json', help: 'short for --format pretty-json' },
];

export const OUTPUT: OptionGroup = {
  title: 'Output:',
  options: [
    ...FORMATS,
    {
      flags: '-v, --verbose',
      help: 'log requests and responses to stderr (secrets masked)',
    },
  ],
};

const PROGRESS: OptionSpec = { flags: '--quiet', help: 'show no progress and no summary' };

const PROOF: OptionGroup = {
  title: 'Verification and journal:',
  options: [
    {
      flags: '--verify',
      help: 'check each target before and after, and wait until it is inactive',
    },
    { flags: '--no-verify', help: 'do not check, also where that is the default' },
    { flags: '--verify-timeout <s>', help: 'how long --verify waits, in seconds (default: 30)' },
    {
      flags: '--ignore-not-found',
      help: 'do not count a target that the provider does not know as a failure',
    },
    { flags: '--journal <file>', value: 'file', help: 'write the journal to a new file' },
    { flags: '--no-journal', help: 'write no journal of this run' },
    {
      flags: '--resume <run>',
      value: 'file',
      help: 'continue a run, given by its journal or its short id (revoke log)',
    },
    { flags: '--fail-fast', help: 'stop at the first failure' },
    { flags: '--max-failures <n>', help: 'stop after this many failures' },
  ],
};

export const PROFILE: OptionSpec = {
  flags: '--profile <name>',
  help: 'use this profile of the config file (REVOKE_PROFILE)',
};

export const NETWORK: OptionGroup = {
  title: 'Network:',
  options: [
    { flags: '--timeout <s>', help: 'time limit of one request, in seconds (default: 10)' },
    { flags: '--retries <n>', help: 'how often a failed request is repeated (default: 5)' },
    { flags: '--endpoint <url>', help: 'use another base URL' },
    { flags: '--ca-file <pem>', value: 'file', help: 'trust these certificate authorities too' },
    PROFILE,
  ],
};

const RATE: OptionSpec = {
  flags: '--rate <n>',
  help: 'send at most <n> requests a second (default: no limit)',
};

const concurrencyOf = ({ limits }: Provider): OptionSpec => ({
  flags: '--concurrency <n>',
  help: `have at most <n> requests in flight (default: ${limits.concurrency})`,
});

/** The groups of options that a revoking command has, the provider's own first. */
export function revokingGroups(provider: Provider): readonly OptionGroup[] {
  const { kinds, findTokens } = provider.target;
  const as: OptionSpec = {
    flags: '--as <kind>',
    help: 'what plain lines are',
    choices: kinds.map(({ name }) => name),
  };
  return [
    { title: 'Target and account:', options: provider.options },
    CONFIRM,
    {
      ...INPUT,
      options: [
        ...INPUT.options,
        ...(findTokens ? REPORTS : []),
        ...(kinds.length > 1 ? [as] : []),
      ],
    },
    { ...OUTPUT, options: [...OUTPUT.options, PROGRESS] },
    PROOF,
    { ...NETWORK, options: [...NETWORK.options, concurrencyOf(provider), RATE] },
  ];
}
