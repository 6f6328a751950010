/** Which file of a package is its entry, by its package.json: no folder is searched but its own. */
import { readFile, stat } from 'node:fs/promises';
import { dirname, extname, join, relative } from 'node:path';
import { isCode, usageError } from '../contract/errors.js';

export interface Entry {
  readonly file: string;
  /** ESM rather than CommonJS. */
  readonly isModule: boolean;
}

interface Manifest {
  readonly type?: unknown;
  readonly main?: unknown;
  readonly exports?: unknown;
}

/** @param path absolute: a file, or the folder of a package. Throws a usage fault. */
export async function entryOf(path: string): Promise<Entry> {
  const kind = await kindOf(path);
  if (kind === undefined) throw usageError('there is no such file or folder');
  if (kind === 'file') return { file: path, isModule: await isModule(path) };
  const manifest = await readManifest(path);
  if (!manifest) throw usageError('its folder has no package.json');
  const named = manifest.exports === undefined ? manifest.main : exported(manifest.exports);
  if (named === undefined && manifest.exports !== undefined)
    throw usageError('its package.json exports nothing to import');
  const file = await withExtension(join(path, typeof named === 'string' ? named : 'index.js'));
  if (relative(path, file).startsWith('..'))
    throw usageError('its entry lies outside of its folder');
  return { file, isModule: await isModule(file) };
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

async function withExtension(path: string): Promise<string> {
  const candidates = [path, `${path}.js`, `${path}.cjs`, join(path, 'index.js')];
  for (const candidate of candidates) if ((await kindOf(candidate)) === 'file') return candidate;
  throw usageError(`its entry ${path} is missing`);
}

async function isModule(file: string): Promise<boolean> {
  const extension = extname(file);
  if (extension === '.mjs') return true;
  if (extension === '.cjs') return false;
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const manifest = await readManifest(folder);
    if (manifest) return manifest.type === 'module';
    if (folder === dirname(folder)) return false;
  }
}

async function readManifest(folder: string): Promise<Manifest | undefined> {
  const path = join(folder, 'package.json');
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Manifest;
  } catch (error) {
    if (isCode(error, 'ENOENT', 'ENOTDIR')) return undefined;
    if (error instanceof SyntaxError) throw usageError(`${path} is not valid JSON`);
    throw error;
  }
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
