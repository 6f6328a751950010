import {
  escapeControls,
  escapeControlsInLine,
  grouped,
  quoteUnlessSecret,
  safeJson,
  truncate,
} from './text.js';

const COMMANDS = [
  '##vso[task.setvariable variable=x]y',
  '##[error]no',
  "##teamcity[buildStatus text='x']",
  '::set-output name=x::y',
  '::add-mask::x',
];

test.each(COMMANDS)('%s is broken wherever it stands in a line of text', (command) => {
  for (const line of [command, `  ${command}`, `the server said: ${command}`, `\t${command}`]) {
    const shown = escapeControlsInLine(line);
    expect(shown).not.toContain(command);
    expect(shown).not.toMatch(/##[\w-]*\[|^\s*::/);
  }
});

test.each(COMMANDS)('%s is broken inside JSON, which still says the same', (command) => {
  for (const text of [command, `said: ${command}`, `\\${command}`, `"${command}`]) {
    const json = safeJson({ text });
    expect(json).not.toMatch(/##[\w-]*\[/);
    expect(json).not.toContain(command);
    expect(JSON.parse(json)).toEqual({ text });
  }
});

test.each(['http://[::1]:8080/x', 'std::vec', '# heading', 'C## [x]', 'clientId:a:b', 'a::b'])(
  '%s is no command, and stays as it is',
  (text) => {
    expect(escapeControlsInLine(text)).toBe(text);
    expect(safeJson(text)).toBe(`"${text}"`);
  },
);

test.each([
  ['plain ~ text', 'plain ~ text'],
  ['', ''],
  ['Zoë 鍵 🔑', 'Zoë 鍵 🔑'],
  ['a\u001b[2Jb', 'a\\u001b[2Jb'],
  ['\u0000\u007f\u009b\u00ad', '\\u0000\\u007f\\u009b\\u00ad'],
  ['a\u202eb\u2066c\u200bd', 'a\\u202eb\\u2066c\\u200bd'],
  ['\u{e0041}', '\\udb40\\udc41'],
  ['\ud83d', '\\ud83d'],
  ['\udd11 x', '\\udd11 x'],
  ['é\n', 'é\\u000a'],
])('%j is shown as %s', (text, shown) => {
  expect(escapeControls(text)).toBe(shown);
  expect(escapeControlsInLine(text)).toBe(shown);
});

test.each([
  ['Zoë 🔑', '"Zoë 🔑"'],
  ['\u007f\u009b', '"\\u007f\\u009b"'],
  ['a\u202eb', '"a\\u202eb"'],
  ['\u{e0041}', '"\\udb40\\udc41"'],
])('%j stands in JSON as %s, which still says the same', (text, json) => {
  expect(safeJson(text)).toBe(json);
  expect(JSON.parse(safeJson(text))).toBe(text);
});

test('JSON is indented where that is asked for', () => {
  expect(safeJson({ a: 1 }, 2)).toBe('{\n  "a": 1\n}');
});

test('a line that begins with a colon and another shows the first of them escaped', () => {
  expect(escapeControlsInLine('::x')).toBe('\\u003a:x');
  expect(escapeControlsInLine('   ::x')).toBe('   \\u003a:x');
  expect(escapeControlsInLine(': x')).toBe(': x');
  expect(escapeControlsInLine('a #a[')).toBe('a #a[');
  expect(escapeControlsInLine('x ::a b::')).toBe('x \\u003a:a b::');
});

test('a text is cut to so many characters, the last of which says so', () => {
  expect([truncate('abcd', 4), truncate('abcde', 4), truncate('', 1)]).toEqual([
    'abcd',
    'abc…',
    '',
  ]);
});

test.each([
  'list',
  'a-b.c',
  'x'.repeat(19),
  'abcdefghijkl',
  '123456789012',
  'bearers',
  'the bearer x',
  'weyj',
  'a1',
  `${'ab cd '.repeat(6)}abcd`,
])('the word %s is shown', (word) => {
  expect(quoteUnlessSecret(word)).toBe(`"${word}"`);
});

test.each([
  'bearer x',
  'eyJx',
  'x'.repeat(20),
  'a b '.repeat(11),
  'a:b',
  'abcdefghijk1',
  '12345678901b',
  'x y_1234567890ab',
])('the word %s may be a secret, and is not shown', (word) => {
  expect(quoteUnlessSecret(word)).toBe('(not shown: it may be a secret)');
});

test('a word is not shown where the provider knows its shape, and is made harmless where it is', () => {
  expect(quoteUnlessSecret('short', (word) => word === 'short')).toContain('not shown');
  expect(quoteUnlessSecret('a\u202eb')).toBe('"a\\u202eb"');
});

test.each([
  [0, '0'],
  [999, '999'],
  [1000, '1,000'],
  [1234567, '1,234,567'],
])('%i is written %s', (count, text) => {
  expect(grouped(count)).toBe(text);
});
