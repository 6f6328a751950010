import fc from 'fast-check';
import { createSpellingSearch } from './spelling-search.js';

const word = (minLength: number, maxLength: number) =>
  fc.string({ unit: fc.constantFrom('a', 'b', 'é', '\u6f22'), minLength, maxLength });

test('no place where a text begins is skipped, however many are searched for', () => {
  fc.assert(
    fc.property(
      fc.array(word(3, 12), { minLength: 1, maxLength: 6 }),
      word(0, 80),
      fc.nat(10),
      (spellings, text, from) => {
        const places = spellings.map((one) => text.indexOf(one, from)).filter((at) => at >= 0);
        const { next } = createSpellingSearch(spellings);
        if (places.length === 0) return;
        expect(next(text, from)).toBeGreaterThanOrEqual(from);
        expect(next(text, from)).toBeLessThanOrEqual(Math.min(...places));
      },
    ),
  );
});

test('a text longer than a skip may be is found behind many others', () => {
  const secret = Array.from({ length: 300 }, (_, index) => `${index}`).join('-');
  const { next } = createSpellingSearch([secret]);
  expect(next(`${'z'.repeat(1000)}${secret}`, 0)).toBe(1000);
  expect(next(`${'z'.repeat(1000)}${secret}`, 1001)).toBe(-1);
});

test('a search for nothing finds no place', () => {
  expect(createSpellingSearch([]).next('x'.repeat(200), 0)).toBe(-1);
});
