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
  const head = ['Provider', 'Accepts', 'Per request', 'Check', 'Revocable by', 'Commands', 'From'];
  // Where nothing is from elsewhere, the last column says nothing.
  const columns = plugins.loaded.length > 0 ? head.length : head.length - 1;
  await output.report({
    json: { providers: all.map(factsOf) },
    text: [
      {
        head: head.slice(0, columns),
        rows: all.flatMap(rowsOf).map((row) => row.slice(0, columns)),
        priority: ['Provider', 'Accepts', 'Revocable by', 'Per request', 'Check'],
      },
      'For more: revoke <provider> --help',
    ],
  });
  return plugins.broken.length > 0 ? 1 : 0;
}

/** A row for each kind of target. */
function rowsOf({ provider, from }: Loaded): readonly (readonly string[])[] {
  const { id, target, limits, families, verifyHelp, actions, login = 'required' } = provider;
  const commands = Object.keys(actions ?? {}).join(', ') || '-';
  if (!families) {
    const by = login === 'required' ? 'login' : 'holder';
    const check = verifyHelp === undefined ? 'no' : 'yes';
    return [[id, target.noun, String(limits.batch), check, by, commands, from]];
  }
  return families.map(({ prefixes, types, batch, isChecked, revocableBy }) => [
    id,
    prefixes.some(isLetter) ? types.join(' ') : beginnings(prefixes),
    batch === undefined ? '-' : String(batch),
    isChecked ? 'yes' : 'no',
    revocableBy,
    commands,
    from,
  ]);
}

/** It tells nobody which tokens are meant. */
const isLetter = (prefix: string) => prefix.length === 1;

const MOST_PREFIXES = 3;

function beginnings(prefixes: readonly string[]): string {
  const [first] = prefixes;
  if (first === undefined) return 'by a name before it';
  // The same page under several hosts.
  if (first.startsWith('https://')) return first.replace('https://', '');
  const shown = prefixes.slice(0, MOST_PREFIXES).join(' ');
  return prefixes.length > MOST_PREFIXES ? `${shown} …` : shown;
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
    ...(provider.families && {
      families: provider.families.map((one) => ({
        types: one.types,
        prefixes: one.prefixes,
        batch: one.batch ?? null,
        check: one.isChecked,
        revocable_by: one.revocableBy,
      })),
    }),
    from,
  };
}
