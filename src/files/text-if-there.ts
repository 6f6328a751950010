/** Reads a small file that may be missing. */
import { readFileSync } from 'node:fs';
import { isCode } from '../contract/errors.js';

/** Undefined where there is no such file. @param codes further errors that mean the same */
export function textIfThere(file: string, ...codes: readonly string[]): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (isCode(error, 'ENOENT', ...codes)) return undefined;
    throw error;
  }
}
