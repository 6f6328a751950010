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
