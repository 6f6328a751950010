/** What a long run says of itself: how much is done, how fast, how long yet, what needs a person. */
import { grouped } from '../contract/text.js';
import type { Tally } from '../engine/tally.js';

/** The facts of one moment. */
export interface ProgressFacts {
  readonly counts: Tally['counts'];
  readonly total: number;
  /** How many targets there are; undefined where a stream has not ended. */
  readonly expected: number | undefined;
  /** Targets a second, lately. */
  readonly rate: number;
  /** The same with duplicates: how fast the list comes to its end. */
  readonly pace?: number;
}

const LEAST_BAR = 10;
const MOST_BAR = 40;

/** The line, within `width` columns: the bar goes first where room is short, then the speed. */
export function progressLine(facts: ProgressFacts, width: number): string {
  const attention = attentionOf(facts);
  const pace = paceOf(facts);
  const done = doneOf(facts);
  const forms = [
    [done, ...pace, ...attention],
    [done, ...pace.slice(1), ...attention],
    [done, ...attention],
    [done, ...attention.slice(0, 1)],
    [done],
  ].map((parts) => parts.join(' · '));
  const text = forms.find((form) => form.length <= width) ?? done.slice(0, Math.max(0, width));
  const room = roomForBar(width, text.length + 3);
  if (facts.expected === undefined || text !== forms[0] || room < LEAST_BAR) return text;
  const filled = Math.floor(room * Math.min(1, facts.total / Math.max(1, facts.expected)));
  return `[${'='.repeat(filled)}${' '.repeat(room - filled)}] ${text}`;
}

/**
 * The bar leaves a quarter of the width empty where it can: a terminal that is made narrower step by
 * step then never breaks the line before it is drawn again.
 */
function roomForBar(width: number, taken: number): number {
  const most = Math.min(MOST_BAR, width - taken);
  return Math.min(most, Math.max(LEAST_BAR, Math.floor((width * 3) / 4) - taken));
}

/** The same where no line can be drawn again. */
export function progressText(facts: ProgressFacts): string {
  return [doneOf(facts), ...paceOf(facts), ...attentionOf(facts)].join(', ');
}

/** What was skipped was not done. */
function doneOf({ counts, total, expected }: ProgressFacts): string {
  const done = grouped(total - counts.skipped);
  const skipped = counts.skipped > 0 ? `, ${grouped(counts.skipped)} skipped` : '';
  return `${done}${expected === undefined ? '' : ` of ${grouped(expected)}`} done${skipped}`;
}

function paceOf({ total, expected, rate, pace = rate }: ProgressFacts): readonly string[] {
  if (rate <= 0) return [];
  const speed = `${grouped(Math.max(1, Math.round(rate)))}/s`;
  if (expected === undefined || expected <= total) return [speed];
  return [speed, `${duration((expected - total) / pace)} left`];
}

function attentionOf({ counts }: ProgressFacts): readonly string[] {
  const words = [
    ['failed', counts.failed],
    ['still active', counts.alive],
    ['unknown', counts.unknown],
  ] as const;
  return words.flatMap(([word, count]) => (count > 0 ? [`${grouped(count)} ${word}`] : []));
}

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`;
  return `${Math.round(seconds / 3600)} h`;
}
