/** API keys: reading one, and choosing among those of an app. */
import { credentialsError, type Log, refusedError, usageError } from '../../src/contract/index.js';
import type { App, ListedKey } from './schema.js';

export interface ApiKey {
  readonly appId: string;
  readonly id: string;
  /** `appId.id` */
  readonly name: string;
  readonly secret: string;
}

/** An app, and its keys as the Control API lists them. */
export interface AppKeys {
  readonly app: App;
  readonly listed: readonly ListedKey[];
}

/** What --key and --all-keys ask for. */
export interface KeySelection {
  readonly keys: readonly string[];
  readonly all: boolean;
}

/** Reads `appId.keyId:secret`. Throws a usage error that never holds the text. */
export function parseApiKey(text: string, source: string): ApiKey {
  const [, appId, id, secret] = /^([\w-]+)\.([\w-]+):([\w+/=-]+)$/.exec(text) ?? [];
  if (appId !== undefined && id !== undefined && secret !== undefined) {
    return { appId, id, name: `${appId}.${id}`, secret };
  }
  throw usageError(
    `${source} is not an Ably API key`,
    'a key is appId.keyId:secret, as the API keys page of the app shows it',
    'bad_api_key',
  );
}

/** Whether every key that is asked for is this one. */
export function matchesOnly(wanted: KeySelection, key: ApiKey, label?: string): boolean {
  return !wanted.all && wanted.keys.every((one) => [key.id, key.name, label].includes(one));
}

/**
 * The keys to revoke with: those asked for, else the only one that can. Throws an error that names
 * the keys there are where that leaves a choice, and where a key cannot revoke.
 */
export function pickKeys(
  { app, listed }: AppKeys,
  wanted: KeySelection,
  log: Pick<Log, 'warn'>,
): readonly ApiKey[] {
  if (wanted.keys.length > 0) {
    const named = wanted.keys.map((text) => findKey(app, listed, text));
    for (const key of named) assertFit(key);
    return [...new Set(named)].map(secretOf);
  }
  const fit = listed.filter(isFit);
  if (fit.length === 0) throw noneFits(app, listed);
  if (fit.length > 1 && !wanted.all) {
    throw usageError(
      `app ${nameApp(app)} has ${fit.length} keys that can revoke, each its own tokens: ${list(fit)}`,
      'choose with --key <id|name> (repeatable), or use --all-keys',
      'several_keys',
    );
  }
  const unfit = listed.filter((key) => !isFit(key));
  if (wanted.all && unfit.length > 0) {
    log.warn(`keys that cannot revoke are left out (disabled or not revocable): ${list(unfit)}`);
  }
  return fit.map(secretOf);
}

/** Throws where a key is disabled, or its tokens cannot be revoked. */
export function assertFit(key: ListedKey): void {
  if (key.status !== 0) {
    throw credentialsError(
      `the key ${nameKey(key)} is revoked`,
      'use a key that is enabled: ABLY_API_KEY, or --key',
      'credentials_unfit',
    );
  }
  if (isFit(key)) return;
  throw refusedError({
    code: 'key_not_revocable',
    message: `the key ${nameKey(key)} does not have revocable tokens enabled, so its tokens cannot be revoked`,
    hint: 'enable revocable tokens on it for new tokens; tokens that it issued before work until they expire or the key itself is revoked',
    affects: 'run',
  });
}

export function nameApp({ id, name }: App): string {
  return name === '' || name === id ? id : `${name} (${id})`;
}

function isFit({ status, revocableTokens }: ListedKey): boolean {
  return status === 0 && revocableTokens === true;
}

function findKey(app: App, listed: readonly ListedKey[], text: string): ListedKey {
  const byId = listed.filter((key) => key.id === text || fullName(key) === text);
  const found = byId.length > 0 ? byId : listed.filter(({ name }) => name === text);
  const [key] = found;
  if (!key) {
    throw usageError(
      `--key matches no key of app ${nameApp(app)}`,
      listed.length > 0 ? `it has ${list(listed)}` : 'it has none',
      'no_such_key',
    );
  }
  if (found.length === 1) return key;
  throw usageError(
    `--key matches ${found.length} keys of app ${nameApp(app)}: ${list(found)}`,
    'give the ID',
    'ambiguous',
  );
}

function noneFits(app: App, listed: readonly ListedKey[]) {
  return credentialsError(
    `app ${nameApp(app)} has no key that can revoke${listed.length > 0 ? `: ${list(listed)}` : ''}`,
    'a key must be enabled and have revocable tokens enabled; tokens issued before that are not revocable',
    'credentials_unfit',
  );
}

function secretOf(key: ListedKey): ApiKey {
  const name = fullName(key);
  if (typeof key.key !== 'string') {
    throw credentialsError(
      `the Control API does not show the secret of the key ${nameKey(key)}`,
      'give the key itself in ABLY_API_KEY',
    );
  }
  const read = parseApiKey(key.key, 'an answer of the Control API');
  if (read.name === name) return read;
  throw credentialsError(
    `the Control API shows another key for ${nameKey(key)}`,
    'give the key itself in ABLY_API_KEY',
    'credentials_unfit',
  );
}

function fullName({ appId, id }: ListedKey): string {
  return `${appId}.${id}`;
}

function nameKey(key: ListedKey): string {
  return `${key.name} (${fullName(key)})`;
}

function list(keys: readonly ListedKey[]): string {
  return keys.map(nameKey).join(', ');
}
