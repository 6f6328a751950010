import { padTo, textWidth } from './text-width.js';

test.each([
  ['ASCII', 'abc', 3],
  ['nothing', '', 0],
  ['a colour', '\u001b[31mabc\u001b[39m', 3],
  ['CJK', '日本語', 6],
  ['an emoji', '🔑', 2],
  ['a combining accent', 'e\u0301', 1],
  ['a check mark', '✓', 1],
  ['a box', '┌─┐', 3],
])('the width of %s', (_name, text, width) => {
  expect(textWidth(text)).toBe(width);
});

test('a wide text is padded by the columns that it takes, not by its length', () => {
  expect(padTo('日本', 6)).toBe('日本  ');
  expect(padTo('too long', 3)).toBe('too long');
});
