/**
 * The cut-off: tokens issued before it are revoked. It is a moment of the server's clock, it must lie
 * within the last hour, and no retry may move it forward. All times in ms.
 */
import {
  durationMs,
  inDoubtError,
  isRevokeError,
  refusedError,
  rfc3339Ms,
  usageError,
} from '../../src/contract/index.js';
import { time, type Ably } from './client.js';

const HOUR_MS = 3_600_000;
/** A cut-off as close as this to the end of Ably's hour would leave it on the way. */
const MARGIN_MS = 5000;

/** What --issued-before says: a moment, or so long before now. */
export type CutOff = { readonly at: number } | { readonly ago: number };

/** Reads --issued-before. Throws a usage error for what no clock nearby would accept. */
export function parseCutOff(text: string, now: number): CutOff {
  const ago = durationMs(text);
  if (ago !== undefined) {
    assertInHour(now - ago, now);
    return { ago };
  }
  if (/^\d{9,10}$/.test(text)) {
    throw usageError(
      `--issued-before ${text} looks like seconds; Ably counts milliseconds`,
      `--issued-before ${text}000`,
    );
  }
  const at = /^\d{11,16}$/.test(text) ? Number(text) : rfc3339Ms(text);
  if (at === undefined) {
    throw usageError(
      '--issued-before needs a time with a time zone, Unix milliseconds, or an age',
      'for example --issued-before 10m, or 2026-01-31T12:00:00Z',
    );
  }
  assertInHour(at, now);
  return { at };
}

function assertInHour(at: number, now: number): void {
  if (at > now) {
    throw usageError(
      '--issued-before is in the future',
      'give a time within the last hour, or leave it out',
    );
  }
  if (at > now - HOUR_MS) return;
  throw usageError(
    '--issued-before is an hour ago or more; Ably accepts only the last hour',
    'omit it: revocable tokens are valid for an hour at most, so older ones have expired',
  );
}

/**
 * When something that this machine did at `moment` happened by the server's clock; never later than
 * it did. Throws `unknown` where the server cannot be asked, and `cutoff_expired` where that moment
 * has left Ably's hour.
 */
export async function serverTimeOf(ably: Ably, moment: number, inDoubt = true): Promise<number> {
  const serverNow = await askTime(ably, inDoubt);
  const at = serverNow - Math.max(0, ably.clock.now() - moment);
  if (at > serverNow - HOUR_MS + MARGIN_MS) return at;
  throw refusedError({
    code: 'cutoff_expired',
    message: 'the first try was an hour ago or more, and Ably accepts no time that old',
    hint: 'tokens issued before it have expired; to revoke newer ones too, start a new run without --resume',
  });
}

async function askTime(ably: Ably, mayHaveLanded: boolean): Promise<number> {
  try {
    return await time(ably);
  } catch (error) {
    if (!isRevokeError(error) || !mayHaveLanded) throw error;
    throw inDoubtError({
      code: 'no_server_time',
      message: `the first try may have taken effect, and Ably's clock could not be read for the second: ${error.message}`,
      hint: 'without it a retry would also revoke newer tokens: run this again',
      cause: error,
    });
  }
}
