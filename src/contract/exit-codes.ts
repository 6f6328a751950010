/**
 * What a command came to, and the exit code of it. This is the one table: help, man page and docs
 * print it, and nothing else holds a number.
 */
import type { ErrorKind, RevokeError } from './errors.js';

export type Ending = 'done' | 'failed' | 'usage' | 'credentials' | 'unknown' | 'declined';

interface ExitCode {
  readonly ending: Ending | 'interrupted';
  /** As docs write it: `130, 143`. */
  readonly code: string;
  /** For a line of help. */
  readonly short: string;
  readonly text: string;
}

export const EXIT_CODES: readonly ExitCode[] = [
  {
    ending: 'done',
    code: '0',
    short: 'all revoked',
    text: 'Every target is `revoked`, `already_revoked`, `accepted` or ignored (`planned` in a dry run; `skipped` if the journal says one of these)',
  },
  {
    ending: 'failed',
    code: '1',
    short: 'some failed',
    text: 'At least one is `failed`, `alive` or `skipped` for another reason; or results, or a journal that was asked for, could not be written',
  },
  {
    ending: 'usage',
    code: '2',
    short: 'wrong usage, nothing sent',
    text: 'Wrong usage, bad input or no targets. Nothing was sent',
  },
  {
    ending: 'credentials',
    code: '3',
    short: 'credentials',
    text: 'No credentials, or the provider rejected them for the whole run',
  },
  {
    ending: 'unknown',
    code: '4',
    short: 'unknown: see the hint',
    text: 'At least one is `unknown`: its hint says whether another run can help',
  },
  {
    ending: 'declined',
    code: '5',
    short: 'declined',
    text: 'Declined at the question. Nothing was revoked',
  },
  {
    ending: 'interrupted',
    code: '130, 143',
    short: 'interrupted',
    text: 'Interrupted (SIGINT, SIGTERM). Nothing new was started; requests in flight were finished and reported',
  },
];

export function exitCodeOf(ending: Ending): number {
  return Number(EXIT_CODES.find((row) => row.ending === ending)?.code);
}

const ENDING_OF_KIND: Readonly<Record<ErrorKind, Ending>> = {
  usage: 'usage',
  credentials: 'credentials',
  refused: 'failed',
  in_doubt: 'unknown',
};

/** What a command comes to that an error ended. */
export function endingOf(error: Pick<RevokeError, 'kind'>): Ending {
  return ENDING_OF_KIND[error.kind];
}

const WORST_FIRST: readonly Ending[] = ['credentials', 'failed', 'unknown'];

/** Of several endings the worst. */
export function worstOf(endings: readonly Ending[]): Ending {
  return WORST_FIRST.find((ending) => endings.includes(ending)) ?? 'done';
}
