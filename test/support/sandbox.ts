/**
 * One test's world: the emulators of any providers, an empty home, and the environment that points
 * revoke at them. It is taken down whatever comes of the test.
 */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { registry } from '../../providers/index.js';
import type { Emulator } from '../../src/contract/emulator.js';
import type { Outcome, Provider } from '../../src/contract/provider.js';
import {
  BIN,
  bareEnv,
  jsonLines,
  onTerminal,
  revoke,
  run,
  temporaryHome,
  type Ran,
  type RunOptions,
  type Terminal,
} from './cli.js';
import { showScreen, type Screen, type ScreenOptions } from './screen.js';

type Env = Readonly<Record<string, string>>;

/** A provider of the registry by its id, a provider of the test's own, or how to start an emulator. */
export type SandboxProvider = string | Provider | (() => Promise<Emulator>);

export interface SandboxRan extends Ran {
  /** The outcomes on stdout, where it is JSON. */
  readonly outcomes: readonly Outcome[];
}

export interface Sandbox {
  /** One of each provider, in the order in which they were asked for. */
  readonly emulators: readonly Emulator[];
  readonly home: string;
  /** The environment of every run, credentials and samples included. */
  readonly env: Env;
  /** `METHOD /path` of everything that the emulators were asked. */
  asked(): readonly string[];
  /** The part of it that is no read. */
  writes(): readonly string[];
  /** Runs the built program; `env` is added to the sandbox's own. */
  run(args: readonly string[], options?: RunOptions): Promise<SandboxRan>;
  /** Runs a script in bash, with the built program on PATH as `revoke`. */
  sh(script: string, options?: RunOptions): Promise<Ran>;
  /** A script in bash on a pseudo-terminal, `revoke` on PATH. */
  terminal(script: string, options?: { env?: Env; columns?: number }): Terminal;
  /** The same, drawn as a person sees it. */
  screen(script: string, options: ScreenOptions): Screen;
  /** Writes a file in the home and tells its path. */
  write(path: string, text: string, mode?: number): string;
}

/** Opens a sandbox, lets `use` play in it, and closes it. */
export async function withSandbox<T>(
  providers: readonly SandboxProvider[],
  use: (sandbox: Sandbox) => Promise<T>,
): Promise<T> {
  const { home, remove } = temporaryHome();
  const emulators: Emulator[] = [];
  try {
    for (const provider of providers) emulators.push(await startEmulatorOf(provider));
    return await use(sandboxOf(emulators, home));
  } finally {
    await Promise.all(emulators.map((emulator) => emulator.close()));
    remove();
  }
}

async function startEmulatorOf(given: SandboxProvider): Promise<Emulator> {
  if (typeof given === 'function') return given();
  const provider = typeof given === 'string' ? (await registry[given]?.())?.default : given;
  const emulator = await provider?.startEmulator?.({});
  if (!emulator) throw new Error(`no provider with an emulator: ${JSON.stringify(given)}`);
  return emulator;
}

function sandboxOf(emulators: readonly Emulator[], home: string): Sandbox {
  const env = {
    ...bareEnv(home),
    ...Object.assign({}, ...emulators.flatMap((one) => [one.environment, one.samples])),
  } as Env;
  const onPath = { ...env, PATH: `${programFolder(home)}:${env['PATH']}` };
  const asked = () =>
    emulators.flatMap(({ server }) =>
      server.requests.map(({ method, path }) => `${method} ${path}`),
    );
  return {
    emulators,
    home,
    env,
    asked,
    writes: () => asked().filter((line) => !line.startsWith('GET ')),
    async run(args, given = {}) {
      const ran = await revoke(args, { ...given, env: { ...env, ...given.env } });
      return { ...ran, outcomes: args.includes('--json') ? outcomesIn(ran.stdout) : [] };
    },
    sh: (script, given = {}) =>
      run('bash', ['-c', script], { cwd: home, ...given, env: { ...onPath, ...given.env } }),
    terminal: (script, given = {}) =>
      onTerminal('bash', ['-c', script], {
        ...given,
        cwd: home,
        env: { ...onPath, ...given.env },
      }),
    screen: (script, given) =>
      showScreen(script, { ...given, cwd: home, env: { ...onPath, ...given.env } }),
    write(path, text, mode = 0o600) {
      const file = join(home, path);
      mkdirSync(join(file, '..'), { recursive: true });
      writeFileSync(file, text, { mode });
      // Whatever the umask leaves of it.
      chmodSync(file, mode);
      return file;
    },
  };
}

/** A line that a run was killed in the middle of is no outcome. */
function outcomesIn(stdout: string): readonly Outcome[] {
  const whole = stdout.slice(0, stdout.lastIndexOf('\n') + 1);
  return jsonLines(whole).filter((line) => 'status' in line) as unknown as Outcome[];
}

/** A folder that holds the built program as `revoke`. */
function programFolder(home: string): string {
  const bin = join(home, '.bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'revoke'), `#!/bin/sh\nexec '${process.execPath}' '${BIN}' "$@"\n`);
  chmodSync(join(bin, 'revoke'), 0o755);
  return bin;
}
