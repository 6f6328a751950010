/** Typed parsing of JSON by a JSON Schema validator, whoever made it (see schema.ts). */

export interface Parser<T> {
  /** What the value is, in words. */
  readonly what: string;
  /** The value, where it has the shape; else undefined. */
  safeParse(value: unknown): T | undefined;
  /** Why it has not, as `/path reason`. */
  explain(value: unknown): string;
}

export interface Validate {
  (value: unknown): boolean;
  errors?: readonly { instancePath: string; message?: string; params?: object }[] | null;
}

export function parser<T>(what: string, validate: Validate): Parser<T> {
  return {
    what,
    safeParse: (value) => (validate(value) ? (value as T) : undefined),
    explain(value) {
      if (validate(value)) return '';
      const first = validate.errors?.[0];
      const path = first?.instancePath || '/';
      const { additionalProperty: key } = (first?.params ?? {}) as { additionalProperty?: unknown };
      if (key !== undefined) return `${path} has the unknown key ${String(key)}`;
      return `${path} ${first?.message ?? 'does not fit'}`;
    },
  };
}
