/**
 * One line at the bottom of a terminal that is drawn again and again. It is cleared before anything
 * else is written and drawn again after it, so that it never covers a result.
 */
import { textWidth } from './text-width.js';
import type { OutputStream } from '../runtime/world.js';

export interface LiveLine {
  /** The stream, cleared of the line before each write. */
  around(out: OutputStream): OutputStream;
  /** Draws the line that `render` makes, now and after every write, until `stop`. */
  draw(render: (width: number) => string): void;
  /** Takes the line away for good. */
  stop(): void;
}

const ERASE_BELOW = '\u001b[J';
const UP = '\u001b[A';

/** @param terminal where the line is drawn */
export function createLiveLine(terminal: OutputStream): LiveLine {
  let render: ((width: number) => string) | undefined;
  let drawn = '';
  /** A line that somebody else has begun must not be drawn over. */
  let isAtLineStart = true;

  /** A terminal that was made narrower has broken the line into several rows. */
  function clear(): void {
    if (drawn === '') return;
    const rows = Math.ceil(textWidth(drawn) / Math.max(1, terminal.columns));
    void terminal.write(`\r${UP.repeat(rows - 1)}${ERASE_BELOW}`);
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
  };
}
