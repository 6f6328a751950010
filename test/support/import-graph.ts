/** Who imports whom, as data: files of the project and the modules that they name. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

/** One import: `target` is a file from the root, or the name of a package. */
export interface Arrow {
  readonly file: string;
  readonly target: string;
}

/** Every `.ts` file below a folder, from the root. */
export function filesBelow(root: string, folder: string): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return filesBelow(root, path);
    return path.endsWith('.ts') ? [path] : [];
  });
}

/** What files import: statically, dynamically, or for their types alone. */
export function arrowsOf(root: string, files: readonly string[]): readonly Arrow[] {
  return files.flatMap((file) => {
    const text = readFileSync(join(root, file), 'utf8');
    return [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(([, specifier = '']) => ({
      file,
      target: targetOf(root, file, specifier),
    }));
  });
}

/** The circles among some nodes, each as the path that leads back to its start; one for each start. */
export function circles(arrows: Iterable<readonly [string, string]>): readonly string[] {
  const next = new Map<string, Set<string>>();
  for (const [from, to] of arrows) {
    if (from === to) continue;
    next.set(from, (next.get(from) ?? new Set()).add(to));
  }
  const done = new Set<string>();
  const found: string[] = [];
  const walk = (node: string, path: readonly string[]): void => {
    const at = path.indexOf(node);
    if (at >= 0) return void found.push([...path.slice(at), node].join(' → '));
    if (done.has(node)) return;
    for (const target of next.get(node) ?? []) walk(target, [...path, node]);
    done.add(node);
  };
  for (const node of next.keys()) walk(node, []);
  return found;
}

/** The room of a file of src: its folder; a file of the top is its own room. */
export function roomOf(file: string): string {
  const [, room = '', ...rest] = file.split('/');
  return rest.length === 0 ? room.replace(/\.ts$/, '') : room;
}

/** Arrows between rooms that do not run down this list; a room that it does not name is told too. */
export function againstTheOrder(
  arrows: readonly Arrow[],
  order: readonly string[],
): readonly string[] {
  return arrows.flatMap(({ file, target }) => {
    const [from, to] = [order.indexOf(roomOf(file)), order.indexOf(roomOf(target))];
    if (from < 0) return [`${file} is in no known room`];
    if (to < 0) return [`${target} is in no known room`];
    return from > to ? [`${file} → ${target}`] : [];
  });
}

function targetOf(root: string, file: string, specifier: string): string {
  if (!specifier.startsWith('.')) return specifier;
  return relative(root, resolve(root, dirname(file), specifier)).replace(/\.js$/, '.ts');
}
