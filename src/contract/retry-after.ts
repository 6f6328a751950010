/**
 * Retry-After (RFC 9110 §10.2.3) in milliseconds, in full: seconds or an HTTP date; undefined where
 * there is none or it is neither. Of several the longest counts; more digits than nine are for ever.
 */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  // A date has a comma of its own, behind the day's name.
  const values = header.split(/(?<!\b[A-Z][a-z]{2,8}),/).map((value) => pauseMs(value.trim(), now));
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}

function pauseMs(text: string, now: number): number | undefined {
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  if (/^\d+$/.test(text)) return Infinity;
  if (!/^[A-Z][a-z]{2,8},? .*\d\d:\d\d:\d\d/.test(text)) return undefined;
  // asctime, the oldest of the three forms, names no zone and means UTC.
  const at = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
