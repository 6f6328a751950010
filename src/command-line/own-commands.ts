/** The commands of the program itself, beside those of the providers. */
import type { OptionSpec, Example } from '../contract/provider.js';
import type { Values } from './operand-values.js';
import { SHELLS } from './completion/shells.js';
import { FORMATS, PROFILE } from './options.js';

export type OwnCommand =
  'status' | 'log' | 'report' | 'providers' | 'sandbox' | 'completion' | 'config';

/** One of them as it was typed. */
export interface OwnArguments {
  readonly name: OwnCommand;
  readonly words: readonly string[];
  readonly values: Readonly<Record<string, unknown>>;
}

export const OWN_COMMANDS: readonly {
  readonly name: OwnCommand;
  readonly operands: string;
  /** What the operands stand for, for completion. */
  readonly values: Values;
  readonly summary: string;
  readonly options: readonly OptionSpec[];
  readonly examples: readonly Example[];
}[] = [
  {
    name: 'log',
    operands: '[run...]',
    values: { kind: 'choices', choices: ['verify', 'prune'] },
    summary: 'show what was revoked, when and by whom; check the record; prune it',
    options: [
      { flags: '--since <time>', help: 'from then on: an age (30d, 12h) or an RFC 3339 time' },
      { flags: '--until <time>', help: 'before then' },
      { flags: '--provider <id>', help: 'of this provider' },
      {
        flags: '--status <status,...>',
        help: 'with a target of this status: alive,unknown,failed',
      },
      { flags: '--unfinished', help: 'runs without an end' },
      { flags: '--expect <hash>', help: 'verify: compare with a hash that was kept elsewhere' },
      { flags: '--older-than <age>', help: 'prune: delete finished runs that began before then' },
      { flags: '-f, --force', help: 'prune: do not ask' },
      ...FORMATS,
    ],
    examples: [
      { command: 'revoke log --since 30d', why: 'what was revoked in the last 30 days' },
      { command: 'revoke log --unfinished', why: 'runs that did not finish, and how to continue' },
      { command: 'revoke log verify', why: 'check that no journal was changed' },
    ],
  },
  {
    name: 'report',
    operands: '[run...]',
    values: { kind: 'any' },
    summary: 'write the record as a page for people: HTML or Markdown',
    options: [
      { flags: '--html <file>', help: 'write a page for a browser', value: 'file' },
      { flags: '--markdown <file>', help: 'write Markdown', value: 'file' },
      {
        flags: '--since <time>',
        help: 'runs begun from then on: an age (30d, 12h) or an RFC 3339 time',
      },
      { flags: '--until <time>', help: 'runs begun before then' },
    ],
    examples: [
      { command: 'revoke report --html report.html', why: 'all runs, as a page' },
      {
        command: 'revoke report --since 30d --markdown report.md',
        why: 'those of the last 30 days, as Markdown',
      },
    ],
  },
  {
    name: 'status',
    operands: '',
    values: { kind: 'any' },
    summary: 'show which login each provider would use, and whether it works',
    options: [
      { flags: '--check', help: 'try each login with requests that change nothing' },
      ...FORMATS,
      PROFILE,
    ],
    examples: [
      { command: 'revoke status', why: 'show the logins and where they come from' },
      { command: 'revoke status --check --json', why: 'try them, for a script' },
    ],
  },
  {
    name: 'providers',
    operands: '',
    values: { kind: 'any' },
    summary: 'list the providers and what each can do',
    options: FORMATS,
    examples: [
      { command: 'revoke providers', why: 'list the providers' },
      { command: 'revoke providers --json', why: 'list them in full, for a script' },
    ],
  },
  {
    name: 'sandbox',
    operands: '[command...]',
    values: { kind: 'commands' },
    summary: 'start emulators of the providers on this machine, to try and to test',
    options: [],
    examples: [
      {
        command: 'revoke sandbox',
        why: 'print the environment that makes revoke use the emulators',
      },
      { command: 'revoke sandbox -- revoke workspace list', why: 'run one command in the sandbox' },
    ],
  },
  {
    name: 'completion',
    operands: '[shell]',
    values: { kind: 'choices', choices: SHELLS },
    summary: 'print a completion script for bash, zsh, fish or powershell',
    options: [],
    examples: [
      { command: 'eval "$(revoke completion bash)"', why: 'load it in this bash' },
      {
        command: 'revoke completion zsh > _revoke',
        why: 'for zsh: write it to a folder of fpath',
      },
      {
        command: 'revoke completion fish > revoke.fish',
        why: 'for fish: write it to the completions folder',
      },
      {
        command: 'revoke completion powershell > revoke.ps1',
        why: 'for PowerShell: write a file that the profile runs',
      },
    ],
  },
  {
    name: 'config',
    operands: '[show]',
    values: { kind: 'choices', choices: ['show'] },
    summary: 'show where each value of the configuration comes from',
    options: [...FORMATS, PROFILE],
    examples: [
      { command: 'revoke config show', why: 'list every setting, its value and its source' },
      { command: 'revoke config show --json', why: 'list them for a script' },
    ],
  },
];

/** Words after `revoke` that no provider can have for its id. */
export const OWN_WORDS: readonly string[] = [
  ...OWN_COMMANDS.map(({ name }) => name),
  'help',
  'version',
];
