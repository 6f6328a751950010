/** What may stand where a JTI is asked for. Nothing that could change a path, and no credential. */
import { quoteUnlessSecret, type Target, usageError } from '../../src/contract/index.js';

/** One path segment of unreserved characters (RFC 3986 §2.3); `.` and `..` cannot match. */
const JTI = /^[A-Za-z0-9_-][A-Za-z0-9_.~-]{0,255}$/;

const CREDENTIAL =
  /^(?:[Bb]earer\s|[Ww][Ss][Tt]_|nb_(?:live|test)_|eyJ[\w-]*\.[\w-]|eyJ[\w-]{80})|^[\w-]{16,}\.[\w-]{16,}\.[\w-]{16,}$/;

/** Whether a text can be an id in a path of this API: a JTI, a workspace id. */
export function isId(text: string): boolean {
  return JTI.test(text);
}

/** Whether a text looks like a token or a key rather than the name of one. */
export function looksLikeCredential(text: string): boolean {
  return CREDENTIAL.test(text);
}

/** Reads one JTI. Throws a usage error that shows the text only where it cannot be a secret. */
export function parseJti(text: string): Target {
  if (looksLikeCredential(text)) {
    throw usageError(
      'this is a token; give its JTI instead',
      'it is the jti claim of the token; find it with: revoke workspace list',
      'credential_as_target',
    );
  }
  if (JTI.test(text)) return { id: text };
  throw usageError(
    `${text === '' ? 'an empty text' : quoted(text)} is not a JTI`,
    'a JTI is up to 256 letters, digits, _ . ~ and -; find it with: revoke workspace list',
    'bad_target',
  );
}

/** A text as an error may show it. */
export function quoted(text: string): string {
  return quoteUnlessSecret(text, looksLikeCredential);
}
