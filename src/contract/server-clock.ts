/** A server's clock, as the Date of its answers has it. All times in ms since the epoch. */
import type { Response } from './http.js';
import type { Clock, Log } from './provider.js';

/** What the Date of an answer says, to the second; undefined where it says nothing. */
export function dateOf({ headers }: Pick<Response, 'headers'>): number | undefined {
  const date = Date.parse(headers['date'] ?? '');
  return Number.isNaN(date) ? undefined : date;
}

/** A difference that no slow answer explains. */
const FAR_MS = 2 * 60_000;

/** Says once, of one service, that its clock is far from ours: every time in its answers is by it. */
export function clockWatch(
  service: string,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): (response: Pick<Response, 'headers'>) => void {
  let isTold = false;
  return (response) => {
    if (isTold) return;
    const gap = (dateOf(response) ?? NaN) - clock.now();
    if (!(Math.abs(gap) > FAR_MS)) return;
    isTold = true;
    const way = gap > 0 ? 'ahead of' : 'behind';
    log.warn(
      `the clock of ${service} is ${durationText(Math.abs(gap))} ${way} this machine's: one of them is wrong, and times in answers are by its own`,
    );
  };
}

function durationText(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 120) return `${minutes} minutes`;
  const hours = Math.round(minutes / 60);
  return hours < 72 ? `${hours} hours` : `${Math.round(hours / 24)} days`;
}
