/** Runs a command that takes tokens by their value, in-process, against emulators. */
import { registry } from '../../providers/index.js';
import type { Outcome } from '../../src/contract/index.js';
import type { TokenEmulator } from '../../src/emulator/token-emulator.js';
import { main } from '../../src/main.js';
import { fakeWorld } from '../../src/testing/fake-world.js';

type Answering = Pick<TokenEmulator, 'environment' | 'elapse'>;

export interface TokenRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly outcomes: readonly Outcome[];
}

export interface TokenRunOptions {
  readonly words?: readonly string[];
  /** Added to what the emulators ask for; undefined takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly home?: string;
  /** `--force`; true without it. */
  readonly force?: boolean;
}

/** `revoke <command> - --force --json` with these lines on stdin. */
export async function revokeTokens(
  command: string,
  given: { readonly emulators: readonly Answering[]; readonly lines: readonly string[] },
  { words = ['--no-journal'], env = {}, home, force = true }: TokenRunOptions = {},
): Promise<TokenRun> {
  const all = { ...Object.assign({}, ...given.emulators.map((one) => one.environment)), ...env };
  const world = fakeWorld({
    argv: [command, '-', ...(force ? ['--force'] : []), '--json', ...words],
    stdin: given.lines.map((line) => `${line}\n`).join(''),
    env: Object.fromEntries(
      Object.entries(all).filter(([, value]) => value !== undefined),
    ) as Record<string, string>,
    ...(home !== undefined && { home }),
    onElapse: (ms) => given.emulators.forEach((one) => one.elapse?.(ms)),
  });
  const code = await main(world, registry);
  const { stdout, stderr } = world.written;
  const outcomes = stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Outcome);
  return { code, stdout, stderr, outcomes };
}
