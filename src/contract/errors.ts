/**
 * What can go wrong, as data. One class carries it; the functions below make each kind.
 * `code` is stable and ours, `message` says what and why, `hint` names the fix or the next command.
 */

/** How many targets an error speaks for. */
export type Affects =
  /** This target only. */
  | 'target'
  /** The request was refused as a whole: smaller batches may still succeed. */
  | 'batch'
  /** Every target of the run would meet it. */
  | 'run';

/** What an error is: exit-codes.ts says which exit code each kind comes to. */
export type ErrorKind =
  /** Bad input or usage: nothing was sent. */
  | 'usage'
  /** Credentials are missing, expired or unfit, or the provider rejected them. */
  | 'credentials'
  /** The provider refused, or was not reached: nothing was revoked, and the target is `failed`. */
  | 'refused'
  /** The provider may have acted: the target is `unknown`. */
  | 'in_doubt';

export interface RevokeErrorDetails {
  readonly kind: ErrorKind;
  readonly code: string;
  readonly message: string;
  readonly hint?: string | undefined;
  readonly providerCode?: string | number | undefined;
  readonly affects?: Affects;
  readonly cause?: unknown;
}

/** The same for the functions that make one kind. */
export type ErrorDetails = Omit<RevokeErrorDetails, 'kind'>;

export class RevokeError extends Error {
  readonly kind: ErrorKind;
  readonly code: string;
  readonly hint: string | undefined;
  readonly providerCode: string | number | undefined;
  readonly affects: Affects;

  constructor(details: RevokeErrorDetails) {
    super(details.message, { cause: details.cause });
    this.name = 'RevokeError';
    this.kind = details.kind;
    this.code = details.code;
    this.hint = details.hint;
    this.providerCode = details.providerCode;
    this.affects = details.affects ?? 'target';
  }

  /** Whether the provider may have acted: then an outcome is `unknown`, else `failed`. */
  get inDoubt(): boolean {
    return this.kind === 'in_doubt';
  }

  /** The same error with other details: one that was made is never changed. */
  with(changes: Partial<RevokeErrorDetails>): RevokeError {
    const { kind, code, message, hint, providerCode, affects, cause } = this;
    const own = { kind, code, message, hint, providerCode, affects, cause };
    return new RevokeError({ ...own, ...changes });
  }
}

/** Bad input or usage: nothing was sent. */
export function usageError(message: string, hint?: string, code = 'usage'): RevokeError {
  return new RevokeError({ kind: 'usage', code, message, hint, affects: 'run' });
}

/** Missing, expired, unfit or rejected credentials. */
export function credentialsError(
  message: string,
  hint?: string,
  code = 'no_credentials',
): RevokeError {
  return new RevokeError({ kind: 'credentials', code, message, hint, affects: 'run' });
}

/** The provider refused, and nothing was revoked by it. */
export function refusedError(details: ErrorDetails): RevokeError {
  return new RevokeError({ ...details, kind: 'refused' });
}

/** It may or may not have taken effect. */
export function inDoubtError(details: ErrorDetails): RevokeError {
  return new RevokeError({ ...details, kind: 'in_doubt' });
}

/** What to do where the system opens no more files or connections. */
export const MORE_FILES = 'raise the limit on open files (ulimit -n), or lower --concurrency';

/** Whether a process, or the whole system, has as many files and connections open as it may. */
export function isOutOfFiles(error: unknown): boolean {
  return isCode(error, 'EMFILE', 'ENFILE');
}

/**
 * An error that nobody foresaw, as one sentence: never a stack, never source code. Whoever writes it
 * masks it; a parser's words are left out, since they quote what may be half a secret.
 */
export function unforeseenError(error: unknown): RevokeError {
  const { name, message: said } = (error ?? {}) as { name?: unknown; message?: unknown };
  if (isOutOfFiles(error))
    return refusedError({
      code: 'too_many_files',
      message: 'the system lets this program open no more files',
      hint: MORE_FILES,
      affects: 'run',
    });
  const [first = ''] = String(said ?? error).split('\n', 1);
  const message = `internal error: ${name === 'SyntaxError' ? name : first}`;
  return refusedError({ code: 'internal', message, hint: 'please report this', affects: 'run' });
}

/** A read that failed changed nothing, whether it arrived or not: no target is in doubt by it. */
export function asReadError(error: RevokeError): RevokeError {
  if (!error.inDoubt) return error;
  return error.with({ kind: 'refused', hint: 'run this again', affects: 'run' });
}

/** Whether a value is one of ours, across realms and bundles too. */
export function isRevokeError(value: unknown): value is RevokeError {
  return value instanceof Error && value.name === 'RevokeError' && 'affects' in value;
}

/** Whether an error of the system is one of these: `ENOENT` … Realms of a test runner included. */
export function isCode(error: unknown, ...codes: readonly string[]): boolean {
  if (typeof error !== 'object' || error === null || !('code' in error)) return false;
  return codes.includes(String(error.code));
}
