/** How to send, as the options say. */
import { amount, count } from '../context/option-values.js';
import type { NetworkOptions } from '../context/open-http.js';
import { usageError } from '../contract/errors.js';
import { shownName } from '../contract/secret-name.js';
import type { Options } from '../contract/provider.js';
import { readBounded } from '../files/bounded-read.js';
import { unreadable } from '../files/unreadable.js';
import type { World } from '../runtime/world.js';
import { proxyFrom } from '../network/proxy-env.js';

/** How to send, as the options say. Throws a usage error, before anything is sent. */
export async function networkOptions(
  env: World['env'],
  options: Options,
  concurrency: number,
): Promise<NetworkOptions> {
  const caFile = options.text('caFile');
  return {
    timeoutMs: (amount(options, 'timeout') ?? 10) * 1000,
    retries: count(options, 'retries', 0) ?? 5,
    concurrency: count(options, 'concurrency', 1) ?? concurrency,
    rate: amount(options, 'rate'),
    ca: caFile === undefined ? undefined : await readAuthority(caFile),
    proxy: proxyFrom(env),
    verbose: options.flag('verbose'),
  };
}

const MOST_CA_BYTES = 16 * 1024 * 1024;

async function readAuthority(path: string): Promise<string> {
  let pem: string;
  try {
    pem = await readBounded(path, MOST_CA_BYTES, 'or pipe');
  } catch (error) {
    throw unreadable(`--ca-file ${shownName(path)}`, error);
  }
  if (!pem.includes('-----BEGIN CERTIFICATE-----')) {
    throw usageError(
      `--ca-file ${path} has no PEM certificate`,
      'give the certificate authority as a PEM file',
    );
  }
  return pem;
}
