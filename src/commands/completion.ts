/** `revoke completion <shell>`: prints a script; the command tree is all that it reads. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SHELLS, type Shell } from '../command-line/completion/shells.js';
import { usageError } from '../contract/errors.js';
import type { Provider } from '../contract/provider.js';
import { quoteUnlessSecret } from '../contract/text.js';
import { mayHavePlugins } from '../registry/provider-names.js';
import type { World } from '../runtime/world.js';
import { scriptFor } from '../command-line/completion/scripts.js';

/** @param words the operands: one of SHELLS, alone. Throws a usage error that names them. */
export async function printCompletion(
  world: World,
  providers: () => Promise<readonly Provider[]>,
  words: readonly string[],
): Promise<number> {
  const shell = SHELLS.find((name) => name === words[0]);
  if (shell === undefined || words.length !== 1) {
    const [word] = words;
    throw usageError(
      word === undefined
        ? 'no shell is given'
        : shell === undefined
          ? `no completion for ${quoteUnlessSecret(word)}`
          : 'only one shell can be given',
      `use one of ${SHELLS.join(', ')}: revoke completion bash`,
    );
  }
  await world.stdout.write(
    (await builtScript(world, shell)) ?? (await madeScript(shell, providers)),
  );
  return 0;
}

/** The script that the build made from the same tree; undefined where other providers may be named. */
async function builtScript(world: World, shell: Shell): Promise<string | undefined> {
  if (mayHavePlugins(world)) return undefined;
  const file = join(world.folder, 'completion', shell);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

async function madeScript(
  shell: Shell,
  providers: () => Promise<readonly Provider[]>,
): Promise<string> {
  const { treeData } = await import('../command-line/command-model.js');
  return scriptFor(shell, treeData(await providers()));
}
