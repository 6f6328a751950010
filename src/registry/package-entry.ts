/**
 * Which file of a package is its entry, as Node resolves it. It must be known before it runs, since
 * nobody else may be able to write it; for `exports` that only import() meets, Node says it too late.
 */
import { realpathSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import { isCode, usageError } from '../contract/errors.js';
import { parseJson } from '../contract/json.js';
import { jsonFault } from '../contract/json-fault.js';

/** @param path absolute: a file, or the folder of a package. Throws a usage error. */
export async function entryOf(path: string): Promise<string> {
  const kind = await kindOf(path);
  if (kind === undefined) throw usageError('there is no such file or folder');
  if (kind === 'file') return path;
  const manifest = await readManifest(join(path, 'package.json'));
  const file = join(path, relative(realpathSync(path), resolve(path, manifest.exports)));
  if (relative(path, file).startsWith('..'))
    throw usageError('its entry lies outside of its folder');
  return file;
}

/** The real path of the entry. A folder that is required by its path is resolved by `main` alone. */
function resolve(folder: string, exports: unknown): string {
  const target = exports === undefined ? '.' : exported(exports);
  if (target === undefined) throw usageError('its package.json exports nothing to import');
  try {
    return createRequire(join(folder, 'package.json')).resolve(join(folder, target));
  } catch (error) {
    if (!isCode(error, 'MODULE_NOT_FOUND')) throw error;
    throw usageError(`its entry ${join(folder, target)} is missing`);
  }
}

const CONDITIONS = new Set(['import', 'node', 'node-addons', 'module-sync', 'default', 'require']);

/** The target of `.` in `exports`, by the first condition that holds. */
function exported(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(exported).find((each) => each !== undefined);
  if (typeof value !== 'object' || value === null) return undefined;
  const entries = Object.entries(value);
  if (entries.some(([key]) => key.startsWith('.')))
    return exported((value as Readonly<Record<string, unknown>>)['.']);
  for (const [condition, target] of entries) {
    if (!CONDITIONS.has(condition)) continue;
    const found = exported(target);
    if (found !== undefined) return found;
  }
  return undefined;
}

async function readManifest(path: string): Promise<{ readonly exports?: unknown }> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (isCode(error, 'ENOENT')) throw usageError('its folder has no package.json');
    throw error;
  }
  const value = parseJson(text);
  if (value === undefined) throw usageError(`${path} is not valid JSON: ${jsonFault(text)}`);
  return (value ?? {}) as { readonly exports?: unknown };
}

async function kindOf(path: string): Promise<'file' | 'folder' | undefined> {
  try {
    const stats = await stat(path);
    return stats.isDirectory() ? 'folder' : stats.isFile() ? 'file' : undefined;
  } catch (error) {
    if (isCode(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  }
}
