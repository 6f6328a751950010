/** The options that commands share, as data, and how their values are read. */
import type { OptionSpec, Provider } from '../contract/provider.js';

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
      value: 'file',
      help: 'read targets from a file, or from stdin with -',
      repeatable: true,
    },
    {
      flags: '--strict',
      help: 'end at the first bad line of a pipe, instead of reporting it as failed',
    },
    {
      flags: '--allow-shape <type>',
      help: 'take targets that look like a token of this type of another provider',
      repeatable: true,
    },
    { flags: '--shard <i/n>', help: 'take only the i-th of n parts of the targets' },
  ],
};

/** In which form results are written: all that a command needs which sends nothing. */
export const FORMATS: readonly OptionSpec[] = [
  { flags: '--format <format>', help: 'text, json or pretty-json' },
  { flags: '--json', help: 'short for --format json: one object a line' },
  { flags: '--pretty-json', help: 'short for --format pretty-json' },
];

export const OUTPUT: OptionGroup = {
  title: 'Output:',
  options: [
    ...FORMATS,
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
    { flags: '--no-verify', help: 'leave out the checks that are made without --verify too' },
    { flags: '--verify-timeout <s>', help: 'seconds to wait for the death (default: 30)' },
    {
      flags: '--ignore-not-found',
      help: 'a target that the provider does not know does not count as a failure',
    },
    { flags: '--journal <file>', value: 'file', help: 'record every step in a new file' },
    { flags: '--no-journal', help: 'keep no journal of this run' },
    { flags: '--resume <file>', value: 'file', help: 'go on where that journal ends' },
    { flags: '--fail-fast', help: 'stop at the first failure' },
    { flags: '--max-failures <n>', help: 'stop after this many failures' },
  ],
};

export const PROFILE: OptionSpec = {
  flags: '--profile <name>',
  help: 'use this profile of the config file',
};

export const NETWORK: OptionGroup = {
  title: 'Network:',
  options: [
    { flags: '--timeout <s>', help: 'seconds for one request (default: 10)' },
    { flags: '--retries <n>', help: 'tries after the first (default: 5)' },
    { flags: '--endpoint <url>', help: 'another base URL' },
    { flags: '--ca-file <pem>', value: 'file', help: 'trust these authorities too' },
    PROFILE,
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
