/** Deadlines of requests. */

/** How often they are looked at, milliseconds: one timer for all costs less than one for each. */
const SWEEP_MS = 50;

export interface DeadlineEntry {
  /** In sweeps: a clock that nobody sets, and that costs no module to load. */
  readonly deadline: number;
  expire(): void;
}

export interface Deadlines {
  /** The deadline that is `ms` milliseconds away. */
  deadlineAfter(ms: number): number;
  /** @returns the place to give back when the entry is done */
  add(entry: DeadlineEntry): number;
  remove(place: number): void;
  stop(): void;
}

/**
 * Deadlines of all requests in flight, swept by one timer while there are any. Places are used
 * again: a Set that a million entries pass through keeps each alive for a garbage collection more.
 */
export function createDeadlines(): Deadlines {
  const slots: (DeadlineEntry | undefined)[] = [];
  const free: number[] = [];
  let timer: NodeJS.Timeout | undefined;
  const stop = () => {
    clearInterval(timer);
    timer = undefined;
  };
  let sweeps = 0;
  const sweep = () => {
    sweeps += 1;
    for (const entry of slots) if (entry && entry.deadline <= sweeps) entry.expire();
    if (free.length === slots.length) stop();
  };
  return {
    deadlineAfter: (ms) => sweeps + Math.ceil(ms / SWEEP_MS) + 1,
    add(entry) {
      const slot = free.pop() ?? slots.length;
      slots[slot] = entry;
      timer ??= setInterval(sweep, SWEEP_MS).unref();
      return slot;
    },
    remove(slot) {
      slots[slot] = undefined;
      free.push(slot);
    },
    stop,
  };
}
