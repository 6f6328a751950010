/** Lines that are the two halves of one target, as a file of variables has them, become one line. */
import type { TargetSpec } from './provider.js';

export interface HalfJoiner<Line> {
  /** The lines that are whole now. One that may be a half is kept until the next one comes. */
  push(lines: readonly Line[]): readonly Line[];
  end(): readonly Line[];
}

interface Textual {
  readonly text?: string;
}

export function createHalfJoiner<Line extends Textual>(
  halves: TargetSpec['halves'],
): HalfJoiner<Line> {
  let held: Line | undefined;
  const release = () => {
    const lines = held === undefined ? [] : [held];
    held = undefined;
    return lines;
  };
  return {
    push(lines) {
      if (!halves) return lines;
      const all: Line[] = [];
      for (const line of lines) {
        const first = held?.text;
        const { text } = line;
        if (held && first !== undefined && text !== undefined && halves.make(first, text)) {
          all.push({ ...held, text: `${first} ${text}` });
          held = undefined;
          continue;
        }
        all.push(...release());
        if (text !== undefined && halves.mayBe(text)) held = line;
        else all.push(line);
      }
      return all;
    },
    end: release,
  };
}
