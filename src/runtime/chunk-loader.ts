/**
 * Starts the program. Where the build left a code cache for just this V8, the chunks are compiled
 * from it, which halves what starting costs on Node 20; anywhere else they are plainly required.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { constants, Script } from 'node:vm';

interface ChunkModule {
  exports: unknown;
}
type ChunkCode = (
  exports: unknown,
  require: (id: string) => unknown,
  module: ChunkModule,
  file: string,
  folder: string,
) => void;

/** The scripts of a run, for the build to make its cache from. */
export type Compiled = (name: string, script: Script) => void;

/** The name of the cache's folder for one V8 and processor. Another's would be refused by V8. */
export const cacheName = ({ v8 }: { readonly v8: string }, arch: string): string =>
  `cache-${v8}-${arch}`;

/**
 * @param folder the built chunks. @param entry the chunk that is the program. @param cache the
 * folder of its cache. @param compiled called with each script, where a cache is to be made
 */
export function launch(folder: string, entry: string, cache: string, compiled?: Compiled): void {
  const plainly = createRequire(join(folder, entry));
  if (!compiled && !existsSync(cache)) return void plainly(`./${entry}`);
  const loaded = new Map<string, ChunkModule>();

  function load(name: string): unknown {
    const known = loaded.get(name);
    if (known) return known.exports;
    const file = join(folder, name);
    const cached = join(cache, name);
    const cachedData = existsSync(cached) ? readFileSync(cached) : undefined;
    const code = readFileSync(file, 'utf8');
    const script = new Script(
      `(function(exports,require,module,__filename,__dirname){${code}\n})`,
      {
        filename: file,
        importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
        ...(cachedData && { cachedData }),
      },
    );
    compiled?.(name, script);
    const module: ChunkModule = { exports: {} };
    loaded.set(name, module);
    (script.runInThisContext() as ChunkCode)(module.exports, requireFrom, module, file, folder);
    return module.exports;
  }

  const requireFrom = (id: string): unknown =>
    id.startsWith('./') ? load(id.slice(2)) : plainly(id);
  load(entry);
}
