/** `revoke providers`: what is installed, what each can do, and where it came from. */
import { createOutput } from '../output/output.js';
import { optionsOf } from '../context/option-values.js';
import { formatOf } from '../output/format.js';
import { loadPlugins } from '../registry/plugins.js';
import { loadAllBuiltIn, type Loaded, type Registry } from '../registry/registry.js';
import type { World } from '../runtime/world.js';

export async function showProviders(
  world: World,
  registry: Registry,
  values: Readonly<Record<string, unknown>>,
): Promise<number> {
  const format = formatOf(optionsOf(values), ['table']);
  const output = createOutput(world, { format, verbose: false, redactor: world.redactor });
  const builtIn = await loadAllBuiltIn(registry);
  const plugins = await loadPlugins(
    world,
    builtIn.map(({ provider }) => provider.id),
  );
  const all = [...builtIn, ...plugins.loaded];
  for (const { name, reason } of plugins.broken)
    output.log.warn(`${name} was not loaded: ${reason}`);
  await output.report({
    json: { providers: all.map(factsOf) },
    text: [
      {
        head: ['Provider', 'Takes', 'At once', 'Verify', 'Commands', 'From'],
        rows: all.map(({ provider, from }) => [
          provider.id,
          provider.target.noun,
          String(provider.limits.batch),
          provider.verifyHelp ? 'yes' : 'no',
          Object.keys(provider.actions ?? {}).join(', ') || '-',
          from,
        ]),
      },
      'For more: revoke <provider> --help',
    ],
  });
  return plugins.broken.length > 0 ? 1 : 0;
}

function factsOf({ provider, from }: Loaded) {
  const { id, summary, target, limits, verifyHelp, actions, settings } = provider;
  return {
    id,
    summary,
    target: target.noun,
    target_is_secret: target.secret ?? false,
    kinds: target.kinds.map(({ name }) => name),
    batch: limits.batch,
    concurrency: limits.concurrency,
    verify: verifyHelp ?? null,
    commands: Object.keys(actions ?? {}),
    environment: settings.map(({ env }) => env),
    from,
  };
}
