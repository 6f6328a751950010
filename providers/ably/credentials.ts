/**
 * Which keys of which app are used. Explicit beats stored: a key that was given, then keys that an
 * access token finds, then what the Ably CLI has stored. Only reads are sent.
 */
import {
  type Context,
  credentialsError,
  isRevokeError,
  type Options,
  type Setting,
  usageError,
} from '../../src/contract/index.js';
import {
  controlUrl,
  DEFAULT_CONTROL_URL,
  listApps,
  listKeys,
  resolveApp,
  type Control,
} from './control-api.js';
import { originsOf } from './endpoint.js';
import {
  assertFit,
  matchesOnly,
  nameApp,
  parseApiKey,
  pickKeys,
  type ApiKey,
  type KeySelection,
} from './api-keys.js';
import { accessToken, describeSource, readLogin, type Login, type StoredKey } from './login.js';
import type { App } from './schema.js';

export interface SelectedKeys {
  readonly app: string;
  readonly appId: string;
  readonly keys: readonly [ApiKey, ...ApiKey[]];
  /** Where the keys came from, in words. */
  readonly source: string;
  /** The endpoint that a stored login is for. */
  readonly endpoint?: string | undefined;
}

/** Finds the keys. Throws an error where it is not sure which are meant. */
export async function chooseKeys(context: Context, options: Options): Promise<SelectedKeys> {
  const wanted = { keys: options.list('key'), all: options.flag('allKeys') };
  if (wanted.all && wanted.keys.length > 0) {
    throw usageError('--key and --all-keys cannot be combined', 'give one of them');
  }
  const given = await context.setting('api_key');
  if (given) return withGivenKey(context, given, wanted);
  const token = await context.setting('access_token');
  if (token) return fromControl(context, await controlWith(context, token), wanted);
  const login = await readLogin(context);
  if (!login) throw nothing(context);
  await assertSameEndpoint(context, login);
  return { ...(await fromLogin(context, login, wanted)), endpoint: login.endpoint };
}

async function withGivenKey(
  context: Context,
  given: Setting,
  wanted: KeySelection,
): Promise<SelectedKeys> {
  const key = parseApiKey(given.value, given.source);
  context.mask(key.secret);
  await assertAppOf(context, key, given.source);
  const token = await context.setting('access_token');
  const control = token && (await controlWith(context, token));
  if (matchesOnly(wanted, key)) {
    if (control) await assertCanRevoke(context, control, key);
    return { app: key.appId, appId: key.appId, keys: [key], source: given.source };
  }
  if (control) {
    context.log.verbose(`--key or --all-keys choose the keys, not ${given.source}`);
    return fromControl(context, control, { ...wanted, knownApp: key.appId });
  }
  throw usageError(
    `${given.source} is the key ${key.name}, but other keys are asked for`,
    'to find them set ABLY_ACCESS_TOKEN; to use this key omit --key and --all-keys',
    'no_such_key',
  );
}

/** An --app that is not the app of the key in hand is an error, never ignored. */
async function assertAppOf(context: Context, key: ApiKey, source: string): Promise<void> {
  const asked = await context.setting('app');
  if (!asked || asked.value === key.appId) return;
  const token = await context.setting('access_token');
  const refusal = (hint: string) =>
    usageError(
      `${asked.source} names another app than that of the key in ${source}, which is ${key.appId}`,
      hint,
      'app_mismatch',
    );
  if (!token) {
    throw refusal(
      `give the ID ${key.appId} or the other app's key; a name is looked up only with ABLY_ACCESS_TOKEN`,
    );
  }
  const known = await listApps(await controlWith(context, token));
  const app = resolveApp(known, asked.value, asked.source);
  if (app.id === key.appId) return;
  throw refusal(`it names ${nameApp(app)}: give a key of that app, or leave it out`);
}

/**
 * Finds before anything is sent that a key cannot revoke. A Control API that cannot be asked is no
 * reason not to try.
 */
async function assertCanRevoke(context: Context, control: Control, key: ApiKey): Promise<void> {
  let listed;
  try {
    listed = await listKeys(control, key.appId);
  } catch (error) {
    if (!isRevokeError(error) || error.code === 'interrupted') throw error;
    context.log.warn(`the key could not be checked beforehand: ${error.message}`);
    return;
  }
  const mine = listed.find(({ id }) => id === key.id);
  if (mine && (mine.status !== 0 || mine.revocableTokens === false)) assertFit(mine);
}

async function fromLogin(
  context: Context,
  login: Login,
  wanted: KeySelection,
): Promise<SelectedKeys> {
  const asked = await context.setting('app');
  const stored = storedApp(login, asked, context.clock.now());
  const source = describeSource(login);
  if (stored?.text !== undefined) {
    const key = parseApiKey(stored.text, source);
    if (key.appId === stored.appId && matchesOnly(wanted, key, stored.keyName)) {
      const control = await controlOfLogin(context, login).catch(unlessUnfit);
      if (control) await assertCanRevoke(context, control, key);
      const app = { id: key.appId, name: stored.appName ?? key.appId };
      return { app: nameApp(app), appId: key.appId, keys: [key], source };
    }
  }
  const control = await controlOfLogin(context, login);
  if (!control) throw nothing(context);
  const knownApp = asked ? undefined : login.appId;
  return fromControl(context, control, { ...wanted, knownApp });
}

