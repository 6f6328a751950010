/** What a provider is given of the world: built once for a command, from the options it was given. */
import { readConfig, stateFolder, type Config } from './config-file.js';
import { createFiles } from '../files/private-files.js';
import { createLaneNetwork, type LaneNetwork, type PaceableHttp } from '../network/lane-network.js';
import { proxySecrets, type ProxySettings } from '../network/proxy-env.js';
import { tlsOptions } from '../network/tls-options.js';
import type { createHttp as createHttpClient, HttpOptions } from '../network/http-client.js';
import type { PoolOptions } from '../network/pools.js';
import type { Transport } from '../network/transport.js';
import { createPacer } from '../network/pacer.js';
import type { Context, Log, Options, Provider } from '../contract/provider.js';
import type { Redactor } from '../contract/redact.js';
import { createSettings } from './settings.js';
import type { World } from '../runtime/world.js';

export interface NetworkOptions {
  readonly timeoutMs: number;
  readonly retries: number;
  readonly concurrency: number;
  readonly rate?: number | undefined;
  /** Authorities to trust beside Node's own, as PEM. */
  readonly ca?: string | undefined;
  readonly proxy?: ProxySettings | undefined;
  readonly verbose: boolean;
}

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

const CHECKS_STAY_ON =
  'NODE_TLS_REJECT_UNAUTHORIZED=0 is ignored: certificates are always checked; to trust another authority: --ca-file <pem>';

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
  const loadClient = () => loadClientFor(isAlone && !network.proxy);
  const http = createLazyHttp(async () => {
    const client = await loadClient();
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
    loadClient,
    close: () => context.http.close(),
  };
}

/** Opened by the first request: a command that sends nothing loads no client. */
function createLazyHttp(open: () => Promise<PaceableHttp>): PaceableHttp {
  let opened: PaceableHttp | undefined;
  let opening: Promise<PaceableHttp> | undefined;
  const openOnce = async () => (opened = await open());
  return {
    send: (request, pacer) =>
      opened
        ? opened.send(request, pacer)
        : (opening ??= openOnce()).then((client) => client.send(request, pacer)),
    close: async () => opened?.close(),
  };
}

interface Client {
  /** Whether it is Node's own, and not undici. */
  readonly isNodes: boolean;
  readonly createHttp: typeof createHttpClient;
  readonly createTransport: (options: PoolOptions) => Transport;
}

async function loadClientFor(isAlone: boolean): Promise<Client> {
  const { createHttp } = await import('../network/http-client.js');
  if (!isAlone) {
    const { createPools } = await import('../network/pools.js');
    return { isNodes: false, createHttp, createTransport: createPools };
  }
  const { createNodeClient } = await import('../network/node-client.js');
  return { isNodes: true, createHttp, createTransport: createNodeClient };
}

interface HttpParts extends Pick<HttpOptions, 'pacer' | 'mask'> {
  readonly client: Client;
}

async function openHttp(
  { world, log, signal, network }: SessionOptions,
  { pacer, mask, client }: HttpParts,
): Promise<PaceableHttp> {
  if (world.env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0') log.warn(CHECKS_STAY_ON);
  const { timeoutMs, retries, concurrency: connections, verbose } = network;
  const ca = network.ca === undefined ? undefined : await trusted(network.ca, world.env);
  const proxy = await proxyOf(network, ca);
  const transport = client.createTransport({ connections, timeoutMs, ca, proxy });
  const options = { transport, timeoutMs, retries, verbose };
  return client.createHttp({ clock: world.clock, log, pacer, signal, mask, ...options });
}

async function trusted(pem: string, env: Surroundings['env']): Promise<string> {
  const { trustedWith } = await import('../network/authorities.js');
  return trustedWith(pem, env);
}

async function proxyOf({ proxy, timeoutMs, concurrency }: NetworkOptions, ca: string | undefined) {
  if (!proxy) return undefined;
  const { createProxy } = await import('../network/proxy-agent.js');
  const { reachedDirectly } = await import('../network/no-proxy.js');
  const isDirect = reachedDirectly(proxy.noProxy);
  const options = { timeoutMs, connections: concurrency, tls: tlsOptions(ca) };
  return {
    dispatcher: createProxy(proxy.url, options),
    serves: (url: URL) => !isDirect(url),
  };
}
