/** Providers from other packages: named in the config file or by REVOKE_PROVIDERS, never found. */
import { realpathSync, statSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Module } from 'node:module';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { configFolder, readProviderNames } from '../context/config-file.js';
import { isCode, isRevokeError, usageError } from '../contract/errors.js';
import { createFiles, isForeignToRoot, isWritableByOthers } from '../files/private-files.js';
import { OWN_WORDS } from '../command-line/own-commands.js';
import { entryOf } from './package-entry.js';
import type { Provider } from '../contract/provider.js';
import type { Loaded } from './registry.js';
import { whyInvalid } from './validate-provider.js';
import type { World } from '../runtime/world.js';

export interface Plugins {
  readonly loaded: readonly Loaded[];
  readonly broken: readonly { readonly name: string; readonly reason: string }[];
}

/** The parts of the world that say where plugins are. */
type Place = Pick<World, 'env' | 'home' | 'self' | 'uid'>;

/**
 * Loads every provider that is named. One that cannot be loaded is reported, and the others are loaded.
 * @param taken ids of the built-in providers, which a plugin cannot shadow
 * @param installed the folder of this program's own code
 */
export async function loadPlugins(
  world: Place,
  taken: readonly string[],
  installed: string = __dirname,
): Promise<Plugins> {
  const { names, broken } = await namesOf(world);
  const loaded: Loaded[] = [];
  const ids = new Set([...taken, ...OWN_WORDS]);
  for (const name of names) {
    try {
      const entry = await findEntry(name, [
        join(configFolder(world), 'node_modules'),
        ...beside(installed),
      ]);
      assertNobodyElses(entry, world.uid);
      const provider = providerIn(await importModule(pathToFileURL(entry).href));
      if (ids.has(provider.id)) {
        throw usageError(
          `its id "${provider.id}" is taken; a plugin cannot stand in for another provider`,
        );
      }
      ids.add(provider.id);
      loaded.push({ provider, from: entry });
    } catch (error) {
      broken.push({ name, reason: reasonOf(error) });
    }
  }
  return { loaded, broken };
}

async function namesOf(world: Place) {
  const broken: { name: string; reason: string }[] = [];
  const names = (world.env['REVOKE_PROVIDERS'] ?? '').split(/[\s,]+/).filter((name) => name !== '');
  try {
    const { log, mask } = {
      log: { warn: () => undefined, verbose: () => undefined },
      mask: () => undefined,
    };
    const config = await readProviderNames(world, createFiles(log, mask, world.self));
    if (config.names.length > 0) {
      const open = await firstWritableByOthers([config.path, dirname(config.path)]);
      if (open !== undefined) {
        broken.push({
          name: config.path,
          reason: `it names code to run, and others can write ${open}: chmod go-w it`,
        });
      } else names.push(...config.names);
    }
  } catch (error) {
    if (!isRevokeError(error)) throw error;
    broken.push({ name: 'the config file', reason: reasonOf(error) });
  }
  return { names: [...new Set(names)], broken };
}

/** Code that runs with our secrets: nobody else may write it, or put another file in its place. */
function assertNobodyElses(file: string, uid: number | undefined): void {
  const whole = realpathSync(file);
  for (let path = whole, depth = 0; depth < FOLDERS_CHECKED; path = dirname(path), depth++) {
    if (isForeignToRoot(path, uid))
      throw usageError(`${path} belongs to another user, and this runs as root: chown root it`);
    if (isWritableByOthers(path) && !isHarmless(path))
      throw usageError(`others can write ${path}: chmod go-w it`);
    if (dirname(path) === path) return;
  }
}

/** The file, its folder, the package, and the folder of packages. */
const FOLDERS_CHECKED = 4;

/**
 * In a folder such as /tmp everybody may write, and nobody may move what is another's; a group that
 * has the number of the owner is the owner's alone, and with umask 002 it may write.
 */
function isHarmless(path: string): boolean {
  const { mode, uid, gid } = statSync(path);
  return (mode & 0o1000) !== 0 || ((mode & 0o002) === 0 && uid === gid);
}

async function firstWritableByOthers(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) if (isWritableByOthers(path)) return path;
  return undefined;
}

/** The folder of packages that holds this one, if one does: a global install, or a project's. */
function beside(installed: string): readonly string[] {
  const folder = dirname(dirname(installed));
  return basename(folder) === 'node_modules' ? [folder] : [];
}

const PACKAGE = /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/;

/** The current folder is never looked into: a repository in it could read keys by a shadow. */
async function findEntry(name: string, folders: readonly string[]): Promise<string> {
  if (isAbsolute(name)) return entryOf(name);
  if (!PACKAGE.test(name))
    throw usageError('it is neither the name of a package nor an absolute path');
  for (const folder of folders) {
    const path = join(folder, name);
    if (await exists(path)) return entryOf(path);
  }
  throw usageError(`there is no such package in ${folders.join(' or ')}`);
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (isCode(error, 'ENOENT', 'ENOTDIR')) return false;
    throw error;
  }
}

/**
 * import() as the runtime has it, in a module that is compiled here: the build turns every other one
 * into require(), which takes no ESM on Node 20, and in a script of node:vm it draws a warning.
 */
function importModule(url: string): Promise<unknown> {
  const module = new Module('import') as Module & { _compile(code: string, file: string): void };
  module._compile('module.exports = (url) => import(url)', join(__dirname, 'import.cjs'));
  return (module.exports as typeof importModule)(url);
}

/** The default export, however the package was built. Throws a usage error where it is no provider. */
function providerIn(module: unknown): Provider {
  let value = module;
  for (let depth = 0; depth < 2 && typeof value === 'object' && value !== null; depth++) {
    if (!('default' in value)) break;
    value = value.default;
  }
  const reason = whyInvalid(value);
  if (reason !== undefined) throw usageError(reason);
  return value as Provider;
}

function reasonOf(error: unknown): string {
  const text =
    error instanceof Error ? error.message : String((error as Error | undefined)?.message ?? error);
  return text.split('\n', 1)[0] ?? text;
}
