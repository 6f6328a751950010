/** Reads fields of foreign objects by the places that a format names. Only own keys count. */
import type { Places } from './report-format.js';

/** Every value at a place; several only where the place has a `*`. */
export function valuesAt(record: unknown, place: string): readonly unknown[] {
  let found: readonly unknown[] = [record];
  for (const key of place.split('.')) {
    found = found.flatMap((value) => {
      if (typeof value !== 'object' || value === null) return [];
      if (key === '*') return Object.values(value);
      return Object.hasOwn(value, key) ? [(value as Record<string, unknown>)[key]] : [];
    });
  }
  return found;
}

/** The first text that is not empty. */
export function textAt(record: unknown, places: Places): string | undefined {
  for (const place of places) {
    for (const value of valuesAt(record, place)) {
      if (typeof value === 'string' && value !== '') return value;
    }
  }
  return undefined;
}

/** The first whole number from 1 on, written as a number or as digits. */
export function numberAt(record: unknown, places: Places): number | undefined {
  for (const place of places) {
    for (const value of valuesAt(record, place)) {
      const number = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value;
      if (typeof number === 'number' && Number.isSafeInteger(number) && number > 0) return number;
    }
  }
  return undefined;
}

/** The places for the object that stands `level` levels around the record, as places in that object. */
export function placesAround(places: Places, level: number): Places {
  return places.flatMap((place) => {
    const around = /^\^*/.exec(place)?.[0].length ?? 0;
    return around === level ? [place.slice(level)] : [];
  });
}
