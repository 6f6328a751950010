/** Times and durations as texts. */

/** RFC 3339, UTC, with a fraction only where there is one. */
export function rfc3339(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}

const RFC_3339 = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/;

/** An RFC 3339 time with its zone, in milliseconds; undefined where the text is none. */
export function rfc3339Ms(text: string): number | undefined {
  const at = RFC_3339.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}

const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** A duration such as `45s`, `10m`, `2h`, `30d` or `4w`, in milliseconds; undefined for others. */
export function durationMs(text: string): number | undefined {
  const [, amount, unit = ''] = /^(\d{1,12})([smhdw])$/.exec(text) ?? [];
  return amount === undefined ? undefined : Number(amount) * (UNIT_MS[unit] ?? 0);
}

/** The same function, which is not run again for the value that it was given last. */
export function rememberLast<T, R>(run: (value: T) => R): (value: T) => R {
  let last: { readonly value: T; readonly result: R } | undefined;
  return (value) => {
    if (last === undefined || !Object.is(last.value, value)) last = { value, result: run(value) };
    return last.result;
  };
}
