/** The words that every help page is asked for by: the program's own, the commands' and the providers'. */
import { registry } from '../../providers/index.js';
import { OWN_COMMANDS } from '../../src/command-line/own-commands.js';
import { loadAllBuiltIn } from '../../src/registry/registry.js';

export async function helpPages(): Promise<readonly (readonly string[])[]> {
  const providers = (await loadAllBuiltIn(registry)).map(({ provider }) => provider);
  return [
    [],
    ...OWN_COMMANDS.map(({ name }) => [name]),
    ...providers.flatMap(({ id, actions }) => [
      [id],
      ...Object.keys(actions ?? {}).map((action) => [id, action]),
    ]),
  ];
}
