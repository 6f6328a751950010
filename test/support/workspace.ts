/** A small world for the workspace provider alone: real requests, real files in a home of its own. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { isNativeError } from 'node:util/types';
import workspace from '../../providers/workspace/index.js';
import type { WorkspaceEmulator } from '../../providers/workspace/emulator.js';
import { isRevokeError, type RevokeError } from '../../src/contract/errors.js';
import { createFiles } from '../../src/files/private-files.js';
import { createHttp } from '../../src/network/http-client.js';
import { createPacer } from '../../src/network/pacer.js';
import { createPools } from '../../src/network/pools.js';
import type {
  Clock,
  Context,
  Files,
  Options,
  Report,
  Verdict,
} from '../../src/contract/provider.js';
import { withLanes, type OpenRevoker } from './lanes.js';

// Errors of node:fs come from outside of the realm that jest runs tests in.
Object.defineProperty(Error, Symbol.hasInstance, {
  value(this: unknown, value: unknown): boolean {
    const usual = Function.prototype[Symbol.hasInstance] as (value: unknown) => boolean;
    return this === Error ? isNativeError(value) : usual.call(this, value);
  },
});

export const DEMO = '74e4f895-5c8a-4222-ac86-ae0885506202';
export const STAGING = '0b7c5d0e-3f64-4d0c-9f5b-8a5e6d1c2f47';

export interface Given {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly options?: Readonly<Record<string, string | boolean>>;
  readonly retries?: number;
  readonly timeoutMs?: number;
}

export interface World {
  readonly context: Context;
  readonly home: string;
  readonly warnings: string[];
  readonly details: string[];
  readonly rescued: string[];
  readonly masked: string[];
  /** Replaces how files are updated: a full disk, a process that dies. */
  onUpdate(update: ((path: string, real: Files['update']) => Files['update']) | undefined): void;
  write(path: string, value: unknown, mode?: number): string;
  json(path: string): Record<string, unknown>;
  mode(path: string): number;
  open(options?: Given['options']): Promise<OpenRevoker>;
  act(name: string, options?: Given['options']): Promise<Report>;
  close(): Promise<void>;
}

export function createWorld(given: Given = {}): World {
  const home = mkdtempSync(join(tmpdir(), 'workspace-'));
  const warnings: string[] = [];
  const details: string[] = [];
  const rescued: string[] = [];
  const masked: string[] = [];
  let ahead = 0;
  const clock: Clock = {
    now: () => Date.now() + ahead,
    monotonic: () => Date.now() + ahead,
    async sleep(ms) {
      ahead += ms;
    },
  };
  const log = {
    warn: (text: string) => void warnings.push(text),
    verbose: (text: string) => void details.push(text),
  };
  const mask = (secret: string) => void masked.push(secret);
  const { signal } = new AbortController();
  const timeoutMs = given.timeoutMs ?? 5000;
  const http = createHttp({
    clock,
    log,
    pacer: createPacer(clock, { width: 4 }),
    timeoutMs,
    retries: given.retries ?? 0,
    signal,
    transport: createPools({ connections: 4, timeoutMs }),
    verbose: true,
  });
  const files = createFiles(log, mask, { pid: process.pid, isAlive: () => true });
  let hook: ((path: string, real: Files['update']) => Files['update']) | undefined;
  const contextFor = (values: Given['options'] = given.options): Context => ({
    http,
    clock,
    log,
    files: {
      ...files,
      update: (path, change) => (hook?.(path, files.update) ?? files.update)(path, change),
    },
    signal,
    home,
    stateDir: join(home, 'state'),
    printUnmasked: (text) => void rescued.push(text),
    async setting(name) {
      const spec = workspace.settings.find((setting) => setting.name === name);
      if (!spec) throw new Error(`no setting ${name}`);
      const option = 'option' in spec ? optionsOf(values).text(spec.option) : undefined;
      if (option !== undefined) return { value: option, source: `--${spec.name}`, explicit: true };
      const value = given.env?.[spec.env];
      return value === undefined ? undefined : { value, source: spec.env, explicit: true };
    },
    env: (name) => given.env?.[name],
    mask,
  });
  const inHome = (path: string) => join(home, path);

  return {
    context: contextFor(),
    home,
    warnings,
    details,
    rescued,
    masked,
    onUpdate: (update) => void (hook = update),
    write(path, value, mode = 0o600) {
      mkdirSync(dirname(inHome(path)), { recursive: true });
      const text = typeof value === 'string' ? value : JSON.stringify(value);
      writeFileSync(inHome(path), text, { mode });
      return inHome(path);
    },
    json: (path) => JSON.parse(readFileSync(inHome(path), 'utf8')) as Record<string, unknown>,
    mode: (path) => statSync(inHome(path)).mode & 0o777,
    open: async (options) => withLanes(await workspace.open(contextFor(options)), http),
    act(name, options) {
      const action = (
        workspace.actions as NonNullable<
          import('../../src/contract/provider.js').Provider['actions']
        >
      )[name];
      if (!action) throw new Error(`no action ${name}`);
      return action.run(contextFor(options), optionsOf(options ?? given.options));
    },
    async close() {
      await http.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

function optionsOf(values: Given['options'] = {}): Options {
  return {
    text(name) {
      const value = values[name];
      return typeof value === 'string' ? value : undefined;
    },
    list: () => [],
    flag: (name) => values[name] === true,
    isOff: (name) => values[name] === false,
  };
}

/** Revokes one token and answers its verdict, a fault as the engine would put it. */
export async function revokeOne(revoker: OpenRevoker, jti: string): Promise<Verdict> {
  const target = workspace.target.parse(jti);
  try {
    const verdicts = await revoker.revoke([target]);
    expect(verdicts).toHaveLength(1);
    return verdicts[0] as Verdict;
  } catch (error) {
    if (!isRevokeError(error)) throw error;
    const status = error.inDoubt ? 'unknown' : 'failed';
    return { target: jti, status, error: { code: error.code, message: error.message } };
  }
}

/** The fault that a promise rejects with. */
export async function faultOf(promise: Promise<unknown>): Promise<RevokeError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!isRevokeError(error)) throw new Error(`no fault: ${String(error)}`);
  return error;
}

/** ntcli's config file, logged in at an emulator, with a current token. */
export function ntcliConfig(
  emulator: WorkspaceEmulator,
  item: Readonly<Record<string, unknown>> = {},
  more: Readonly<Record<string, unknown>> = {},
) {
  return {
    version: '1.0.0',
    domain: `127.0.0.1:${emulator.server.port}`,
    insecure: false,
    auth: {
      bearerToken: emulator.environment['WORKSPACE_USER_TOKEN'],
      expiresAt: 4_102_444_800_000,
      user: { id: 'user_1', email: 'dev@example.test' },
    },
    workspaces: {
      activeWorkspaceId: DEMO,
      items: {
        [DEMO]: {
          workspace_id: DEMO,
          workspace_name: 'demo',
          access_token: emulator.samples['WORKSPACE_CURRENT_TOKEN'],
          token_type: 'Bearer',
          expires_at: 4_102_444_800_000,
          scope: ['workspace:read'],
          jti: 'jti_abc123def456',
          isActive: true,
          ...item,
        },
      },
    },
    ...more,
  };
}
