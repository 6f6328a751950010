/** `revoke sandbox`: every provider's emulator on loopback, to try and to test without an account. */
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Emulator } from '../contract/emulator.js';
import { isCode, usageError } from '../contract/errors.js';
import { systemWords } from '../contract/system-words.js';
import { quoteForShell } from '../output/shell-quote.js';
import { fitted } from '../output/word-wrap.js';
import { BUILT_IN, type Loaded } from '../registry/registry.js';
import type { World } from '../runtime/world.js';

/** An idle sandbox ends by itself, so that none is left behind. */
const LONGEST_MS = 12 * 60 * 60 * 1000;

/** @param words the command to run in the sandbox; none: run until interrupted */
export async function sandbox(
  world: World,
  loaded: readonly Loaded[],
  words: readonly string[],
): Promise<number> {
  const home = await mkdtemp(join(tmpdir(), 'revoke-sandbox-'));
  const emulators: Emulator[] = [];
  try {
    for (const { provider } of loaded) {
      const emulator = await provider.startEmulator?.({});
      if (emulator) emulators.push(emulator);
    }
    const environment = Object.assign(
      { XDG_CONFIG_HOME: join(home, 'config'), XDG_STATE_HOME: join(home, 'state') },
      pluginsOf(loaded),
      ...emulators.flatMap((emulator) => [emulator.environment, emulator.samples]),
    ) as Record<string, string>;
    const folder = join(home, 'state', 'revoke');
    await mkdir(folder, { recursive: true, mode: 0o700 });
    for (const emulator of emulators) {
      for (const [name, text] of Object.entries(emulator.stateFiles?.() ?? {})) {
        await writeFile(join(folder, name), text, { mode: 0o600 });
      }
    }
    const banner = `This is a sandbox: ${emulators.length} emulators on this machine. Nothing real is revoked.`;
    if (words.length === 0) return await holdOpen(world, environment, banner);
    // In a pipe or a script the command's own output stands alone.
    if (world.stderr.isTTY) await world.stderr.write(`${fitted(world.stderr, banner)}\n`);
    return await runInside(world, words, environment);
  } finally {
    await Promise.all(emulators.map((emulator) => emulator.close()));
    await rm(home, { recursive: true, force: true });
  }
}

/** The config file of the sandbox is empty: providers from other packages are named in the environment. */
function pluginsOf(loaded: readonly Loaded[]): Readonly<Record<string, string>> {
  const paths = loaded.map(({ from }) => from).filter((from) => from !== BUILT_IN);
  return paths.length === 0 ? {} : { REVOKE_PROVIDERS: paths.join(',') };
}

async function holdOpen(
  world: World,
  environment: Readonly<Record<string, string>>,
  banner: string,
): Promise<number> {
  const enough = new AbortController();
  const off = world.onSignal(() => enough.abort());
  const lines = Object.entries(environment).map(
    ([name, value]) => `export ${name}=${quoteForShell(value)}\n`,
  );
  await world.stdout.write(lines.join(''));
  const how = 'It runs until Ctrl-C. Paste these lines into another shell, and try it there.';
  await world.stderr.write(`${fitted(world.stderr, `${banner} ${how}`)}\n`);
  await world.clock.sleep(LONGEST_MS, enough.signal);
  off();
  return 0;
}

async function runInside(
  world: World,
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<number> {
  const [command = '', ...rest] = words;
  const env = { ...world.env, ...environment };
  // The terminal sends its signals to the command as well: it decides, and the sandbox follows it.
  const off = world.onSignal(() => undefined);
  try {
    return await new Promise<number>((resolve, reject) => {
      const [program, args] =
        command === 'revoke'
          ? [world.program[0], [...world.program.slice(1), ...rest]]
          : [command, rest];
      const child = spawn(program ?? command, args, { stdio: 'inherit', env });
      child.on('error', (error) =>
        reject(
          usageError(
            `cannot run ${command}: ${isCode(error, 'ENOENT') ? 'command not found' : systemWords(error)}`,
            'check the command',
          ),
        ),
      );
      child.on('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 143)));
    });
  } finally {
    off();
  }
}
