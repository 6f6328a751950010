/** What the help of the whole program shows of each provider, without loading them. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProviderName } from '../command-line/command-tree.js';
import { configPath } from '../context/config-file.js';
import type { Provider } from '../contract/provider.js';
import type { World } from '../runtime/world.js';
import { loadAllBuiltIn, type Registry } from './registry.js';
import { withPlugins } from './select.js';

/** The file of the built-in providers' names, which the build writes beside the program. */
export const NAMES_FILE = 'providers.json';

export async function providerNames(
  world: World,
  registry: Registry,
): Promise<readonly ProviderName[]> {
  const file = join(world.folder, NAMES_FILE);
  if (!mayHavePlugins(world) && existsSync(file))
    return JSON.parse(readFileSync(file, 'utf8')) as readonly ProviderName[];
  const all = await withPlugins(world, await loadAllBuiltIn(registry));
  return all.map(({ provider }) => nameOf(provider));
}

export function nameOf({ id, summary, target }: Provider): ProviderName {
  return { id, summary, argument: target.argument };
}

/** Whether something names providers of other packages, or might. */
export function mayHavePlugins(world: Pick<World, 'env' | 'home'>): boolean {
  return Boolean(world.env['REVOKE_PROVIDERS']) || existsSync(configPath(world));
}
