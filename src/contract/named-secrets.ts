/** Secrets that options name without holding them: --token-file and --token-env. */
import { usageError } from './errors.js';
import type { Context, Options } from './provider.js';

export interface NamedSecret {
  readonly text: string;
  /** The file or the variable that it stands in. */
  readonly from: string;
}

export interface NamedSecrets {
  /** The text of each file of --token-file. */
  readonly files: readonly NamedSecret[];
  /** The value of each variable of --token-env, without white space around it. */
  readonly variables: readonly NamedSecret[];
}

/** Throws a usage error that shows none of them. */
export async function readNamedSecrets(context: Context, options: Options): Promise<NamedSecrets> {
  const files = await Promise.all(
    options
      .list('tokenFile')
      .map(async (from) => ({ text: await context.files.readSecret(from), from })),
  );
  const variables = options.list('tokenEnv').map((name) => {
    const value = context.env(name)?.trim();
    if (value) return { text: value, from: name };
    throw usageError(
      `--token-env: ${inWords(name)} is not set (or is empty)`,
      'export the variable first, and give its name, not its value',
    );
  });
  return { files, variables };
}

/** The name is shown only where it can hardly be a token that was given in its place. */
function inWords(name: string): string {
  return /^[A-Z][A-Z_]{0,40}$/.test(name) ? name : 'the variable';
}
