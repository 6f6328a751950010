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

export interface RevokeErrorDetails {
  readonly code: string;
  readonly message: string;
  readonly hint?: string | undefined;
  readonly providerCode?: string | number | undefined;
  /** Whether the provider may have acted: true makes an outcome `unknown`, false makes it `failed`. */
  readonly inDoubt?: boolean;
  readonly affects?: Affects;
  readonly exit?: number;
  readonly cause?: unknown;
}

export class RevokeError extends Error {
  readonly code: string;
  readonly hint: string | undefined;
  readonly providerCode: string | number | undefined;
  readonly inDoubt: boolean;
  readonly affects: Affects;
  readonly exit: number;

  constructor(details: RevokeErrorDetails) {
    super(details.message, { cause: details.cause });
    this.name = 'RevokeError';
    this.code = details.code;
    this.hint = details.hint;
    this.providerCode = details.providerCode;
    this.inDoubt = details.inDoubt ?? false;
    this.affects = details.affects ?? 'target';
    this.exit = details.exit ?? (this.inDoubt ? 4 : 1);
  }

  /** The same error with other details: one that was made is never changed. */
  with(changes: Partial<RevokeErrorDetails>): RevokeError {
    const { code, message, hint, providerCode, inDoubt, affects, exit, cause } = this;
    const own = { code, message, hint, providerCode, inDoubt, affects, exit, cause };
    return new RevokeError({ ...own, ...changes });
  }
}

/** Bad input or usage: nothing was sent, exit 2. */
export function usageError(message: string, hint?: string, code = 'usage'): RevokeError {
  return new RevokeError({ code, message, hint, affects: 'run', exit: 2 });
}

/** Missing, expired, unfit or rejected credentials: exit 3. */
export function credentialsError(
  message: string,
  hint?: string,
  code = 'no_credentials',
): RevokeError {
  return new RevokeError({ code, message, hint, affects: 'run', exit: 3 });
}

/** The provider refused, and nothing was revoked by it. */
export function refusedError(details: RevokeErrorDetails): RevokeError {
  return new RevokeError({ ...details, inDoubt: false });
}

/** It may or may not have landed. */
export function inDoubtError(details: RevokeErrorDetails): RevokeError {
  return new RevokeError({ ...details, inDoubt: true });
}

/**
 * An error that nobody foresaw, as one sentence: never a stack, never source code. Whoever writes it
 * masks it; a parser's words are left out, since they quote what may be half a secret.
 */
export function unforeseenError(error: unknown): RevokeError {
  const { name, message: said } = (error ?? {}) as { name?: unknown; message?: unknown };
  const [first = ''] = String(said ?? error).split('\n', 1);
  const message = `internal error: ${name === 'SyntaxError' ? name : first}`;
  return new RevokeError({ code: 'internal', message, hint: 'please report this', affects: 'run' });
}

/** Whether a value is one of ours, across realms and bundles too. */
export function isRevokeError(value: unknown): value is RevokeError {
  return value instanceof Error && value.name === 'RevokeError' && 'affects' in value;
}

/** The codes of errors that say our credentials were missing or rejected (exit 3). */
export const CREDENTIAL_CODES: ReadonlySet<string> = new Set([
  'no_credentials',
  'credentials_expired',
  'credentials_unfit',
  'credentials_rejected',
  'forbidden',
]);

/** Whether an error of the system is one of these: `ENOENT` … Realms of a test runner included. */
export function isCode(error: unknown, ...codes: readonly string[]): boolean {
  if (typeof error !== 'object' || error === null || !('code' in error)) return false;
  return codes.includes(String(error.code));
}
