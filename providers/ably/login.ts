/** The login that the Ably CLI has stored (`~/.ably/config`, TOML). It is only read. */
import { isAbsolute, join } from 'node:path';
import {
  type Context,
  credentialsError,
  type StoredLogin,
  usageError,
} from '../../src/contract/index.js';
import { DEFAULT_CONTROL_URL } from './control-api.js';
import { storedConfig, type StoredAccount, type StoredConfig } from './schema.js';

export interface StoredKey {
  readonly appId: string;
  readonly appName: string | undefined;
  /** The whole API key, unread. */
  readonly text: string | undefined;
  readonly keyName: string | undefined;
}

export interface Login {
  readonly path: string;
  /** The alias of the account in use. */
  readonly alias: string;
  readonly accountName: string | undefined;
  /** The Control API that the access token is for, and the endpoint that the keys are for. */
  readonly controlUrl: string;
  readonly endpoint: string | undefined;
  readonly appId: string | undefined;
  readonly apps: readonly StoredKey[];
  readonly access: { readonly token: string; readonly expiresAt: number | undefined } | undefined;
}

/** The CLI takes a token for expired so long before its end, in ms. */
const EARLY_MS = 60_000;

/** A folder that is not absolute is none: nothing is read relative to the current one. */
function configFolder(context: Context): string {
  const given = context.env('ABLY_CLI_CONFIG_DIR');
  return given && isAbsolute(given) ? given : join(context.home, '.ably');
}

export async function readLogin(context: Context): Promise<Login | undefined> {
  const folder = configFolder(context);
  const path = join(folder, 'config');
  const text = await context.files.read(path);
  if (text === undefined) return undefined;
  const config = await parseConfig(path, text);
  const alias = config.current?.account;
  const accounts = config.accounts ?? {};
  const account =
    alias !== undefined && Object.hasOwn(accounts, alias) ? accounts[alias] : undefined;
  if (alias === undefined || !account) return undefined;
  const access = accessOf(config, account);
  if (access) context.mask(access.token);
  const apps = Object.entries(account.apps ?? {}).map(([appId, app]) => {
    if (app.apiKey !== undefined) maskKey(context, app.apiKey);
    return { appId, appName: app.appName, text: app.apiKey, keyName: app.keyName };
  });
  return {
    path,
    alias,
    accountName: account.accountName,
    controlUrl: controlUrlOf(account.controlHost, path),
    endpoint: account.endpoint,
    appId: account.currentAppId ?? config.current?.app,
    apps,
    access,
  };
}

/** The access token. Throws a credentials error where it has expired; undefined where there is none. */
export function accessToken({ access }: Login, now: number): string | undefined {
  if (!access) return undefined;
  if (access.expiresAt === undefined || access.expiresAt - EARLY_MS > now) return access.token;
  throw credentialsError(
    'the login that the Ably CLI has stored has expired',
    'log in again with ably login, or set ABLY_API_KEY',
    'credentials_expired',
  );
}

export function describeSource({ path, alias }: Login): string {
  return `the Ably CLI's login "${alias}" (${path})`;
}

/** Name, value and source of what would be used, for `config show`; never a secret. */
export async function describeLogins(context: Context): Promise<readonly StoredLogin[]> {
  const login = await readLogin(context);
  if (!login) return [];
  const { path, access } = login;
  const app = login.apps.find(({ appId }) => appId === login.appId);
  const keyName = app?.text?.split(':', 1)[0];
  const expiry = access?.expiresAt;
  const hasEnded = expiry !== undefined && expiry - EARLY_MS <= context.clock.now();
  const appText = app?.appName ? `${app.appName} (${login.appId})` : login.appId;
  const accessText = hasEnded ? 'expired: ably login' : `for ${login.controlUrl}`;
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['account', login.accountName ? `${login.accountName} (${login.alias})` : login.alias],
    ['app', appText],
    ['key', keyName],
    ['endpoint', login.endpoint],
    ['access token', access && accessText],
  ];
  return facts.flatMap(([name, value]) =>
    value === undefined ? [] : [{ name, value, source: path }],
  );
}

async function parseConfig(path: string, text: string): Promise<StoredConfig> {
  const { parse } = await import('./toml.js');
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    // The parser quotes the line, which may hold a secret: neither text nor cause goes on.
    if (!(error instanceof Error)) throw error;
    const { line, column } = error as { readonly line?: number; readonly column?: number };
    throw unreadable(path, line === undefined ? '' : `: line ${line}, column ${column}`);
  }
  const config = storedConfig.safeParse(value);
  if (!config) throw unreadable(path, `: ${storedConfig.explain(value)}`);
  return config;
}

function unreadable(path: string, why: string) {
  return usageError(
    `${path} is not a config of the Ably CLI that can be read${why}`,
    'log in again with ably login, or set ABLY_API_KEY',
    'bad_login',
  );
}

function accessOf(config: StoredConfig, account: StoredAccount): Login['access'] {
  const sessions = config.oauthSessions ?? {};
  const name = account.oauthSessionKey;
  const session = name !== undefined && Object.hasOwn(sessions, name) ? sessions[name] : undefined;
  const { accessToken: token, accessTokenExpiresAt: end } = session ?? account;
  if (token === undefined || token === '') return undefined;
  return { token, expiresAt: end === undefined ? undefined : milliseconds(end) };
}

function milliseconds(time: number | string): number | undefined {
  const ms = typeof time === 'number' || /^\d+$/.test(time) ? Number(time) : Date.parse(time);
  return Number.isNaN(ms) ? undefined : ms;
}

/** As the CLI builds it: `/v1` on control hosts, `/api/v1` on dashboards, plain http on loopback. */
function controlUrlOf(host: string | undefined, path: string): string {
  if (host === undefined) return DEFAULT_CONTROL_URL;
  if (!/^[\w.-]+(:\d+)?$|^\[[\da-f:]+\](:\d+)?$/i.test(host)) {
    throw usageError(
      `controlHost in ${path} is not a host`,
      'give only a host: controlHost = "control.ably.net"',
      'bad_login',
    );
  }
  const scheme = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i.test(host) ? 'http' : 'https';
  return `${scheme}://${host}${/^control[-.]/i.test(host) ? '/v1' : '/api/v1'}`;
}

function maskKey(context: Context, text: string): void {
  context.mask(text);
  const secret = text.slice(text.indexOf(':') + 1);
  if (secret !== text) context.mask(secret);
}
