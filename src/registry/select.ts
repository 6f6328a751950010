/** Which providers a command line needs. */
import { OWN_WORDS } from '../command-line/own-commands.js';
import { loadAllBuiltIn, loadBuiltIn, type Loaded, type Registry } from './registry.js';
import { escapeControls } from '../contract/text.js';
import type { World } from '../runtime/world.js';

const HELP_WORDS = new Set(['help', '-h', '--help', undefined]);
/** Words that need no provider: `help` shows them all. */
const NEEDS_NONE = new Set([...OWN_WORDS.filter((word) => word !== 'help'), '-V', '--version']);

/** One provider where one is named; all of them only where they are to be shown. */
export async function providersFor(world: World, registry: Registry): Promise<readonly Loaded[]> {
  const [word] = world.argv;
  if (word !== undefined && NEEDS_NONE.has(word)) return [];
  const named = word === undefined ? undefined : await loadBuiltIn(registry, word);
  if (named) return [named];
  const builtIn = await loadAllBuiltIn(registry);
  if (!HELP_WORDS.has(word) && word?.startsWith('-')) return builtIn;
  return withPlugins(world, builtIn);
}

/** The built-in providers and those of other packages; what cannot be loaded is reported. */
export async function withPlugins(
  world: World,
  builtIn: readonly Loaded[],
): Promise<readonly Loaded[]> {
  const { loadPlugins } = await import('./plugins.js');
  const plugins = await loadPlugins(
    world,
    builtIn.map(({ provider }) => provider.id),
  );
  for (const { name, reason } of plugins.broken) {
    const what =
      name === 'the config file'
        ? 'no provider that the config file names was loaded'
        : `the provider ${escapeControls(name)} was not loaded`;
    const { fitted } = await import('../output/word-wrap.js');
    const warning = `warning: ${what}: ${escapeControls(reason)}`;
    await world.stderr.write(`${fitted(world.stderr, warning)}\n`);
  }
  return [...builtIn, ...plugins.loaded];
}
