/** A small world for the Ably provider alone: real requests and files, pauses that take no time. */
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { AblyEmulator } from '../../providers/ably/emulator.js';
import ably from '../../providers/ably/index.js';
import { createFiles } from '../../src/files/private-files.js';
import { createHttp } from '../../src/network/http-client.js';
import type { Http } from '../../src/contract/http.js';
import { optionsOf } from '../../src/context/option-values.js';
import { createPacer } from '../../src/network/pacer.js';
import { createPools } from '../../src/network/pools.js';
import type { Clock, Context, Provider, Target, Verdict } from '../../src/contract/provider.js';
import { withLanes, type OpenRevoker } from './lanes.js';

export interface Given {
  readonly env?: Readonly<Record<string, string>>;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly retries?: number;
  /** Called with each pause in ms: a server's clock may go along. */
  readonly onPause?: (ms: number) => void;
  readonly http?: (real: Http) => Http;
}

export interface TestWorld {
  readonly context: Context;
  readonly home: string;
  readonly clock: Clock;
  readonly masked: string[];
  readonly warnings: string[];
  readonly details: string[];
  /** Writes a file under the home folder, readable by its owner alone; answers its path. */
  write(name: string, text: string): Promise<string>;
  open(): Promise<OpenRevoker>;
  /** Sets this machine's clock ahead, in ms. */
  advance(ms: number): void;
  close(): Promise<void>;
}

const provider: Provider = ably;

export async function createWorld(given: Given = {}): Promise<TestWorld> {
  const home = await mkdtemp(join(tmpdir(), 'revoke-ably-'));
  const [masked, warnings, details]: string[][] = [[], [], []];
  const controller = new AbortController();
  let ahead = 0;
  const clock: Clock = {
    now: () => Date.now() + ahead,
    monotonic: () => Date.now() + ahead,
    async sleep(ms) {
      ahead += ms;
      given.onPause?.(ms);
    },
  };
  const log = {
    warn: (text: string) => void warnings?.push(text),
    verbose: (text: string) => void details?.push(text),
  };
  const mask = (secret: string) => void masked?.push(secret);
  const real = createHttp({
    clock,
    log,
    pacer: createPacer(clock, { width: 8 }),
    timeoutMs: 2000,
    retries: given.retries ?? 0,
    signal: controller.signal,
    transport: createPools({ connections: 4, timeoutMs: 2000 }),
    verbose: true,
  });
  const env = given.env ?? {};
  const options = optionsOf(given.options ?? {});
  const context: Context = {
    http: given.http?.(real) ?? real,
    clock,
    log,
    signal: controller.signal,
    home,
    stateDir: join(home, 'state'),
    files: createFiles(log, mask, { pid: process.pid, isAlive: () => true }),
    printUnmasked: () => {},
    async setting(name) {
      const spec = provider.settings.find((setting) => setting.name === name);
      if (!spec) throw new Error(`no setting ${name}`);
      const option = spec.option && options.text(spec.option);
      if (option) return { value: option, source: `--${spec.option}`, explicit: true };
      const value = env[spec.env];
      if (value === undefined) return undefined;
      if (spec.secret) mask(value);
      return { value, source: spec.env, explicit: true };
    },
    env: (name) => env[name],
    mask,
  };
  return {
    context,
    home,
    clock,
    masked: masked ?? [],
    warnings: warnings ?? [],
    details: details ?? [],
    async write(name, text) {
      const path = join(home, name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, text);
      await chmod(path, 0o600);
      return path;
    },
    open: async () => withLanes(await provider.open(context, options), context.http),
    advance: (ms) => void (ahead += ms),
    async close() {
      await real.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** The environment of an emulator, without the access token unless it is asked for. */
export function environmentOf(
  emulator: AblyEmulator,
  ...names: readonly string[]
): Record<string, string> {
  const wanted = names.length > 0 ? names : ['ABLY_API_KEY', 'ABLY_ENDPOINT'];
  return Object.fromEntries(wanted.map((name) => [name, emulator.environment[name] ?? '']));
}

export function targets(...texts: readonly string[]): readonly Target[] {
  return texts.map((text) => provider.target.parse(text));
}

/** Revokes one specifier and answers its verdict. */
export async function revokeOne(revoker: OpenRevoker, text: string): Promise<Verdict> {
  const verdicts = await revoker.revoke(targets(text));
  expect(verdicts).toHaveLength(1);
  return verdicts[0] as Verdict;
}

/** What a promise rejects with. */
export async function faultOf(promise: Promise<unknown>): Promise<Error & Record<string, unknown>> {
  try {
    await promise;
  } catch (error) {
    return error as Error & Record<string, unknown>;
  }
  throw new Error('nothing was thrown');
}
