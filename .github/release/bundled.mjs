// What is bundled: the packages of which esbuild put something into dist/, by its metafile.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @param {import('esbuild').Metafile} metafile with paths relative to `root`
 * @param {string} root
 * @returns {{ folder: string, name: string, version: string, license: string }[]} one for each
 * installed copy, by name and version
 */
export function bundledPackages(metafile, root) {
  const folders = new Set();
  for (const { inputs } of Object.values(metafile.outputs)) {
    for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
      const folder = /^(.*\bnode_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1];
      if (folder !== undefined && bytesInOutput > 0) folders.add(join(root, folder));
    }
  }
  return [...folders].map(described).sort((one, other) => (key(one) < key(other) ? -1 : 1));
}

const key = ({ name, version }) => `${name}@${version}`;

function described(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  if (!name || !version) throw new Error(`${folder}: package.json has no name or no version`);
  if (typeof license !== 'string') throw new Error(`${name} ${version} names no licence`);
  return { folder, name, version, license };
}
