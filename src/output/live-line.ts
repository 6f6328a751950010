/**
 * One line at the bottom of a terminal that is drawn again and again. It is cleared before anything
 * else is written and drawn again after it, so that it never covers a result.
 */
import type { OutputStream } from '../runtime/world.js';

export interface LiveLine {
  /** The stream, cleared of the line before each write. */
  around(out: OutputStream): OutputStream;
  /** Draws the line that `render` makes, now and after every write, until `stop`. */
  draw(render: (width: number) => string): void;
  /** Takes the line away for good. */
  stop(): void;
  /** Begins a row of its own for what follows a key that the terminal has shown: ^C. */
  leaveKey(): void;
}

const ERASE_BELOW = '\u001b[J';

/** @param terminal where the line is drawn */
export function createLiveLine(terminal: OutputStream): LiveLine {
  let render: ((width: number) => string) | undefined;
  let drawn = '';
  /** A line that somebody else has begun must not be drawn over. */
  let isAtLineStart = true;

  /**
   * Only the row of the cursor is cleared. A terminal that was made narrower may have broken the line
   * into rows, or cut it: nobody can tell, and in the second case a result stands in the row above. So
   * a piece of the line may stay there.
   */
  function clear(): void {
    if (drawn === '') return;
    void terminal.write(`\r${ERASE_BELOW}`);
    drawn = '';
  }

  function redraw(): void {
    if (!render || !isAtLineStart) return;
    // The last column stays empty: a terminal that fills it may begin a new row. So do two before
    // it, for the ^C that a terminal writes behind the line.
    const line = render(terminal.columns - 3);
    if (line === drawn) return;
    clear();
    drawn = line;
    void terminal.write(line);
  }

  return {
    around: (out) => ({
      write(text) {
        if (!out.isTTY) return out.write(text);
        clear();
        const taken = out.write(text);
        if (text !== '') isAtLineStart = text.endsWith('\n');
        redraw();
        return taken;
      },
      get failed() {
        return out.failed;
      },
      isTTY: out.isTTY,
      get columns() {
        return out.columns;
      },
    }),
    draw(next) {
      render = next;
      redraw();
    },
    stop() {
      render = undefined;
      clear();
    },
    leaveKey() {
      if (terminal.isTTY && drawn === '') void terminal.write('\n');
      isAtLineStart = true;
    },
  };
}
