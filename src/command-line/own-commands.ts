/** The commands of the program itself, beside those of the providers. */
import type { OptionSpec, Example } from '../contract/provider.js';
import type { Values } from './operand-values.js';
import { SHELLS } from './completion/shells.js';
import { FORMATS, PROFILE } from './options.js';

export type OwnCommand = 'providers' | 'sandbox' | 'completion' | 'config';

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
    name: 'providers',
    operands: '',
    values: { kind: 'any' },
    summary: 'show which providers there are and what each can do',
    options: FORMATS,
    examples: [
      { command: 'revoke providers', why: 'what can be revoked here' },
      { command: 'revoke providers --json', why: 'the same for a script, with more of it' },
    ],
  },
  {
    name: 'sandbox',
    operands: '[command...]',
    values: { kind: 'commands' },
    summary: 'start emulators of the providers on loopback, to try and to test',
    options: [],
    examples: [
      { command: 'revoke sandbox', why: 'print the environment that points revoke at them' },
      { command: 'revoke sandbox -- revoke workspace list', why: 'run one command against them' },
    ],
  },
  {
    name: 'completion',
    operands: '[shell]',
    values: { kind: 'choices', choices: SHELLS },
    summary: 'print a completion script for bash, zsh, fish or powershell',
    options: [],
    examples: [
      { command: 'eval "$(revoke completion bash)"', why: 'for this bash, at once' },
      {
        command: 'revoke completion zsh > _revoke',
        why: 'for zsh: a file in a folder of its fpath',
      },
      {
        command: 'revoke completion fish > revoke.fish',
        why: 'for fish: a file among its completions',
      },
      {
        command: 'revoke completion powershell > revoke.ps1',
        why: 'for PowerShell: a file that the profile runs',
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
      { command: 'revoke config show', why: 'every setting, its value and its source' },
      { command: 'revoke config show --json', why: 'the same for a script' },
    ],
  },
];

/** Words after `revoke` that no provider can have for its id. */
export const OWN_WORDS: readonly string[] = [
  ...OWN_COMMANDS.map(({ name }) => name),
  'help',
  'version',
];
