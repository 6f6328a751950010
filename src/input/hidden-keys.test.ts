import { createKeyReader, type Entry } from './hidden-keys.js';

function read(text: string): readonly Entry[] {
  const take = createKeyReader();
  return [...text].flatMap((character) => take(character) ?? []);
}

const lines = (...texts: readonly string[]) => texts.map((text) => ({ kind: 'line', text }));
const end = { kind: 'end' };

test.each([
  ['CR', 'a\rb\r\r', [...lines('a', 'b'), end]],
  ['LF', 'a\nb\n\n', [...lines('a', 'b'), end]],
  ['CR LF', 'a\r\nb\r\n', lines('a', 'b')],
  ['blanks around a line', '  a b \r', lines('a b')],
  ['a backspace', 'ax\u007fb\r', lines('ab')],
  ['Ctrl-U', 'wrong\u0015right\r', lines('right')],
  ['an arrow key', 'a\u001b[Db\r', lines('ab')],
  ['a function key', 'a\u001bOPb\r', lines('ab')],
  ['a pasted blank line', '\u001b[200~a\r\rb\r\u001b[201~', lines('a', 'b')],
  ['a paste without a line end', '\u001b[200~a\rb\u001b[201~\r', lines('a', 'b')],
  ['Ctrl-D', '\u0004', [end]],
  ['Ctrl-D after a line', 'a\u0004\u0004', [...lines('a'), end]],
  ['Ctrl-C', 'a\u0003', [{ kind: 'interrupt' }]],
])('keys with %s', (_name, keys, entries) => {
  expect(read(keys)).toEqual(entries);
});

test('an escape that was cut off swallows no line', () => {
  expect(read('a\u001b\rb\r')).toEqual(lines('a', 'b'));
});
