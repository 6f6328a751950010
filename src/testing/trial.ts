/** One trial of a provider: its own emulator, a home of its own, and the whole program to run. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../main.js';
import type { Emulator, FaultKind, Issued, SeenRequest } from '../contract/emulator.js';
import type { Outcome, Provider, Status } from '../contract/provider.js';
import { fakeWorld, type FakeWorld, type FakeWorldOptions } from './fake-world.js';

/** What a provider's documented semantics make different from the rule. */
export interface ContractOptions {
  /** What the revocation of a live target comes to; `revoked` without it. */
  readonly first?: 'revoked' | 'accepted';
  /** What a second run says of the same target; `already_revoked` without it. */
  readonly again?: Status;
  /** What a 503 comes to after the last try: `failed` only where it is documented to mean that nothing was done. */
  readonly unavailable?: 'unknown' | 'failed';
  /** The documented success has no body (RFC 7009), so that any 200 but a web page is taken for it. */
  readonly bodyless?: boolean;
  /** What an empty 204 is documented to say, where that is something else than a revocation. */
  readonly noContent?: 'already_revoked';
  /**
   * In how many forms the client of the emulator is presented until one is taken, where the first is
   * rejected with 401; 1 without it.
   */
  readonly clientForms?: number;
  /** Words that every run needs. */
  readonly words?: readonly string[];
  /**
   * Words that --verify needs for this target (a file with a token to probe with, in a folder of the
   * trial's own); false: it cannot be shown here.
   */
  readonly proof?: false | ((issued: Issued, folder: string) => Promise<readonly string[]>);
  /** The provider acts without a credential where none is given, and the service decides. */
  readonly anonymous?: boolean;
  /** Secrets beside those of the environment whose names say so, or that are declared as such. */
  readonly secrets?: (emulator: Emulator) => readonly string[];
  /** Starts the emulator; `provider.startEmulator` without it. */
  readonly startEmulator?: () => Promise<Emulator>;
}

/** One thing that every provider must do, and a way to find out whether this one does. */
export interface Clause {
  readonly name: string;
  /** Whether it says anything of this provider; always without it. */
  readonly applies?: (provider: Provider, options: ContractOptions) => boolean;
  readonly check: (trial: Trial) => Promise<void>;
}

/** What a run of the program left behind. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly sleeps: readonly number[];
  /** The outcomes on stdout, where it is JSON. */
  readonly outcomes: readonly Outcome[];
}

export interface RunOptions extends Omit<FakeWorldOptions, 'argv' | 'home'> {
  /** Sees the world before the program runs in it. */
  readonly onStart?: (world: FakeWorld) => void;
}

export interface Trial {
  readonly provider: Provider;
  readonly options: ContractOptions;
  readonly emulator: Emulator;
  /** An empty folder, gone after the trial. */
  readonly folder: string;
  /** Live credentials that nothing has touched. */
  issue(count: number): Promise<readonly Issued[]>;
  /** The only one of `issue(1)`. */
  issueOne(): Promise<Issued>;
  /** Runs `revoke <provider>` with these targets and words. */
  run(targets: readonly Issued[], words: readonly string[], options?: RunOptions): Promise<Ran>;
  /** The same with --force, --json and no try after the first. */
  force(targets: readonly Issued[], ...words: readonly string[]): Promise<Ran>;
  /** What a request that revokes meets, so many times. */
  spoil(fault: FaultKind, times?: number): void;
  /** The requests that revoke, so far. */
  revocations(): readonly SeenRequest[];
  isAlive(issued: Issued): boolean;
}

/** Nothing but this machine can be reached: a default endpoint is a service that people use. */
const NOWHERE = { HTTPS_PROXY: 'http://127.0.0.1:1', HTTP_PROXY: 'http://127.0.0.1:1' };

/** Whether a provider has a login of its own, without which it does nothing. */
export function isLoginRequired({ login = 'required' }: Provider): boolean {
  return login === 'required';
}

/** Starts a trial, runs `use` in it, and cleans up whatever comes of it. */
export async function withTrial(
  provider: Provider,
  options: ContractOptions,
  use: (trial: Trial) => Promise<void>,
): Promise<void> {
  const start = options.startEmulator ?? (() => provider.startEmulator?.({}));
  const emulator = await start();
  assert.ok(emulator, `${provider.id} has no emulator: without one nothing can be shown`);
  const home = await mkdtemp(join(tmpdir(), 'revoke-contract-'));
  try {
    await use(trialOf(provider, options, emulator, home));
  } finally {
    await emulator.close();
    await rm(home, { recursive: true, force: true });
  }
}

function trialOf(
  provider: Provider,
  options: ContractOptions,
  emulator: Emulator,
  home: string,
): Trial {
  const registry = { [provider.id]: async () => ({ default: provider }) };

  /** Secrets are piped in, or lie in a file where a person sits at the terminal. */
  async function inputFor(
    targets: readonly Issued[],
    attended: boolean,
  ): Promise<{ words: readonly string[]; stdin?: string }> {
    const texts = targets.map(({ target }) => target);
    if (!provider.target.secret || texts.length === 0) return { words: texts };
    const lines = texts.map((text) => `${text}\n`).join('');
    if (!attended) return { words: ['-'], stdin: lines };
    const file = join(home, 'targets');
    await writeFile(file, lines, { mode: 0o600 });
    return { words: ['--from', file] };
  }

  async function run(
    targets: readonly Issued[],
    words: readonly string[],
    given: RunOptions = {},
  ): Promise<Ran> {
    const { onStart, ...rest } = given;
    const input = await inputFor(targets, rest.typed !== undefined);
    const world = fakeWorld({
      onElapse: emulator.elapse,
      ...(input.stdin !== undefined && { stdin: input.stdin }),
      ...rest,
      env: { ...(rest.env ?? emulator.environment), ...NOWHERE },
      argv: [provider.id, ...(options.words ?? []), ...words, ...unchecked(words), ...input.words],
      home,
    });
    onStart?.(world);
    const code = await main(world, registry);
    return {
      code,
      ...world.written,
      sleeps: world.sleeps,
      outcomes: words.includes('--json') ? outcomesIn(world.written.stdout) : [],
    };
  }

  /** What checks by default is checked where a clause asks for it. */
  function unchecked(words: readonly string[]): readonly string[] {
    const isChecked = words.includes('--verify') || words.includes('--help');
    return isChecked || isLoginRequired(provider) ? [] : ['--no-verify'];
  }

  const issue = async (count: number) => {
    const issued = await emulator.issue(count);
    assert.equal(issued.length, count, `the emulator issued as many credentials as were asked for`);
    for (const one of issued) {
      assert.ok(emulator.isAlive(one.token), `the emulator issued ${one.id} alive`);
    }
    return issued;
  };

  return {
    provider,
    options,
    emulator,
    folder: home,
    issue,
    issueOne: async () => (await issue(1))[0] as Issued,
    run,
    force: (targets, ...words) => run(targets, ['--force', '--json', '--retries', '0', ...words]),
    spoil: (fault, times = 1) =>
      emulator.server.addFault({ ...fault, match: emulator.revokes, times }),
    revocations: () =>
      emulator.server.requests.filter(({ method, path }) =>
        emulator.revokes.test(`${method} ${path}`),
      ),
    isAlive: ({ token }) => emulator.isAlive(token),
  };
}

function outcomesIn(stdout: string): readonly Outcome[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      try {
        return JSON.parse(line) as Outcome;
      } catch (error) {
        throw new assert.AssertionError({
          message: `a line of stdout is no JSON: ${line} (${String(error)})`,
        });
      }
    });
}
