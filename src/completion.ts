/** `revoke completion <shell>`: prints a script; the command tree is all that it reads. */
import { treeData, type CommandNode } from './completion/tree-data.js';
import { SHELLS, type Shell } from './completion/shells.js';
import { usage } from './errors.js';
import type { Provider } from './provider.js';
import { shown } from './text.js';
import type { World } from './world.js';

/** @param words the operands: one of SHELLS, alone. Throws a usage fault that names them. */
export async function printCompletion(
  world: World,
  providers: readonly Provider[],
  words: readonly string[],
): Promise<number> {
  const shell = SHELLS.find((name) => name === words[0]);
  if (shell === undefined || words.length !== 1) {
    const [word] = words;
    throw usage(
      word === undefined
        ? 'no shell was named'
        : shell === undefined
          ? `there is no completion for ${shown(word)}`
          : 'one shell at a time',
      `one of ${SHELLS.join(', ')}: revoke completion bash`,
    );
  }
  await world.stdout.write(await scriptFor(shell, treeData(providers)));
  return 0;
}

/** The script of one shell, for any command tree. */
export async function scriptFor(shell: Shell, root: CommandNode): Promise<string> {
  switch (shell) {
    case 'bash':
      return (await import('./completion/bash.js')).bashScript(root);
    case 'zsh':
      return (await import('./completion/zsh.js')).zshScript(root);
    case 'fish':
      return (await import('./completion/fish.js')).fishScript(root);
    case 'powershell':
      return (await import('./completion/powershell.js')).powershellScript(root);
  }
}
