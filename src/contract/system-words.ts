/** The errors of the system in words, with the code that people search for. */

const FILES: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EISDIR: 'it is a folder',
  EFTYPE: 'it is not a regular file',
  ENOTDIR: 'a part of the path is not a folder',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'the file system is read-only',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open on this machine',
  ELOOP: 'too many symbolic links',
  ENAMETOOLONG: 'the name is too long',
  EIO: 'the device failed',
};

const CONNECTIONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was closed',
  EPIPE: 'the connection was closed',
  UND_ERR_SOCKET: 'the connection was closed',
  ENOTFOUND: 'the host name is not known',
  EAI_AGAIN: 'the host name could not be looked up',
  ETIMEDOUT: 'no connection in time',
  UND_ERR_CONNECT_TIMEOUT: 'no connection in time',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  HTTPParserError: 'the answer is not valid HTTP',
  ERR_ASSERTION: 'the answer is not valid HTTP',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'the answer is not as long as it says',
  UND_ERR_HEADERS_OVERFLOW: 'the headers of the answer are too long',
};

/** What is wrong with a server's certificate, and what to do about it. */
interface Trouble {
  readonly words: string;
  readonly hint: string;
}

const CLOCK = "check this machine's clock; if it is right, the server needs a new certificate";
const NOT_TRUSTED: Trouble = {
  words: 'its certificate is not from an authority that is trusted here',
  hint: 'name the authority with --ca-file <pem>',
};
const NO_TLS: Trouble = {
  words: 'it does not speak TLS on this port',
  hint: 'check the port of the endpoint, and whether it is https',
};

const TLS: Readonly<Record<string, Trouble>> = {
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: NOT_TRUSTED,
  UNABLE_TO_GET_ISSUER_CERT: NOT_TRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: NOT_TRUSTED,
  SELF_SIGNED_CERT_IN_CHAIN: NOT_TRUSTED,
  DEPTH_ZERO_SELF_SIGNED_CERT: NOT_TRUSTED,
  CERT_HAS_EXPIRED: { words: 'its certificate has expired', hint: CLOCK },
  CERT_NOT_YET_VALID: { words: 'its certificate is not valid yet', hint: CLOCK },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    words: 'its certificate is for another host',
    hint: 'check the host of the endpoint',
  },
  ERR_SSL_WRONG_VERSION_NUMBER: NO_TLS,
  EPROTO: NO_TLS,
};

const WORDS: Readonly<Record<string, string>> = { ...FILES, ...CONNECTIONS };

/** `no such file or folder (ENOENT)`; a code without words stands by itself. */
export function systemWords(error: unknown): string {
  const { code } = (error ?? {}) as { readonly code?: unknown };
  return typeof code === 'string' ? codeWords(code) : 'the system gave no reason';
}

export function codeWords(code: string): string {
  const words = own(TLS, code)?.words ?? own(WORDS, code);
  return words === undefined ? code : `${words} (${code})`;
}

/** What to do about a certificate. @param reason ends in a code, as codeWords() writes it */
export function tlsHint(reason: string): string {
  const [code = ''] = /\w+(?=\)?$)/.exec(reason) ?? [];
  return (own(TLS, code) ?? NOT_TRUSTED).hint;
}

function own<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
