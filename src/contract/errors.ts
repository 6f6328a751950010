/**
 * What can go wrong, as data. One class carries it; the functions below make each kind.
 * `code` is stable and ours, `message` says what and why, `hint` names the fix or the next command.
 */

/** How many targets an error speaks for. */
export type Reach =
  /** This target only. */
  | 'target'
  /** The request was refused as a whole: smaller batches may still succeed. */
  | 'batch'
  /** Every target of the run would meet it. */
  | 'run';

export interface FaultDetails {
  readonly code: string;
  readonly message: string;
  readonly hint?: string | undefined;
  readonly providerCode?: string | number | undefined;
  /** Whether the provider may have acted: `maybe` makes an outcome `unknown`, `no` makes it `failed`. */
  readonly landed?: 'no' | 'maybe';
  readonly reach?: Reach;
  readonly exit?: number;
  readonly cause?: unknown;
}

export class Fault extends Error {
  readonly code: string;
  readonly hint: string | undefined;
  readonly providerCode: string | number | undefined;
  readonly landed: 'no' | 'maybe';
  readonly reach: Reach;
  readonly exit: number;

  constructor(details: FaultDetails) {
    super(details.message, { cause: details.cause });
    this.name = 'Fault';
    this.code = details.code;
    this.hint = details.hint;
    this.providerCode = details.providerCode;
    this.landed = details.landed ?? 'no';
    this.reach = details.reach ?? 'target';
    this.exit = details.exit ?? (this.landed === 'maybe' ? 4 : 1);
  }
}

/** Bad input or usage: nothing was sent, exit 2. */
export function usage(message: string, hint?: string, code = 'usage'): Fault {
  return new Fault({ code, message, hint, reach: 'run', exit: 2 });
}

/** Missing, expired, unfit or rejected credentials: exit 3. */
export function credentials(message: string, hint?: string, code = 'no_credentials'): Fault {
  return new Fault({ code, message, hint, reach: 'run', exit: 3 });
}

/** The provider refused, and nothing was revoked by it. */
export function refused(details: FaultDetails): Fault {
  return new Fault({ ...details, landed: 'no' });
}

/** It may or may not have landed. */
export function unclear(details: FaultDetails): Fault {
  return new Fault({ ...details, landed: 'maybe' });
}

/** Whether a value is one of ours, across realms and bundles too. */
export function isFault(value: unknown): value is Fault {
  return value instanceof Error && value.name === 'Fault' && 'reach' in value;
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
