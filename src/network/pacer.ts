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
  const { within } = options;
  const slots = createSlots(clock, options);
  const width = createWidth(options.width);
  let reserved = 0;

  function admit(signal?: AbortSignal): Promise<void> | undefined {
    if (reserved > 0) {
      reserved -= 1;
      return undefined;
    }
    const own = slots.admit(signal);
    if (!within) return own;
    return own ? own.then(() => within.admit(signal)) : within.admit(signal);
  }

  return {
    admit,
    reserve(signal) {
      if (slots.isUnlimited() && !within) return undefined;
      const admitted = admit(signal);
      if (!admitted) reserved += 1;
      return admitted?.then(() => void (reserved += 1));
    },
    throttled: (ms) => width.throttled(slots.pause(ms)),
    succeeded: width.succeeded,
    width: width.now,
  };
}

/** The moments at which requests may leave: by the rate, the pace, and the pause of a server. */
function createSlots(clock: Clock, { rate, pace: wanted, onWait }: PacerOptions) {
  const gap = rate === undefined ? 0 : 1000 / rate;
  const pace = wanted && createPaceWindow(wanted);
  let nextSlot = 0;
  let pausedUntil = 0;

  function isUnlimited(): boolean {
    return gap === 0 && !pace && pausedUntil === 0;
  }

  /** Slots begin where the pause ends: those who waited must not leave all at once. */
  function slotAfter(now: number): number {
    return Math.max(now, nextSlot, pausedUntil, pace?.next() ?? 0);
  }

  function take(slot: number): void {
    nextSlot = slot + gap;
    pace?.take(slot);
  }

  async function wait(signal?: AbortSignal): Promise<void> {
    while (!signal?.aborted) {
      const now = clock.monotonic();
      const slot = slotAfter(now);
      if (slot - now >= 1 && slot === pace?.next()) onWait?.(slot - now);
      take(slot);
      await clock.sleep(slot - now, signal);
      if (clock.monotonic() >= pausedUntil) return;
    }
  }

  return {
    isUnlimited,
    admit(signal?: AbortSignal): Promise<void> | undefined {
      if (isUnlimited()) return undefined;
      const now = clock.monotonic();
      const slot = slotAfter(now);
      if (slot - now >= 1) return wait(signal);
      take(now);
      return undefined;
    },
    /** Answers whether this begins a pause, rather than lengthens one. */
    pause(ms: number): boolean {
      const now = clock.monotonic();
      const isNew = now >= pausedUntil;
      pausedUntil = Math.max(pausedUntil, now + ms);
      return isNew;
    },
  };
}

/** When so many requests have left in the last seconds that the next one waits. */
function createPaceWindow({ requests, seconds }: NonNullable<PacerOptions['pace']>) {
  /** When the last requests left that count against the pace. */
  const left: number[] = [];
  return {
    /** The first moment at which another may leave. */
    next(): number {
      const [first] = left;
      return first !== undefined && left.length >= requests ? first + seconds * 1000 : 0;
    },
    take(slot: number): void {
      left.push(slot);
      if (left.length > requests) left.shift();
    },
  };
}

/** Requests in flight: half as many from each pause on, one more after as many answers. */
function createWidth(most: number) {
  let width = most;
  let credit = 0;
  return {
    now: () => width,
    throttled(isNewPause: boolean): void {
      if (isNewPause) width = Math.max(1, Math.floor(width / 2));
      credit = 0;
    },
    succeeded(): void {
      if (width >= most || ++credit < width) return;
      width += 1;
      credit = 0;
    },
  };
}

/** Exponential back-off with full jitter, in milliseconds: 250, 500, 1000 … at most 30 s. */
export function backoffMs(tries: number, random: () => number = Math.random): number {
  return Math.round(random() * Math.min(30_000, 250 * 2 ** (tries - 1)));
}
