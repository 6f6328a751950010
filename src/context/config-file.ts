/** revoke's own config file: `$XDG_CONFIG_HOME/revoke/config.json`. */
import { dirname, isAbsolute, join } from 'node:path';
import { duplicateKey } from '../contract/duplicate-key.js';
import { usageError } from '../contract/errors.js';
import { parseJson } from '../contract/json.js';
import { quoteUnlessSecret } from '../contract/text.js';
import type { ConfigFile, Profile } from './config-file.schema.js';
import { isForeignToRoot } from '../files/private-files.js';
import type { Files, SettingSpec } from '../contract/provider.js';
import type { World } from '../runtime/world.js';

export interface Config {
  readonly path: string;
  /** The profile in use: its name, and what it says. */
  readonly profileName: string;
  readonly profile: Profile;
  readonly providers: readonly string[];
}

/** A folder by the XDG rules: relative values are ignored. */
export function xdgFolder(
  world: Pick<World, 'env' | 'home'>,
  variable: string,
  fallback: string,
): string {
  const given = world.env[variable];
  return join(given && isAbsolute(given) ? given : join(world.home, fallback), 'revoke');
}

export const configFolder = (world: Pick<World, 'env' | 'home'>) =>
  xdgFolder(world, 'XDG_CONFIG_HOME', '.config');
export const stateFolder = (world: Pick<World, 'env' | 'home'>) =>
  xdgFolder(world, 'XDG_STATE_HOME', '.local/state');

export const configPath = (world: Pick<World, 'env' | 'home'>) =>
  join(configFolder(world), 'config.json');

/**
 * Reads the config file; an empty config where there is none.
 * @param wanted the profile that was asked for, by option or `REVOKE_PROFILE`.
 */
export async function readConfig(
  world: Pick<World, 'env' | 'home' | 'uid'>,
  files: Files,
  wanted: string | undefined,
): Promise<Config> {
  const path = configPath(world);
  const text = await files.read(path);
  if (text !== undefined) assertTrusted(path, world.uid);
  if (text === undefined) {
    if (wanted !== undefined) throw noProfile(wanted, path, []);
    return { path, profileName: 'default', profile: {}, providers: [] };
  }
  const config = await parseConfig(path, text);
  const profiles = config.profiles ?? {};
  const profileName = wanted ?? config.profile ?? 'default';
  const profile = Object.hasOwn(profiles, profileName) ? profiles[profileName] : undefined;
  if (!profile && (wanted ?? config.profile) !== undefined) {
    throw noProfile(profileName, path, Object.keys(profiles));
  }
  return { path, profileName, profile: profile ?? {}, providers: config.providers ?? [] };
}

/** The packages of providers that the config file names, whatever its profiles hold. */
export async function readProviderNames(
  world: Pick<World, 'env' | 'home' | 'uid'>,
  files: Files,
): Promise<{ readonly path: string; readonly names: readonly string[] }> {
  const path = configPath(world);
  const text = await files.read(path);
  if (text !== undefined) assertTrusted(path, world.uid);
  return {
    path,
    names: text === undefined ? [] : ((await parseConfig(path, text)).providers ?? []),
  };
}

/** A provider's section of the profile: its keys are the provider's settings and their files. */
export function checkSection(
  config: Config,
  provider: string,
  settings: readonly SettingSpec[],
): void {
  const known = settings.flatMap(({ name, secret }) => (secret ? [name, `${name}_file`] : [name]));
  for (const key of Object.keys(config.profile[provider] ?? {})) {
    if (known.includes(key)) continue;
    throw usageError(
      `${config.path}: /profiles/${config.profileName}/${provider} has the unknown key ${key}`,
      `known: ${known.join(', ')}`,
      'bad_config',
    );
  }
}

/** What another user wrote may send root's secrets anywhere. */
function assertTrusted(path: string, uid: number | undefined): void {
  for (const each of [path, dirname(path)]) {
    if (!isForeignToRoot(each, uid)) continue;
    const hint = `chown root ${each}, or set XDG_CONFIG_HOME to a folder of root`;
    throw usageError(`${each} belongs to another user, and this runs as root`, hint, 'bad_config');
  }
}

async function parseConfig(path: string, text: string): Promise<ConfigFile> {
  const value = parseJson(text);
  if (value === undefined) {
    const { jsonFault } = await import('../contract/json-fault.js');
    throw usageError(
      `${path} is not valid JSON: ${jsonFault(text)}`,
      'fix it there, or move the file away',
      'bad_config',
    );
  }
  const twice = duplicateKey(text);
  if (twice !== undefined)
    throw usageError(`${path} has the key "${twice}" twice`, 'remove one of them', 'bad_config');
  const { configFile } = await import('./config-file.schema.js');
  const config = configFile.safeParse(value);
  if (!config)
    throw usageError(
      `${path}: ${configFile.explain(value)}`,
      'see docs/configuration.md',
      'bad_config',
    );
  return config;
}

function noProfile(name: string, path: string, known: readonly string[]) {
  const others = known.length > 0 ? `it has ${known.join(', ')}` : 'it has none';
  return usageError(`no profile ${quoteUnlessSecret(name)} in ${path}`, others, 'no_profile');
}
