/** One test's world: fresh emulators, an empty home, and the environment that points revoke at them. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startAblyEmulator, type AblyEmulatorOptions } from '../../providers/ably/emulator.js';
import {
  startWorkspaceEmulator,
  type WorkspaceEmulatorOptions,
} from '../../providers/workspace/emulator.js';
import type { Emulator } from '../../src/contract/emulator.js';
import {
  BIN,
  bareEnv,
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

export interface StageOptions {
  readonly ably?: AblyEmulatorOptions;
  readonly workspace?: WorkspaceEmulatorOptions;
}

export interface Stage {
  readonly ably: Awaited<ReturnType<typeof startAblyEmulator>>;
  readonly workspace: Awaited<ReturnType<typeof startWorkspaceEmulator>>;
  readonly home: string;
  /** The environment of every run, credentials and samples included. */
  readonly env: Env;
  /** `METHOD /path` of everything that either emulator was asked. */
  asked(): readonly string[];
  /** The part of it that is no read. */
  writes(): readonly string[];
  /** Runs the built program; `env` is added to the stage's own. */
  revoke(args: readonly string[], options?: RunOptions): Promise<Ran>;
  /** Runs a script in bash, with the built program on PATH as `revoke`. */
  sh(script: string, options?: RunOptions): Promise<Ran>;
  /** A script in bash on a pseudo-terminal, `revoke` on PATH. */
  terminal(script: string, options?: { env?: Env; columns?: number }): Terminal;
  /** The same, drawn as a person sees it. */
  screen(script: string, options: ScreenOptions): Screen;
  /** Writes a file in the home and tells its path. */
  write(path: string, text: string, mode?: number): string;
}

/** Sets a stage, lets `act` play on it, and takes it down again. */
export async function onStage<T>(
  act: (stage: Stage) => Promise<T>,
  options: StageOptions = {},
): Promise<T> {
  const { home, remove } = temporaryHome();
  const [ably, workspace] = await Promise.all([
    startAblyEmulator(options.ably),
    startWorkspaceEmulator(options.workspace),
  ]);
  const emulators: readonly Emulator[] = [ably, workspace];
  const env = {
    ...bareEnv(home),
    ...Object.assign({}, ...emulators.flatMap((one) => [one.environment, one.samples])),
  } as Env;
  const bin = join(home, '.bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'revoke'), `#!/bin/sh\nexec '${process.execPath}' '${BIN}' "$@"\n`);
  chmodSync(join(bin, 'revoke'), 0o755);
  const onPath = { ...env, PATH: `${bin}:${env['PATH']}` };
  const asked = () =>
    emulators.flatMap(({ server }) =>
      server.requests.map(({ method, path }) => `${method} ${path}`),
    );
  try {
    return await act({
      ably,
      workspace,
      home,
      env,
      asked,
      writes: () => asked().filter((line) => !line.startsWith('GET ')),
      revoke: (args, given = {}) => revoke(args, { ...given, env: { ...env, ...given.env } }),
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
        return file;
      },
    });
  } finally {
    await Promise.all(emulators.map((emulator) => emulator.close()));
    remove();
  }
}

/** Whether this machine has jq, which scripts of the pages that we replace need. */
export const hasJq = spawnSync('jq', ['--version']).status === 0;
