/** Results that wait a moment for more: a write for each costs a million of them several seconds. */
import type { OutputStream } from '../runtime/world.js';

const PIECE_CHARACTERS = 16 * 1024;
const PIECE_MS = 20;

/** What is added is written when enough has come together, or a moment later. */
export function createBufferedWriter(out: OutputStream) {
  let waiting = '';
  let slow: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  const write = () => {
    clearTimeout(timer);
    timer = undefined;
    const text = waiting;
    waiting = '';
    if (text === '') return;
    const taken = out.write(text);
    if (taken) slow = taken.finally(() => (slow = undefined));
  };
  return {
    add(text: string): Promise<void> | undefined {
      waiting += text;
      if (waiting.length >= PIECE_CHARACTERS) write();
      else if (waiting !== '') timer ??= setTimeout(write, PIECE_MS);
      return slow;
    },
    async flush(): Promise<void> {
      write();
      await slow;
      // Whether the last write failed is known a turn later.
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}
