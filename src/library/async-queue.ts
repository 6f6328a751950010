/** Hands what one side makes to a reader who asks for it, and lets the maker wait for the reader. */
export interface Queue<T> {
  /** Resolves when the reader has worked through these and asks for more. */
  put(values: readonly T[]): Promise<void>;
  /** Resolves when the reader waits. */
  wanted(): Promise<void>;
  /** Nothing more comes; with an error, reading ends by it. */
  end(error?: unknown): void;
  /** From now on nothing waits for the reader, who may still read what there is. */
  hurry(): void;
  /** The reader has stopped: what arrives now is dropped. */
  leave(): void;
  read(): AsyncGenerator<T, void>;
}

export function createQueue<T>(): Queue<T> {
  let held: T[] = [];
  let ended: { readonly error?: unknown } | undefined;
  let isWaiting = false;
  let hurried = false;
  let left = false;
  let wakeReader: (() => void) | undefined;
  let makers: (() => void)[] = [];

  function release(): void {
    const waiting = makers;
    makers = [];
    for (const go of waiting) go();
  }

  function wanted(): Promise<void> {
    if (hurried || (isWaiting && held.length === 0)) return Promise.resolve();
    return new Promise((resolve) => makers.push(resolve));
  }

  return {
    wanted,
    put(values) {
      if (left) return Promise.resolve();
      held.push(...values);
      wakeReader?.();
      return wanted();
    },
    end(error) {
      ended ??= error === undefined ? {} : { error };
      wakeReader?.();
    },
    hurry() {
      hurried = true;
      release();
    },
    leave() {
      left = true;
      hurried = true;
      release();
    },
    async *read() {
      for (;;) {
        const taken = held;
        held = [];
        for (const value of taken) yield value;
        if (held.length > 0) continue;
        if (ended) break;
        isWaiting = true;
        release();
        // What makes is woken first, and may have made more by now.
        if (held.length === 0 && !ended) await new Promise<void>((wake) => (wakeReader = wake));
        isWaiting = false;
        wakeReader = undefined;
      }
      if ('error' in ended) throw ended.error;
    },
  };
}
