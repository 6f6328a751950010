/** Reads of the Control API: https://ably.com/docs/api/control-api. Nothing is ever changed by it. */
import {
  asReadError,
  type Clock,
  credentialsError,
  errorFromStatus,
  type Http,
  json,
  type Parser,
  path,
  quoteUnlessSecret,
  readBaseUrl,
  type Setting,
  usageError,
} from '../../src/contract/index.js';
import { apps, errorInfo, keys, me, type App, type ListedKey } from './schema.js';

export const DEFAULT_CONTROL_URL = 'https://control.ably.net/v1';

export interface Control {
  readonly http: Http;
  readonly clock: Clock;
  /** With its path, without a slash at the end. */
  readonly url: string;
  readonly token: string;
  /** Where the access token came from, in words. */
  readonly source: string;
  /** What to do where it is rejected. */
  readonly login: string;
}

/** `GET /me`, then `GET /accounts/{account_id}/apps`. Needs read:app. */
export async function listApps(control: Control): Promise<readonly App[]> {
  const { account } = await read(control, '/me', me);
  return read(control, path`/accounts/${account.id}/apps`, apps);
}

/** `GET /apps/{app_id}/keys`. Needs read:key. */
export function listKeys(control: Control, appId: string): Promise<readonly ListedKey[]> {
  return read(control, path`/apps/${appId}/keys`, keys);
}

/** The app with this ID, else the only one with this name. Throws a usage error otherwise. */
export function resolveApp(known: readonly App[], text: string, source: string): App {
  const byId = known.find(({ id }) => id === text);
  if (byId) return byId;
  const named = known.filter(({ name }) => name === text);
  const [app] = named;
  if (!app) {
    const names = known.map(({ id, name }) => `${name} (${id})`).join(', ');
    throw usageError(
      `${source} ${quoteUnlessSecret(text)} is not an app of this account`,
      known.length > 0 ? `it has ${names}` : 'it has no apps',
      'no_such_app',
    );
  }
  if (named.length === 1) return app;
  throw usageError(
    `${source} matches ${named.length} apps: ${named.map(({ id }) => id).join(', ')}`,
    'give the ID instead',
    'ambiguous',
  );
}

/** Checks ABLY_CONTROL_URL: a URL with its path. Throws a usage error. */
export function controlUrl(setting: Pick<Setting, 'value' | 'source'>): string {
  return readBaseUrl(setting, DEFAULT_CONTROL_URL).url;
}

async function read<T>(control: Control, where: string, shape: Parser<T>): Promise<T> {
  const { origin, pathname } = new URL(control.url);
  const response = await control.http.send({
    method: 'GET',
    origin,
    path: `${pathname.replace(/\/$/, '')}${where}`,
    headers: { accept: 'application/json', authorization: `Bearer ${control.token}` },
    idempotent: true,
  });
  const answer = json(response);
  const found = response.status === 200 ? shape.safeParse(answer) : undefined;
  if (found !== undefined) return found;
  const info = errorInfo.safeParse(answer);
  if (response.status === 401) {
    throw credentialsError(
      `Ably's Control API rejected the access token from ${control.source}`,
      control.login,
      'credentials_rejected',
    );
  }
  const error = errorFromStatus(
    response,
    {
      service: "Ably's Control API",
      message: info?.message,
      code: info?.code,
      loginHint: control.login,
    },
    control.clock.now(),
  );
  if (error.kind === 'credentials') throw error.with({ affects: 'run' });
  throw asReadError(error).with({
    code: 'control_api_failed',
    hint: 'nothing was revoked: run it again, or give the key itself in ABLY_API_KEY',
    affects: 'run',
    cause: error,
  });
}
