/** Warns of the pauses that servers ask for. */
import type { Clock, Log } from '../contract/provider.js';

/** A pause shorter than this is not noticed, ms. */
const NOTICED_FROM_MS = 2000;

/** Warns of a pause once, with its end, however many requests were asked for it. */
export function createPauseNotice(clock: Clock, log: Log) {
  let warnedUntil = -Infinity;
  return (origin: string, ms: number): void => {
    const end = clock.monotonic() + ms;
    if (ms < NOTICED_FROM_MS || end < warnedUntil + NOTICED_FROM_MS) return;
    warnedUntil = end;
    const time = new Date(clock.now() + ms).toISOString().replace(/\.\d+Z$/, 'Z');
    const { host } = new URL(origin);
    log.warn(`${host} asked for a pause of ${Math.ceil(ms / 1000)} s: waiting until ${time}`);
  };
}
