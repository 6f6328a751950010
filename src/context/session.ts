/** What a provider is given of the world: built once for a command, from the options it was given. */
import { readConfig, stateFolder, type Config } from './config-file.js';
import { createFiles } from '../files/private-files.js';
import { createLaneNetwork, type LaneNetwork } from '../network/lane-network.js';
import { proxySecrets } from '../network/proxy-env.js';
import { createPacer } from '../network/pacer.js';
import type { Context, Log, Options, Provider } from '../contract/provider.js';
import type { Redactor } from '../contract/redact.js';
import { createLazyHttp, loadClient, openHttp, type NetworkOptions } from './open-http.js';
import { createSettings } from './settings.js';
import type { World } from '../runtime/world.js';

export interface Session {
  readonly context: Context;
  readonly network: LaneNetwork;
  readonly config: () => Promise<Config>;
  /** Prepares for one target: what is quickest to load carries its requests. */
  expectOne(): void;
  /** What undici's first connection waits for. */
  beforeConnect(act: () => Promise<void>): void;
  /** Reads the code that sends, while something else is waited for; it sends nothing. */
  loadClient(): Promise<unknown>;
  close(): Promise<void>;
}

export type Surroundings = Pick<World, 'env' | 'home' | 'clock' | 'self' | 'uid'>;

/** What a command of several providers is given: the settings of each. */
export interface SessionContext extends Context {
  settingOf(
    provider: Pick<Provider, 'id' | 'settings'>,
    name: string,
  ): ReturnType<Context['setting']>;
}

export interface SessionOptions {
  readonly world: Surroundings;
  readonly provider: Provider;
  readonly options: Options;
  readonly network: NetworkOptions;
  readonly log: Log;
  readonly printUnmasked: Context['printUnmasked'];
  readonly redactor: Redactor;
  /** Once aborted nothing new is sent. */
  readonly signal: AbortSignal;
}

export function openSession(given: SessionOptions): Session {
  const { world, provider, options, network, redactor, signal, log, printUnmasked } = given;
  const mask = (secret: string) => redactor.add(secret);
  const files = createFiles(log, mask, world.self);
  if (network.proxy) proxySecrets(network.proxy).forEach(mask);
  const { concurrency, rate } = network;
  const pacer = createPacer(world.clock, { width: concurrency, rate });
  const wanted = options.text('profile') ?? world.env['REVOKE_PROFILE'];
  let config: Promise<Config> | undefined;
  const getConfig = () => (config ??= readConfig(world, files, wanted || undefined));
  let prepare: (() => Promise<void>) | undefined;
  let isAlone = false;
  const load = () => loadClient(isAlone && !network.proxy);
  const http = createLazyHttp(async () => {
    const client = await load();
    if (!client.isNodes) await prepare?.();
    return openHttp(given, { pacer, mask, client });
  });
  const settings = { env: world.env, options, files, mask, config: getConfig };
  const context: SessionContext = {
    http,
    clock: world.clock,
    log,
    files,
    signal,
    home: world.home,
    stateDir: stateFolder(world),
    printUnmasked,
    setting: createSettings({ provider, ...settings }),
    settingOf: (other, name) => createSettings({ provider: other, ...settings })(name),
    env: (name) => world.env[name] || undefined,
    mask,
  };
  return {
    context,
    network: createLaneNetwork({ http, pacer, clock: world.clock, log, concurrency, rate }),
    config: getConfig,
    expectOne: () => void (isAlone = true),
    beforeConnect: (act) => void (prepare = act),
    loadClient: load,
    close: () => context.http.close(),
  };
}
