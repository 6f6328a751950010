import type { CommandNode } from '../command-model.js';
import type { Shell } from './shells.js';

/** The script of one shell, for any command tree. */
export async function scriptFor(shell: Shell, root: CommandNode): Promise<string> {
  switch (shell) {
    case 'bash':
      return (await import('./bash.js')).bashScript(root);
    case 'zsh':
      return (await import('./zsh.js')).zshScript(root);
    case 'fish':
      return (await import('./fish.js')).fishScript(root);
    case 'powershell':
      return (await import('./powershell.js')).powershellScript(root);
  }
}
