import fc from 'fast-check';
import { textWidth } from './text-width.js';
import { wrapCommand, wrapText } from './word-wrap.js';

test('a line that fits stays as it is, double blanks included', () => {
  expect(wrapText('a  b', { width: 40 })).toBe('a  b');
});

test('a longer line is broken between words, and goes on at its own indentation', () => {
  const text =
    '  Services that validate JWTs locally keep accepting a revoked one until it expires.';
  expect(wrapText(text, { width: 40 }).split('\n')).toEqual([
    '  Services that validate JWTs locally',
    '  keep accepting a revoked one until it',
    '  expires.',
  ]);
});

test('a hanging indent holds for every line but the first', () => {
  const text = '- one two three four five six seven eight nine ten eleven';
  expect(wrapText(text, { width: 40, hanging: 2 }).split('\n')).toEqual([
    '- one two three four five six seven',
    '  eight nine ten eleven',
  ]);
});

test('a word wider than the line stays whole on a line of its own', () => {
  const path = `/home/somebody/.local/state/revoke/journals/${'x'.repeat(20)}`;
  expect(wrapText(`Journal: ${path}`, { width: 40 }).split('\n')).toEqual(['Journal:', path]);
});

test('a terminal of fewer than 40 columns breaks lines itself', () => {
  const text = 'a line of text that takes 39 columns ...';
  expect(wrapText(text, { width: 1 })).toBe(text);
});

test('wide characters are counted as two columns', () => {
  const wrapped = wrapText(Array.from({ length: 20 }, () => '日本語').join(' '), { width: 40 });
  for (const line of wrapped.split('\n')) expect(textWidth(line)).toBeLessThanOrEqual(40);
  expect(wrapped.split('\n')[0]).toBe('日本語 日本語 日本語 日本語 日本語');
});

test('a command is broken with backslashes between its words, never within quotes', () => {
  const command = `jq -r '.tokens[] | select(.is_current != true)' list.json | revoke workspace -`;
  expect(wrapCommand(command, '  ', 60).split('\n')).toEqual([
    `  jq -r '.tokens[] | select(.is_current != true)' \\`,
    `    list.json | revoke workspace -`,
  ]);
});

test('a command that fits stands on one line', () => {
  expect(wrapCommand('revoke ably --client-id bob', '  ', 40)).toBe(
    '  revoke ably --client-id bob',
  );
});

test('no line of wrapped text is wider than the terminal unless it is one word, and no word is lost', () => {
  const words = fc.array(fc.stringMatching(/^[a-z日]{1,30}$/), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(words, fc.integer({ min: 40, max: 200 }), (list, width) => {
      const wrapped = wrapText(list.join(' '), { width, hanging: 4 });
      expect(wrapped.split(/\s+/)).toEqual(list);
      for (const line of wrapped.split('\n')) {
        expect(textWidth(line) <= width || !line.trim().includes(' ')).toBe(true);
      }
    }),
  );
});
