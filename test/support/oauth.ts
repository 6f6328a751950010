/** A small world for the oauth provider alone: real requests, no files, a clock that never waits. */
import oauth from '../../providers/oauth/index.js';
import { usageError } from '../../src/contract/errors.js';
import { createHttp } from '../../src/network/http-client.js';
import { createPacer } from '../../src/network/pacer.js';
import { createPools } from '../../src/network/pools.js';
import type { Clock, Context, Options, Target, Verdict } from '../../src/contract/provider.js';
import { withLanes, type OpenRevoker } from './lanes.js';

export interface Given {
  readonly env?: Readonly<Record<string, string>>;
  readonly options?: Readonly<Record<string, string | readonly string[]>>;
  readonly files?: Readonly<Record<string, string>>;
  readonly retries?: number;
}

export interface World {
  readonly context: Context;
  readonly options: Options;
  /** Every pause that was asked for, in milliseconds. */
  readonly pauses: number[];
  readonly masked: string[];
  readonly details: string[];
  open(): Promise<OpenRevoker>;
  close(): Promise<void>;
}

export function createWorld(given: Given): World {
  const pauses: number[] = [];
  const masked: string[] = [];
  const details: string[] = [];
  let ahead = 0;
  const clock: Clock = {
    now: () => Date.now() + ahead,
    monotonic: () => Date.now() + ahead,
    async sleep(ms) {
      pauses.push(ms);
      ahead += ms;
    },
  };
  const log = { warn: () => {}, verbose: (text: string) => void details.push(text) };
  const { signal } = new AbortController();
  const http = createHttp({
    clock,
    log,
    pacer: createPacer(clock, { width: 4 }),
    timeoutMs: 5000,
    retries: given.retries ?? 0,
    signal,
    transport: createPools({ connections: 4, timeoutMs: 5000 }),
    verbose: true,
  });
  const options: Options = {
    text(name) {
      const value = given.options?.[name];
      return typeof value === 'string' ? value : undefined;
    },
    list(name) {
      const value = given.options?.[name] ?? [];
      return typeof value === 'string' ? [value] : value;
    },
    flag: (name) => given.options?.[name] !== undefined && given.options[name] !== 'false',
    isOff: () => false,
  };
  const context: Context = {
    http,
    clock,
    log,
    signal,
    home: '/nowhere',
    stateDir: '/nowhere',
    files: {
      read: async (path) => given.files?.[path],
      async readSecret(path) {
        const text = given.files?.[path];
        if (text === undefined) throw usageError(`cannot read ${path}`);
        masked.push(text.trim());
        return text.trim();
      },
      update: () => Promise.reject(new Error('no file is written here')),
      list: async () => [],
    },
    printUnmasked: () => {},
    async setting(name) {
      const spec = oauth.settings.find((setting) => setting.name === name);
      if (!spec) throw new Error(`no setting ${name}`);
      const option = 'option' in spec ? options.text(spec.option) : undefined;
      if (option !== undefined) return { value: option, source: 'an option', explicit: true };
      const value = given.env?.[spec.env];
      return value === undefined ? undefined : { value, source: spec.env, explicit: true };
    },
    env: (name) => given.env?.[name],
    mask: (secret) => void masked.push(secret),
  };
  return {
    context,
    options,
    pauses,
    masked,
    details,
    open: async () => withLanes(await oauth.open(context, options), http),
    close: () => http.close(),
  };
}

export function target(token: string, kind?: string): Target {
  return oauth.target.parse(token, kind);
}

/** Revokes one token and answers its verdict. */
export async function revokeOne(revoker: OpenRevoker, one: Target): Promise<Verdict> {
  const verdicts = await revoker.revoke([one]);
  expect(verdicts).toHaveLength(1);
  return { ...revoker.targetFacts?.(one), ...verdicts[0] } as Verdict;
}
