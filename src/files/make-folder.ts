/** A folder and the folders above it. */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { isCode } from '../contract/errors.js';

/**
 * Makes a folder for its owner alone, and those above it that are missing. Node's own way of it
 * never ends where a parent can never be made (below /proc).
 */
export function makeFolder(path: string): void {
  if (make(path)) return;
  makeFolder(dirname(path));
  if (!make(path))
    throw Object.assign(new Error(`ENOENT: cannot make ${path}`), { code: 'ENOENT' });
}

/** False where the folder above is missing. */
function make(path: string): boolean {
  try {
    mkdirSync(path, { mode: 0o700 });
    return true;
  } catch (error) {
    if (isCode(error, 'EEXIST')) return true;
    if (isCode(error, 'ENOENT') && dirname(path) !== path) return false;
    throw error;
  }
}
