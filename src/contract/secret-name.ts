/** Credentials that were given where a name belongs: they are neither used as one nor shown. */
import { distinctShape } from './distinct-shape.js';

const JWT_OR_KEY = /^bearer\s|^eyJ[\w-]{16}|^[\w-]+\.[\w-]+:[\w+/=-]{12,}$/i;
/** No folder, no ending, and letters and digits mixed for long. */
const OPAQUE = /^(?=[\w+=]*\d)(?=[\w+=]*[a-z])[\w+=]{32,}$/i;

/** Whether a word is a credential rather than the name of a file or profile; a path never is. */
export function isSecretName(word: string): boolean {
  if (/^\.{0,2}\//.test(word)) return false;
  return JWT_OR_KEY.test(word) || OPAQUE.test(word) || distinctShape(word) !== undefined;
}

/** The name of a file that cannot be read, as an error may show it. */
export function shownName(path: string): string {
  const isLong = path.length > 24 && !path.includes('/') && !/\.\w{1,6}$/.test(path);
  return isLong || isSecretName(path) ? 'the file (not shown: its name may be a secret)' : path;
}
