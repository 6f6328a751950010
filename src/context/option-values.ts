/** The values of options, read from what commander or a program hands in. */
import { usageError } from '../contract/errors.js';
import type { Options } from '../contract/provider.js';
import { quoteUnlessSecret } from '../contract/text.js';

/** @param values what commander parsed, by camelCase long name */
export function optionsOf(values: Readonly<Record<string, unknown>>): Options {
  return {
    text(name) {
      const value = values[name];
      return typeof value === 'string' ? value : undefined;
    },
    list(name) {
      const value = values[name];
      return Array.isArray(value) ? (value as string[]) : typeof value === 'string' ? [value] : [];
    },
    flag: (name) => values[name] === true,
    isOff: (name) => values[name] === false,
  };
}

/** A whole number of at least `least`. */
export function count(options: Options, name: string, least: number): number | undefined {
  const text = options.text(name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d{1,15}$/.test(text) && value >= least) return value;
  const flag = `--${kebab(name)}`;
  throw usageError(
    `${flag} takes a whole number of at least ${least}, not ${quoteUnlessSecret(text)}`,
    `${flag} ${Math.max(least, 10)}`,
  );
}

/** A positive number, fractions too: seconds, or requests a second. */
export function amount(options: Options, name: string): number | undefined {
  const text = options.text(name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d{1,9}(\.\d+)?$/.test(text) && value > 0) return value;
  const flag = `--${kebab(name)}`;
  throw usageError(`${flag} takes a number above 0, not ${quoteUnlessSecret(text)}`, `${flag} 10`);
}

/** `clientId` as it is typed: `client-id`. */
export function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
