/** The tokens that the person's own tools use: whoever revokes one of them should know. */
import { fingerprintOf, isCode, type Context } from '../contract/index.js';
import type { TokenProviderSpec } from './types.js';

/** By fingerprint: the name of the variable, or the file. */
export async function ownCredentials(
  specs: readonly TokenProviderSpec[],
  context: Context,
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const { ownCredentials: own } of specs) {
    for (const name of own?.env ?? []) {
      const value = context.env(name)?.trim();
      if (value !== undefined && value !== '') found.set(fingerprintOf(value), name);
    }
    for (const file of own?.files ?? []) {
      const text = (await readable(context, `${context.home}/${file}`))?.trim();
      if (text) found.set(fingerprintOf(text), `~/${file}`);
    }
  }
  return found;
}

async function readable(context: Context, path: string): Promise<string | undefined> {
  try {
    return await context.files.read(path);
  } catch (error) {
    // A file that cannot be read is no credential of this person.
    if (isCode(error, 'EACCES', 'EISDIR', 'ENOTDIR', 'ELOOP')) return undefined;
    throw error;
  }
}
