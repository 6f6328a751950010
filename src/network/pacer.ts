/**
 * How fast a run may go: a rate (requests a second), a pause that the server asked for and that
 * holds for every request, and a width (requests in flight) that halves when the server is
 * overloaded and grows back one by one.
 */
import type { Clock } from '../contract/provider.js';

export interface Pacer {
  /** Undefined when a request may leave now; else a promise to wait for. Asks again after a pause. */
  admit(signal?: AbortSignal): Promise<void> | undefined;
  /** The server said 429 or 503: nothing leaves for `ms` milliseconds. */
  throttled(ms: number): void;
  /** A request was answered. */
  succeeded(): void;
  /** Requests that may be in flight now. */
  width(): number;
}

/** @param rate requests a second; undefined: no limit. @param most the width to start with. */
export function createPacer(clock: Clock, most: number, rate?: number): Pacer {
  const gap = rate === undefined ? 0 : 1000 / rate;
  let nextSlot = 0;
  let pausedUntil = 0;
  let width = most;
  let credit = 0;

  function ready(now: number): number {
    const at = Math.max(pausedUntil, nextSlot);
    return at - now < 1 ? 0 : at - now;
  }

  async function wait(signal?: AbortSignal): Promise<void> {
    while (!signal?.aborted) {
      const now = clock.now();
      // Slots begin where the pause ends: those who waited must not leave all at once.
      const slot = Math.max(now, nextSlot, pausedUntil);
      nextSlot = slot + gap;
      await clock.sleep(slot - now, signal);
      if (clock.now() >= pausedUntil) return;
    }
  }

  return {
    admit(signal) {
      if (gap === 0 && pausedUntil === 0) return undefined;
      const now = clock.now();
      if (ready(now) > 0) return wait(signal);
      nextSlot = Math.max(now, nextSlot) + gap;
      return undefined;
    },
    throttled(ms) {
      const now = clock.now();
      if (now >= pausedUntil) width = Math.max(1, Math.floor(width / 2));
      pausedUntil = Math.max(pausedUntil, now + ms);
      credit = 0;
    },
    succeeded() {
      if (width >= most || ++credit < width) return;
      width += 1;
      credit = 0;
    },
    width: () => width,
  };
}

/** Exponential back-off with full jitter, in milliseconds: 250, 500, 1000 … at most 30 s. */
export function backoffMs(tries: number, random: () => number = Math.random): number {
  return Math.round(random() * Math.min(30_000, 250 * 2 ** (tries - 1)));
}
