/** How long a new token shall live: read before anything is sent, and never guessed. */
import { durationMs, type Options, rfc3339, usageError } from '../../src/contract/index.js';
import { quoted } from './target.js';
import { timeMs } from './tokens.js';

const YEAR_S = 31_536_000;
const EXAMPLE = 'for example --expires-in 30d';
const LATEST_S = 253_402_300_799;

/** The lifetime in whole seconds. Throws a usage error for one that is no future time. */
export function lifetimeFrom(options: Options, now: number): number {
  const within = options.text('expiresIn');
  const at = options.text('expiresAt');
  if (within !== undefined && at !== undefined)
    throw usageError('--expires-in and --expires-at cannot be combined', 'give one of them');
  if (within !== undefined) return secondsOf(within);
  return at === undefined ? YEAR_S : secondsUntil(at, now);
}

function secondsOf(text: string): number {
  const given = text.trim();
  const ms = durationMs(/\d$/.test(given) ? `${given}s` : given);
  if (ms === undefined) throw invalid('--expires-in', text, 'is not a number of seconds or an age');
  const seconds = ms / 1000;
  if (seconds > 0 && seconds <= LATEST_S) return seconds;
  throw invalid('--expires-in', text, 'is not in the future');
}

function secondsUntil(text: string, now: number): number {
  const given = text.trim();
  const hasZone = /^\d+$/.test(given) || /(?:Z|[+-]\d\d:?\d\d)$/i.test(given);
  const at = hasZone ? timeMs(given) : undefined;
  if (at === undefined || at > LATEST_S * 1000)
    throw invalid('--expires-at', text, 'is not a time with a time zone');
  const seconds = Math.floor((at - now) / 1000);
  if (seconds > 0) return seconds;
  throw invalid('--expires-at', text, `is past (${rfc3339(at)})`);
}

function invalid(option: string, text: string, why: string) {
  return usageError(
    `Invalid expiration time: ${option}: ${quoted(text)} ${why}`,
    EXAMPLE,
    'bad_expiration',
  );
}
