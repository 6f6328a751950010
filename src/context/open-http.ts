/** The HTTP of a command, from its options: which client is loaded, whom it trusts, and the proxy. */
import type { Log } from '../contract/provider.js';
import type { createHttp, HttpOptions } from '../network/http-client.js';
import type { PaceableHttp } from '../network/lane-network.js';
import type { PoolOptions } from '../network/pools.js';
import type { ProxySettings } from '../network/proxy-env.js';
import { tlsOptions } from '../network/tls-options.js';
import type { Transport } from '../network/transport.js';
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

const CHECKS_STAY_ON =
  'NODE_TLS_REJECT_UNAUTHORIZED=0 is ignored: certificates are always checked; to trust another authority: --ca-file <pem>';

/** Opened by the first request: a command that sends nothing loads no client. */
export function createLazyHttp(open: () => Promise<PaceableHttp>): PaceableHttp {
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

export interface Client {
  /** Whether it is Node's own, and not undici. */
  readonly isNodes: boolean;
  readonly createHttp: typeof createHttp;
  readonly createTransport: (options: PoolOptions) => Transport;
}

/** Reads the code of one client. @param isAlone one target: what is quickest to load is enough */
export async function loadClient(isAlone: boolean): Promise<Client> {
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

export interface HttpSurroundings {
  readonly world: Pick<World, 'env' | 'clock'>;
  readonly network: NetworkOptions;
  readonly log: Log;
  /** Once aborted nothing new is sent. */
  readonly signal: AbortSignal;
}

export async function openHttp(
  { world, log, signal, network }: HttpSurroundings,
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

async function trusted(pem: string, env: World['env']): Promise<string> {
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
