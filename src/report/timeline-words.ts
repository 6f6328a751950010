/** The scale of a timeline in words: seconds where it is short, days where it is long. */
import { PARTS, type Timeline } from './timeline.js';

/** Where each quarter begins. */
export function scaleMarks({ from, until, width }: Timeline): readonly string[] {
  const isOneDay = dayOf(from) === dayOf(until - 1);
  return Array.from({ length: PARTS }, (_, part) => {
    const text = new Date(from + ((until - from) / PARTS) * part).toISOString();
    const day = text.slice(0, 10);
    if (width >= 86_400) return day;
    const time = text.slice(11, width < 60 ? 19 : 16);
    return isOneDay ? time : `${day.slice(5)} ${time}`;
  });
}

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

/** How many in each quarter. */
export function partSums(row: readonly number[]): readonly number[] {
  return Array.from({ length: PARTS }, (_, part) => {
    const size = row.length / PARTS;
    return row.slice(part * size, (part + 1) * size).reduce((sum, count) => sum + count, 0);
  });
}

/** `one minute`, `12 hours`. */
export function widthText(seconds: number): string {
  const [size, unit] = UNITS.find(([each]) => seconds >= each) ?? [1, 'second'];
  const count = Math.round(seconds / size);
  return count === 1 ? `one ${unit}` : `${count} ${unit}s`;
}

const UNITS: readonly (readonly [number, string])[] = [
  [86_400, 'day'],
  [3600, 'hour'],
  [60, 'minute'],
  [1, 'second'],
];
