/** Options that take the name of a file or profile, and were given a credential. */
import type { Command } from 'commander';
import { isSecretName } from '../contract/secret-name.js';
import { usageError } from '../contract/errors.js';
import { PROFILE } from './options.js';
import type { OptionSpec } from '../contract/provider.js';

/** Throws a usage error, which does not repeat it, for a credential that stands where a name belongs. */
export function refuseSecretValues(command: Command): void {
  for (const option of command.options) {
    const { spec } = option as { readonly spec?: OptionSpec };
    if (spec?.value !== 'file' && spec?.flags !== PROFILE.flags) continue;
    const value = command.getOptionValue(option.attributeName()) as unknown;
    if (![value].flat().some((one) => typeof one === 'string' && isSecretName(one))) continue;
    const what = spec.value === 'file' ? 'a file' : 'a profile';
    throw usageError(
      `${option.long} names ${what}, and was given what looks like a credential (not shown); it is in the shell's history now`,
      spec.value === 'file'
        ? 'a secret is given in a file or a pipe; for a file of such a name: ./<name>'
        : 'name a profile of the config file',
      'secret_in_argv',
    );
  }
}
