import { duplicateKey } from './duplicate-key.js';

test.each([
  ['{"a":1,"a":2}', 'a'],
  ['{"a":1,"b":{"c":1,"c":2}}', 'c'],
  ['[{"a":1},{"b":1,"b":2}]', 'b'],
  ['{"a" \n\t : 1,"\\u0061":2}', 'a'],
  ['{"a":{},"b":[],"a":1}', 'a'],
  ['{"a":{"b":1},"b":{"a":1},"b":2}', 'b'],
  ['{"say \\"hi\\"":1,"say \\"hi\\"":2}', 'say "hi"'],
  ['{"":1,"":2}', ''],
])('the JSON %s has the key %j twice', (text, key) => {
  expect(duplicateKey(text)).toBe(key);
});

test.each([
  '{"a":1,"b":2}',
  '{"a":"a","b":"a"}',
  '{"a":{"a":{"a":1}}}',
  '[{"a":1},{"a":1}]',
  '["a","a"]',
  '{"x":["a","a"],"a":1}',
  '{"a":"{\\"b\\":1,\\"b\\":2}"}',
  '"a"',
  '7',
])('the JSON %s has no key twice', (text) => {
  expect(duplicateKey(text)).toBeUndefined();
});
