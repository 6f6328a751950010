import fc from 'fast-check';
import { parseJson, parseUnambiguous } from './json.js';

test('a text that is no JSON has no value, and nothing of it is told', () => {
  for (const text of ['', '{', "{'a':1}", 'undefined', '{"a":1}}'])
    expect([parseJson(text), parseUnambiguous(text)]).toEqual([undefined, undefined]);
});

test('a byte order mark before a JSON text is left out, and one inside of it stays', () => {
  expect(parseUnambiguous('\ufeff{"a":"\ufeff"}')).toEqual({ a: '\ufeff' });
});

test('every JSON value is read as it is where no key is there twice', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      for (const text of [JSON.stringify(value), JSON.stringify(value, null, 2)])
        expect(parseUnambiguous(text)).toEqual(JSON.parse(text));
    }),
  );
});

test.each([
  '{"a":":","b":"\\":","c\\\\":{"d":[{"e":"\\\\"},{"e":1}]}}',
  '[{"a":1},{"a":2}]',
  '{"__proto__":1,"a:b":[":"]}',
  '":"',
  'null',
])('colons in strings and equal keys of two objects are no key twice: %s', (text) => {
  expect(parseUnambiguous(text)).toEqual(JSON.parse(text));
});

test.each([
  '{"a":1,"a":1}',
  '{"a":1,"\\u0061":2}',
  '{"a":{"b":1,"c":2,"b":3}}',
  '[0,[{"active":true,"active":false}]]',
  '{"a":"\\\\","a":"x"}',
  '{"__proto__":1,"__proto__":2}',
])('a key that is there twice leaves no value: %s', (text) => {
  expect(parseJson(text)).toBeDefined();
  expect(parseUnambiguous(text)).toBeUndefined();
});

test('nesting without end breaks nothing', () => {
  const depth = 5000;
  const text = '{"a":['.repeat(depth) + ']}'.repeat(depth);
  expect(parseUnambiguous(text)).toBeDefined();
});
