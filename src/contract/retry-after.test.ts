import fc from 'fast-check';
import { retryAfterMs } from './retry-after.js';

describe('Retry-After', () => {
  const now = Date.parse('1994-11-06T08:49:30Z');

  test.each<[string, string | undefined, number | undefined]>([
    ['none', undefined, undefined],
    ['seconds', '7', 7000],
    ['zero', '0', 0],
    ['a day', '86400', 86_400_000],
    ['spaces around', ' 2 ', 2000],
    ['a date', 'Sun, 06 Nov 1994 08:49:37 GMT', 7000],
    ['a date of RFC 850', 'Sunday, 06-Nov-94 08:49:37 GMT', 7000],
    ['a date of asctime', 'Sun Nov  6 08:49:37 1994', 7000],
    ['a date in the past', 'Sun, 06 Nov 1994 08:49:00 GMT', 0],
    ['a negative number', '-5', undefined],
    ['a fraction', '1.5', undefined],
    ['hexadecimal', '0x10', undefined],
    ['more digits than a wait has', '99999999999999', Infinity],
    ['several of them', '2, 30, 4', 30_000],
    ['several, one of them a date', 'Sun, 06 Nov 1994 08:49:37 GMT, 7', 7000],
    ['words', 'soon', undefined],
    ['nothing', '', undefined],
    ['a date without a time', 'Sun, 06 Nov 1994', undefined],
  ])('of %s is read as the wait that it asks for, or as none', (_name, header, ms) => {
    expect(retryAfterMs(header, now)).toBe(ms);
  });

  test('of any text never throws, and never gives a negative wait', () => {
    fc.assert(
      fc.property(fc.string(), (header) => {
        const ms = retryAfterMs(header, now);
        expect(ms === undefined || ms >= 0).toBe(true);
      }),
    );
  });
});
