/** The sandbox of the tests that know how Ably and workspaces answer: both emulators, each with its options. */
import { spawnSync } from 'node:child_process';
import { startAblyEmulator, type AblyEmulatorOptions } from '../../providers/ably/emulator.js';
import {
  startWorkspaceEmulator,
  type WorkspaceEmulatorOptions,
} from '../../providers/workspace/emulator.js';
import { revoke, type Ran, type RunOptions } from './cli.js';
import { revokeInProcess, screenInProcess } from './in-process.js';
import type { Seen } from './screen.js';
import { withSandbox, type Sandbox } from './sandbox.js';

export interface StageOptions {
  readonly ably?: AblyEmulatorOptions;
  readonly workspace?: WorkspaceEmulatorOptions;
}

export interface Stage extends Sandbox {
  readonly ably: Awaited<ReturnType<typeof startAblyEmulator>>;
  readonly workspace: Awaited<ReturnType<typeof startWorkspaceEmulator>>;
  /** Runs the built program; what it prints need not be JSON. */
  revoke(args: readonly string[], options?: RunOptions): Promise<Ran>;
  /** The same without a process of its own, in which time passes by itself. */
  here(args: readonly string[], options?: Pick<RunOptions, 'env' | 'input'>): Promise<Ran>;
  /** The same on a terminal of so many columns, drawn; what is typed answers the question. */
  seen(
    args: readonly string[],
    options: { env?: RunOptions['env']; columns: number; typed?: string },
  ): Promise<Seen & { readonly code: number }>;
}

/** Sets a stage, lets `act` play on it, and takes it down again. */
export async function onStage<T>(
  act: (stage: Stage) => Promise<T>,
  options: StageOptions = {},
): Promise<T> {
  let ably: Stage['ably'] | undefined;
  let workspace: Stage['workspace'] | undefined;
  const providers = [
    async () => (ably = await startAblyEmulator(options.ably)),
    async () => (workspace = await startWorkspaceEmulator(options.workspace)),
  ];
  return withSandbox(providers, (sandbox) => {
    if (!ably || !workspace) throw new Error('an emulator was not started');
    const env = (given: RunOptions = {}) => ({ ...given, env: { ...sandbox.env, ...given.env } });
    return act({
      ...sandbox,
      ably,
      workspace,
      revoke: (args, given) => revoke(args, env(given)),
      here: (args, given) => revokeInProcess(args, env(given)),
      seen: (args, given) =>
        screenInProcess(args, { ...given, env: { ...sandbox.env, ...given.env } }),
    });
  });
}

/** Whether this machine has jq, which scripts of the pages that we replace need. */
export const hasJq = spawnSync('jq', ['--version']).status === 0;