/** A login that has ended, or is for another host, cannot be asked; its key may be good all the same. */
function unlessUnfit(error: unknown): undefined {
  if (!isRevokeError(error) || error.kind !== 'credentials') throw error;
}

/** The app that is asked for or selected, where the login says for sure which one that is. */
function storedApp(login: Login, asked: Setting | undefined, now: number): StoredKey | undefined {
  const byId = login.apps.find(({ appId }) => appId === (asked?.value ?? login.appId));
  if (byId || !asked) return byId;
  const named = login.apps.filter(({ appName }) => appName === asked.value);
  // Other apps of the account may have this name too: who can be asked is asked.
  const canAsk = login.access && (login.access.expiresAt ?? Infinity) > now;
  if (canAsk || named.length === 0) return undefined;
  const apps = named.map(({ appId }) => ({ id: appId, name: asked.value }));
  const { id } = resolveApp(apps, asked.value, asked.source);
  return named.find(({ appId }) => appId === id);
}

async function fromControl(
  context: Context,
  control: Control,
  { knownApp, ...wanted }: KeySelection & { readonly knownApp?: string | undefined },
): Promise<SelectedKeys> {
  const asked = knownApp === undefined ? await context.setting('app') : undefined;
  const known = await listApps(control);
  const text = knownApp ?? asked?.value;
  const app =
    text === undefined
      ? await onlyApp(context, known)
      : resolveApp(known, text, asked?.source ?? `the app ${text}`);
  const listed = await listKeys(control, app.id);
  for (const { key } of listed) {
    if (typeof key !== 'string') continue;
    context.mask(key);
    context.mask(key.slice(key.indexOf(':') + 1));
  }
  const [first, ...others] = pickKeys({ app, listed }, wanted, context.log);
  if (!first) throw nothing(context);
  return {
    app: nameApp(app),
    appId: app.id,
    keys: [first, ...others],
    source: `the Control API, with ${control.source}`,
  };
}

/** The app that the Ably CLI has selected, if it is of this account, else the only one. */
async function onlyApp(context: Context, known: readonly App[]): Promise<App> {
  const [first, ...others] = known;
  if (first && others.length === 0) return first;
  const login = await readLogin(context);
  const selected = known.find(({ id }) => id === login?.appId);
  if (selected) return selected;
  throw usageError(
    `no app is named, and the account has ${known.length === 0 ? 'none' : 'several'}`,
    known.length === 0 ? 'create an app first' : `--app <id>: ${known.map(nameApp).join(', ')}`,
    'no_app',
  );
}

async function controlWith(context: Context, token: Setting): Promise<Control> {
  const { http, clock } = context;
  const setting = await context.setting('control_url');
  return {
    http,
    clock,
    url: setting ? controlUrl(setting) : DEFAULT_CONTROL_URL,
    token: token.value,
    source: token.source,
    login: 'make a new access token with read:app and read:key, and put it into ABLY_ACCESS_TOKEN',
  };
}

/** A stored login goes only to the host that it was stored for. */
async function controlOfLogin(context: Context, login: Login): Promise<Control | undefined> {
  const { http, clock } = context;
  const token = accessToken(login, clock.now());
  if (token === undefined) return undefined;
  const setting = await context.setting('control_url');
  const stored = controlUrl({ value: login.controlUrl, source: describeSource(login) });
  const url = setting ? controlUrl(setting) : stored;
  if (new URL(url).origin !== new URL(stored).origin) {
    throw credentialsError(
      `the login that the Ably CLI has stored is for ${new URL(stored).host}, and ${setting?.source ?? 'the setting'} names another host`,
      'set ABLY_ACCESS_TOKEN or ABLY_API_KEY for that host',
    );
  }
  const source = describeSource(login);
  return { http, clock, url, token, source, login: 'log in again with ably login' };
}

async function assertSameEndpoint(context: Context, login: Login): Promise<void> {
  const asked = await context.setting('endpoint');
  if (!asked) return;
  const [there] = await originsOf(asked.value, asked.source);
  const [stored] = await originsOf(login.endpoint, describeSource(login));
  if (there === stored) return;
  throw credentialsError(
    `the login that the Ably CLI has stored is for ${new URL(stored).host}, and ${asked.source} names another host`,
    'set ABLY_API_KEY to a key for that endpoint',
  );
}

function nothing(context: Context) {
  const isToken = context.env('ABLY_TOKEN') !== undefined;
  return credentialsError(
    isToken
      ? 'ABLY_TOKEN cannot revoke tokens: that needs the API key that issued them'
      : 'no Ably API key is known',
    'set ABLY_API_KEY (or ABLY_API_KEY_FILE) to the key that issued the tokens, or ABLY_ACCESS_TOKEN, or log in with ably login',
  );
}
