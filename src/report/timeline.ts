/** When outcomes became known: counted in spans of time that grow with what they have to cover. */

/** Widths in seconds; each holds the one before it a whole number of times. */
const WIDTHS: readonly number[] = [
  ...[1, 5, 15, 60, 300, 900, 1800, 3600, 10_800, 21_600, 43_200, 86_400],
  ...[2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096].map((days) => days * 86_400),
];
/** As many spans are kept at most while outcomes come in. */
const MOST_KEPT = 4000;
/** As many are drawn at most. */
const MOST_DRAWN = 60;
/** A short run has no bars as wide as the page. */
const LEAST_DRAWN = 24;
/** The scale is divided into so many parts. */
export const PARTS = 4;

export interface Timeline {
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly until: number;
  /** How long a span is, in seconds. */
  readonly width: number;
  readonly spans: number;
  /** By status: how many in each span. */
  readonly counts: ReadonlyMap<string, readonly number[]>;
  /** Outcomes without a time. */
  readonly timeless: number;
}

export interface TimelineCounter {
  /** @param by -1 takes one away again */
  add(at: string | undefined, status: string, by?: 1 | -1): void;
  /** Undefined where nothing has a time. */
  result(): Timeline | undefined;
}

export function createTimeline(): TimelineCounter {
  let level = 0;
  let kept = new Map<number, Map<string, number>>();
  let timeless = 0;

  function put(span: number, status: string, count: number): void {
    const counts = kept.get(span) ?? new Map<string, number>();
    counts.set(status, (counts.get(status) ?? 0) + count);
    kept.set(span, counts);
  }

  function widen(to: number): void {
    const factor = widthOf(to) / widthOf(level);
    const before = kept;
    level = to;
    kept = new Map();
    for (const [span, counts] of before) {
      for (const [status, count] of counts) put(Math.floor(span / factor), status, count);
    }
  }

  return {
    add(at, status, by = 1) {
      const seconds = Math.floor(Date.parse(at ?? '') / 1000);
      if (Number.isNaN(seconds)) {
        timeless += by;
        return;
      }
      put(Math.floor(seconds / widthOf(level)), status, by);
      if (kept.size > MOST_KEPT && level < WIDTHS.length - 1) widen(level + 1);
    },
    result() {
      const filled = () => [...kept].filter(([, counts]) => [...counts.values()].some(Boolean));
      if (filled().length === 0) return undefined;
      for (;;) {
        const spans = filled().map(([span]) => span);
        const [first, last] = [least(spans), most(spans)];
        if (last - first < MOST_DRAWN || level === WIDTHS.length - 1)
          return drawn(kept, { first, last, width: widthOf(level), timeless });
        widen(level + 1);
      }
    },
  };
}

function widthOf(level: number): number {
  return WIDTHS[level] ?? 1;
}

function least(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => Math.min(a, b), Infinity);
}

function most(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => Math.max(a, b), -Infinity);
}

interface Scale {
  readonly first: number;
  readonly last: number;
  readonly width: number;
  readonly timeless: number;
}

function drawn(
  kept: ReadonlyMap<number, ReadonlyMap<string, number>>,
  { first, last, width, timeless }: Scale,
): Timeline {
  // A number of spans that the scale divides, so that its marks stand at round times.
  const spans = Math.max(LEAST_DRAWN / PARTS, Math.ceil((last - first + 1) / PARTS)) * PARTS;
  const counts = new Map<string, number[]>();
  for (const [span, some] of kept) {
    for (const [status, count] of some) {
      const row = counts.get(status) ?? new Array<number>(spans).fill(0);
      row[span - first] = (row[span - first] ?? 0) + count;
      if (count !== 0) counts.set(status, row);
    }
  }
  const from = first * width * 1000;
  return { from, until: from + spans * width * 1000, width, spans, counts, timeless };
}
