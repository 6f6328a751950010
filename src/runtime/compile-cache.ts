/**
 * Node's own cache of compiled code (Node 22 and 24): a start takes a third less of what it takes
 * without. It lies in a folder of the user's own, and whatever is not as it should be about that
 * folder leaves it out: code is loaded from it.
 */
import { lstatSync, mkdirSync, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';

export interface CacheOptions {
  readonly module: { enableCompileCache?(folder: string): unknown };
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Undefined on a system that has none: there is no cache. */
  readonly uid: number | undefined;
}

export function useCompileCache({ module, env, uid }: CacheOptions): void {
  const enable = module.enableCompileCache;
  if (!enable || uid === undefined) return;
  try {
    const folder = cacheFolder(env, uid);
    if (folder !== undefined) enable(folder);
  } catch (error) {
    // A disk that is full, or a folder that is not there: it starts without.
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
  }
}

/** The folder, made where it is not there yet; undefined where it is not the user's alone. */
function cacheFolder(env: CacheOptions['env'], uid: number): string | undefined {
  const { XDG_CACHE_HOME: cache, HOME: home } = env;
  const isNamed = cache !== undefined && isAbsolute(cache);
  // Under `sudo` the home may be another user's: nothing of root's is left there.
  const owned = isNamed ? cache : home;
  if (owned === undefined || !isAbsolute(owned) || statSync(owned).uid !== uid) return undefined;
  const folder = join(isNamed ? owned : join(owned, '.cache'), 'revoke');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { uid: owner, mode } = lstatSync(folder);
  return owner === uid && (mode & DIRECTORY_AND_OTHERS) === PRIVATE_DIRECTORY ? folder : undefined;
}

/** The type of a file, and what its group and others may do. */
const DIRECTORY_AND_OTHERS = 0o170077;
const PRIVATE_DIRECTORY = 0o040000;
