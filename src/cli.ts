/** argv → command → exit code. */
import { CommanderError } from 'commander';
import { isFault, refused, usage, type Fault } from './errors.js';
import type { Provider } from './provider.js';
import { loadAllBuiltIn, loadBuiltIn, type Loaded, type Registry } from './registry.js';
import { harmless, safeJson, shown } from './text.js';
import { buildTree, type Handlers, type OwnCommand } from './tree.js';
import type { World } from './world.js';

/** The whole program: everything that it does, it does to `world`. Resolves with the exit code. */
export async function main(world: World, registry: Registry): Promise<number> {
  let code = 0;
  try {
    if (world.stdout.failed) throw noOutput();
    const loaded = await providersFor(world, registry);
    const handlers: Handlers = {
      async revoke(asked) {
        const { revocation } = await import('./revocation.js');
        code = await revocation(world, asked);
      },
      async act(provider, action, values) {
        const { act } = await import('./action.js');
        code = await act(world, provider, action, values);
      },
      async run(name, words, values) {
        code = await runOwn(world, registry, name, words, values);
      },
    };
    const tree = buildTree(
      loaded.map(({ provider }) => provider),
      {
        argv: world.argv,
        handlers,
        out: (text) => void world.stdout.write(text),
        err: (text) => void world.stderr.write(text),
        columns: world.stdout.columns,
      },
    );
    if (world.argv.length === 0) {
      tree.outputHelp({ error: true });
      return 2;
    }
    await tree.parseAsync([...world.argv], { from: 'user' });
    return world.stdout.failed && code === 0 ? 1 : code;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    const fault = isFault(error) ? error : faultOf(error, world.argv);
    await tell(world, fault);
    return fault.exit;
  }
}

function noOutput(): Fault {
  return refused({
    code: 'no_output',
    message: 'standard output is closed, so results could not be written; nothing was sent',
    hint: 'to see none of them: > /dev/null',
    reach: 'run',
  });
}

const HELP_WORDS = new Set(['help', '-h', '--help', undefined]);
const OWN_WORDS = new Set([
  'providers',
  'sandbox',
  'config',
  'completion',
  '-V',
  '--version',
  'version',
]);

/** One provider where one is named; all of them only where they are to be shown. */
async function providersFor(world: World, registry: Registry): Promise<readonly Loaded[]> {
  const [word] = world.argv;
  if (word !== undefined && OWN_WORDS.has(word)) return [];
  const named = word === undefined ? undefined : await loadBuiltIn(registry, word);
  if (named) return [named];
  const builtIn = await loadAllBuiltIn(registry);
  if (!HELP_WORDS.has(word) && word?.startsWith('-')) return builtIn;
  return withPlugins(world, builtIn);
}

/** The built-in providers and those of other packages; what cannot be loaded is told. */
async function withPlugins(world: World, builtIn: readonly Loaded[]): Promise<readonly Loaded[]> {
  const { loadPlugins } = await import('./plugins.js');
  const plugins = await loadPlugins(
    world,
    builtIn.map(({ provider }) => provider.id),
  );
  for (const { name, reason } of plugins.broken) {
    await world.stderr.write(
      `warning: the provider ${harmless(name)} was not loaded: ${harmless(reason)}\n`,
    );
  }
  return [...builtIn, ...plugins.loaded];
}

async function runOwn(
  world: World,
  registry: Registry,
  name: OwnCommand,
  words: readonly string[],
  values: Readonly<Record<string, unknown>>,
): Promise<number> {
  const all = async (): Promise<readonly Provider[]> =>
    (await withPlugins(world, await loadAllBuiltIn(registry))).map(({ provider }) => provider);
  switch (name) {
    case 'providers':
      return (await import('./providers-command.js')).showProviders(world, registry, values);
    case 'sandbox':
      return (await import('./sandbox.js')).sandbox(world, await all(), words);
    case 'config':
      return (await import('./config-command.js')).showConfig(world, await all(), words, values);
    case 'completion':
      return (await import('./completion.js')).printCompletion(world, all, words);
  }
}

/** commander's own errors, without what may be a secret: the value behind an unknown option's `=`. */
function faultOf(error: unknown, argv: readonly string[]): Fault {
  if (error instanceof CommanderError) {
    const message = error.message
      .replace(/^error: /, '')
      .replace(/(unknown option ')(--[^'=]*|-[^'-])[^]*'/, "$1$2'")
      .replace(
        /(unknown command|argument) '([^]*)'/,
        (_all, what: string, word: string) => `${what} ${shown(word)}`,
      );
    const [first, suggestion] = message.split('\n');
    const command =
      argv[0] && !argv[0].startsWith('-') && error.code !== 'commander.unknownCommand'
        ? ` ${argv[0]}`
        : '';
    return usage(
      first ?? message,
      suggestion?.replace(/[()]/g, '') ?? `see: revoke${command} --help`,
    );
  }
  const message = error instanceof Error ? error.message : String(error);
  return Object.assign(usage(`internal error: ${message}`, 'please report this'), {
    exit: 1,
    code: 'internal',
  });
}

async function tell(world: World, fault: Fault): Promise<void> {
  const isJson = world.argv.some(
    (word, index) =>
      word === '--json' ||
      word === '--pretty-json' ||
      /^--format=(pretty-)?json$/.test(word) ||
      (word === '--format' && /^(pretty-)?json$/.test(world.argv[index + 1] ?? '')),
  );
  const { code, message, hint } = fault;
  const text = isJson
    ? safeJson({ error: { code, message, ...(hint !== undefined && { hint }) } })
    : `error: ${harmless(message)}${hint ? `\n  ${harmless(hint)}` : ''}`;
  await world.stderr.write(`${text}\n`);
}
