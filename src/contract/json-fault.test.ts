import fc from 'fast-check';
import { jsonFault } from './json-fault.js';

test.each([
  ['', 'line 1, column 1: a value is expected'],
  ['nope', 'line 1, column 1: a value is expected'],
  ['{"a": 1,}', 'line 1, column 9: a key in double quotes is expected'],
  ['{"a": "secret" x}', 'line 1, column 16: "," or "}" is expected'],
  ['{\n  "a": tru\n}', 'line 2, column 8: a value is expected'],
  ['\ufeff{\r\n\r\n a: 1}', 'line 3, column 2: a key in double quotes or "}" is expected'],
  ['[1 2]', 'line 1, column 4: "," or "]" is expected'],
  ['{"a" 1}', 'line 1, column 6: ":" is expected'],
  ['{"a": [1', 'line 1, column 9: "," or "]" is expected'],
  ['{} // note', 'line 1, column 4: the end of the file is expected'],
  ["{'a': 1}", 'line 1, column 2: a key in double quotes or "}" is expected'],
  ['{"a": "line\nbreak"}', 'line 1, column 7: a value is expected'],
])('of %j it says where and what: %s', (text, expected) => {
  expect(jsonFault(text)).toBe(expected);
});

test('a text has a fault where the parser refuses it, and nowhere else', () => {
  const valid = fc.json();
  const damaged = fc
    .tuple(fc.json(), fc.nat(), fc.constantFrom('', ',', '"', '}', ']', ':', 'x', '1', '\\', '-'))
    .map(([text, at, more]) => {
      const place = at % (text.length + 1);
      return text.slice(0, place) + more + text.slice(place + 1);
    });
  fc.assert(
    fc.property(fc.oneof(valid, damaged, fc.string()), (text) => {
      expect(jsonFault(text) === undefined).toBe(parses(text));
    }),
    { numRuns: 500 },
  );
});

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
