/** argv → command → exit code. */
import { noOutput, resultsLost } from './command-line/usage-errors.js';
import { isRevokeError, usageError, type RevokeError } from './contract/errors.js';
import { endingOf, exitCodeOf } from './contract/exit-codes.js';
import type { Provider } from './contract/provider.js';
import { providersFor, withPlugins } from './registry/select.js';
import { loadAllBuiltIn, type Registry } from './registry/registry.js';
import type { Handlers, ProviderName } from './command-line/command-tree.js';
import type { OwnArguments } from './command-line/own-commands.js';
import { version } from './command-line/version.js';
import { bold, colorizer } from './output/colors.js';
import { printError } from './output/print-error.js';
import type { World } from './runtime/world.js';

/** The whole program: everything that it does, it does to `given`. Resolves with the exit code. */
export async function main(given: World, registry: Registry): Promise<number> {
  const world = withHelpOption(given);
  let code = 0;
  let isLossSaid = false;
  try {
    if (world.stdout.failed) throw noOutput();
    assertUtf8(world.argv);
    if (isVersion(world.argv)) {
      void world.stdout.write(`${version}\n`);
      return await reportLoss(world);
    }
    const { buildTree, firstUnlessKnown, spellOutRevoke } = await commandLine();
    const named = isRootHelp(world.argv) ? await namesOf(world, registry) : [];
    const loaded = named.length > 0 ? [] : await providersFor(world, registry);
    const handlers: Handlers = {
      async revoke(asked) {
        const { revokeCommand } = await import('./commands/revoke/revoke.js');
        const provider = asked.provider.forRun?.() ?? asked.provider;
        code = await revokeCommand(world, { ...asked, provider });
        isLossSaid = true;
      },
      async act(provider, action, values) {
        const { runAction } = await import('./commands/run-action.js');
        code = await runAction(world, { provider, action, values });
      },
      async run(name, words, values) {
        code = await runOwn(world, registry, { name, words, values });
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
        bold: colorizer(world.stdout, world.env)(bold),
        named,
      },
    );
    if (world.argv.length === 0) {
      tree.outputHelp({ error: true });
      return exitCodeOf('usage');
    }
    await tree.parseAsync([...spellOutRevoke(tree, firstUnlessKnown(tree, world.argv))], {
      from: 'user',
    });
    if (!isLossSaid) await reportLoss(world);
    return world.stdout.failed && code === 0 ? 1 : code;
  } catch (error) {
    const known = isRevokeError(error) ? error : await parseError(error, world.argv);
    if (known === undefined) return await reportLoss(world);
    await printError(world, known);
    return exitCodeOf(endingOf(known));
  }
}

/** The version is known without the command tree. */
function isVersion(argv: readonly string[]): boolean {
  return argv.length === 1 && ['-V', '--version'].includes(argv[0] ?? '');
}

function commandLine() {
  return import('./command-line/command-line.js');
}

/** What the parser refused, in words; undefined where it has shown help, and that was all. */
async function parseError(
  error: unknown,
  argv: readonly string[],
): Promise<RevokeError | undefined> {
  const { CommanderError } = await commandLine();
  if (error instanceof CommanderError && error.exitCode === 0) return undefined;
  const { toRevokeError } = await import('./command-line/parse-errors.js');
  return toRevokeError(error, argv);
}

/** `revoke help x y` shows the page of `revoke x y --help`. */
function withHelpOption(world: World): World {
  const [first, ...words] = world.argv;
  if (first !== 'help' || words.length === 0) return world;
  return Object.create(world, { argv: { value: [...words, '--help'] } }) as World;
}

/** Says on stderr what was not written to stdout; answers 1 then, else 0. */
async function reportLoss(world: World): Promise<number> {
  // Whether the last write failed is known a turn later.
  await new Promise((resolve) => setImmediate(resolve));
  const lost = resultsLost(world.stdout);
  if (lost) await printError(world, lost);
  return world.stdout.failed ? 1 : 0;
}

/** Node puts U+FFFD where bytes are not UTF-8: what was meant is lost. */
function assertUtf8(argv: readonly string[]): void {
  if (!argv.some((word) => word.includes('\ufffd'))) return;
  throw usageError(
    'a word of the command line is not valid UTF-8, so it would not be what was meant',
    'give it in a file (--from) or a pipe, in UTF-8',
    'bad_input',
  );
}

function isRootHelp(argv: readonly string[]): boolean {
  return argv.length < 2 && ['-h', '--help', 'help', undefined].includes(argv[0]);
}

async function namesOf(world: World, registry: Registry): Promise<readonly ProviderName[]> {
  const { providerNames } = await import('./registry/provider-names.js');
  return providerNames(world, registry);
}

async function runOwn(
  world: World,
  registry: Registry,
  { name, words, values }: OwnArguments,
): Promise<number> {
  const loaded = async () => withPlugins(world, await loadAllBuiltIn(registry));
  const all = async (): Promise<readonly Provider[]> =>
    (await loaded()).map(({ provider }) => provider);
  switch (name) {
    case 'providers':
      return (await import('./commands/list-providers.js')).showProviders(world, registry, values);
    case 'sandbox':
      return (await import('./commands/sandbox.js')).sandbox(world, await loaded(), words);
    case 'status':
      return (await import('./commands/show-status.js')).showStatus(world, await all(), values);
    case 'config':
      return (await import('./commands/show-config.js')).showConfig(world, await all(), {
        words,
        values,
      });
    case 'log':
      return (await import('./commands/log/log.js')).log(world, words, values);
    case 'report': {
      const builtIn = (await loadAllBuiltIn(registry)).map(({ provider }) => provider);
      return (await import('./commands/report.js')).report(world, builtIn, { words, values });
    }
    case 'completion':
      return (await import('./commands/completion.js')).printCompletion(world, all, words);
  }
}
