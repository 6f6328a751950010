/**
 * How fast a lane may go: a rate (requests a second), a pace (so many requests in any span of time,
 * at once if need be), a pause that the server asked for and that holds for every request, and a
 * width (requests in flight) that halves when the server is overloaded and grows back one by one.
 */
import type { Clock } from '../contract/provider.js';

export interface Pacer {
  /** Undefined when a request may leave now; else a promise to wait for. Asks again after a pause. */
  admit(signal?: AbortSignal): Promise<void> | undefined;
  /** The same ahead of a request that is about to be made: what is admitted next does not wait. */
  reserve(signal?: AbortSignal): Promise<void> | undefined;
  /** The server said 429 or 503: nothing leaves for `ms` milliseconds. */
  throttled(ms: number): void;
  /** A request was answered. */
  succeeded(): void;
  /** Requests that may be in flight now. */
  width(): number;
}

export interface PacerOptions {
  /** The width to start with. */
  readonly width: number;
  /** Requests a second; undefined: no limit. */
  readonly rate?: number | undefined;
  readonly pace?: { readonly requests: number; readonly seconds: number } | undefined;
  /** Another pacer that requests must pass too. */
  readonly within?: Pacer | undefined;
  /** Called with the milliseconds of a wait that the pace asks for. */
  readonly onWait?: ((ms: number) => void) | undefined;
}

export function createPacer(clock: Clock, options: PacerOptions): Pacer {
  const { rate, pace, within, width: most } = options;
  const gap = rate === undefined ? 0 : 1000 / rate;
  /** When the last requests left that count against the pace. */
  const left: number[] = [];
  let nextSlot = 0;
  let pausedUntil = 0;
  let width = most;
  let credit = 0;
  let reserved = 0;

  /** Slots begin where the pause ends: those who waited must not leave all at once. */
  function slotAfter(now: number): number {
    return Math.max(now, nextSlot, pausedUntil, nextInPace());
  }

  function nextInPace(): number {
    const [first] = left;
    const isFull = pace !== undefined && first !== undefined && left.length >= pace.requests;
    return isFull ? first + pace.seconds * 1000 : 0;
  }

  function take(slot: number): void {
    nextSlot = slot + gap;
    if (!pace) return;
    left.push(slot);
    if (left.length > pace.requests) left.shift();
  }

  async function wait(signal?: AbortSignal): Promise<void> {
    while (!signal?.aborted) {
      const now = clock.monotonic();
      const slot = slotAfter(now);
      if (slot - now >= 1 && slot === nextInPace()) options.onWait?.(slot - now);
      take(slot);
      await clock.sleep(slot - now, signal);
      if (clock.monotonic() >= pausedUntil) return;
    }
  }

  function admitOwn(signal?: AbortSignal): Promise<void> | undefined {
    if (gap === 0 && !pace && pausedUntil === 0) return undefined;
    const now = clock.monotonic();
    const slot = slotAfter(now);
    if (slot - now >= 1) return wait(signal);
    take(now);
    return undefined;
  }

  function isUnlimited(): boolean {
    return gap === 0 && !pace && pausedUntil === 0 && !within;
  }

  function admit(signal?: AbortSignal): Promise<void> | undefined {
    if (reserved > 0) {
      reserved -= 1;
      return undefined;
    }
    const own = admitOwn(signal);
    if (!within) return own;
    return own ? own.then(() => within.admit(signal)) : within.admit(signal);
  }

  return {
    admit,
    reserve(signal) {
      if (isUnlimited()) return undefined;
      const admitted = admit(signal);
      if (!admitted) reserved += 1;
      return admitted?.then(() => void (reserved += 1));
    },
    throttled(ms) {
      const now = clock.monotonic();
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
