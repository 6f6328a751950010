import fc from 'fast-check';
import { createRecordReader } from './record-reader.js';
import type { InputRecord } from './input-record.js';

const LISTS = ['tokens', 'items'];
const TARGETS = ['jti', 'target'];
const MIB = 1024 * 1024;

function readChunks(chunks: readonly string[], lists: readonly string[] = LISTS): InputRecord[] {
  const reader = createRecordReader({ lists, targets: TARGETS });
  return [...chunks.flatMap((chunk) => reader.push(chunk)), ...reader.end()];
}

function read(text: string, lists: readonly string[] = LISTS): InputRecord[] {
  return readChunks([text], lists);
}

function cut(text: string, size: number): string[] {
  const chunks: string[] = [];
  for (let at = 0; at < text.length; at += size) chunks.push(text.slice(at, at + size));
  return chunks;
}

/** Cuts a text at places given as parts of its length. */
function cutAt(text: string, places: readonly number[]): string[] {
  const marks = places.map((place) => Math.floor(place * text.length)).sort((a, b) => a - b);
  return [...marks, text.length].map((mark, index) => text.slice(marks[index - 1] ?? 0, mark));
}

function rest(line: number, reason: string): InputRecord {
  return { line, bad: `${reason}: the rest from line ${line} on cannot be read` };
}

const BROKEN = 'not valid JSON';
const TORN_STRING = 'a line break inside a JSON string';
const CUT_OFF = 'the input ends inside a JSON value';
const SEEKING = '; nothing is read before the next line that starts with {';
const FOLLOWED = 'there is text after the JSON value';

describe('bare lines', () => {
  test.each<[string, string, InputRecord[]]>([
    ['nothing', '', []],
    ['only blank lines and comments', '\n \t\r\n# a\n  # b\r\n#', []],
    ['no newline at the end', 'a', [{ line: 1, text: 'a' }]],
    [
      'CRLF, blank lines and comments between',
      '\ufeffa\r\n\r\n # c\r\n b c \t\r\n',
      [
        { line: 1, text: 'a' },
        { line: 4, text: 'b c' },
      ],
    ],
    ['a byte order mark before JSON', '\ufeff{"jti":"a"}', [{ line: 1, value: { jti: 'a' } }]],
    ['wide white space around', '\u00a0\u3000a\u2003\n', [{ line: 1, text: 'a' }]],
    ['a # that starts no line', 'a#b', [{ line: 1, text: 'a#b' }]],
    [
      'bytes that were not UTF-8',
      'a\nb\ufffd\nc\n',
      [
        { line: 1, text: 'a' },
        { line: 2, bad: 'not valid UTF-8' },
        { line: 3, text: 'c' },
      ],
    ],
    ['a carriage return inside a line', 'a\rb\n', [{ line: 1, text: 'a\rb' }]],
    ['a number is text', '17\n', [{ line: 1, text: '17' }]],
  ])('%s', (_name, text, expected) => {
    expect(read(text)).toEqual(expected);
    expect(readChunks(cut(text, 1))).toEqual(expected);
  });

  test.each([1, 7, 65_536, 4 * MIB])('over 1 MiB is one bad record, in chunks of %i', (size) => {
    const text = `a\n${'x'.repeat(MIB)}\r\n${'y'.repeat(MIB + 1)}\r\nb\n`;
    expect(readChunks(cut(text, size)).map(summary)).toEqual([
      '1 text 1',
      `2 text ${MIB}`,
      '3 bad longer than 1 MiB',
      '4 text 1',
    ]);
  });
});

function summary(record: InputRecord): string {
  if (record.text !== undefined) return `${record.line} text ${record.text.length}`;
  if (record.bad !== undefined) return `${record.line} bad ${record.bad}`;
  return `${record.line} value ${JSON.stringify(record.value).length}`;
}

describe('JSON that is whole', () => {
  test.each<[string, string, InputRecord[]]>([
    ['a string', ' "a\\u0062" \r\n', [{ line: 1, value: 'ab' }]],
    [
      'a string with escaped signs',
      '["\\"]\\\\","a"]',
      [
        { line: 1, value: '"]\\' },
        { line: 1, value: 'a' },
      ],
    ],
    [
      'lines of objects, strings and text',
      '{"jti":"a"}\n"b"\nc\n{"jti":"d"}',
      [
        { line: 1, value: { jti: 'a' } },
        { line: 2, value: 'b' },
        { line: 3, text: 'c' },
        { line: 4, value: { jti: 'd' } },
      ],
    ],
    [
      'pretty-printed objects one after another',
      '{\n  "jti": "a",\n  "o": {\n    "p": [\n      1\n    ]\n  }\n}\n{\n  "jti": "b"\n}\n',
      [
        { line: 1, value: { jti: 'a', o: { p: [1] } } },
        { line: 9, value: { jti: 'b' } },
      ],
    ],
    [
      'an array on many lines',
      '[\n"a", {"b":\n"]"},\n\n"c"\n]\nd\n',
      [
        { line: 2, value: 'a' },
        { line: 2, value: { b: ']' } },
        { line: 5, value: 'c' },
        { line: 7, text: 'd' },
      ],
    ],
    ['empty arrays and lists', '[]\n{"tokens":[]}\n[ ]', []],
    [
      'a document in one line',
      '{"tokens":[{"jti":"a"},{"jti":"b"}],"total_active":2}',
      [
        { line: 1, value: { jti: 'a' } },
        { line: 1, value: { jti: 'b' } },
      ],
    ],
    [
      'a document with other keys first',
      '{\n"total":{"tokens":["x"]},\n"list":["y"],\n"t\\u006fkens":["a",\n"b"]}\nd',
      [
        { line: 4, value: 'a' },
        { line: 5, value: 'b' },
        { line: 6, text: 'd' },
      ],
    ],
    ['a list key without an array', '{"tokens":"a"}', [{ line: 1, value: { tokens: 'a' } }]],
    ['a list key in an item', '[{"tokens":["a"]}]', [{ line: 1, value: { tokens: ['a'] } }]],
    [
      'a list name that is a value',
      '{"a":"tokens","b":["c"]}',
      [{ line: 1, value: { a: 'tokens', b: ['c'] } }],
    ],
    [
      'items that are no targets',
      '[1,true , null,["a"],\n-1.5e3]',
      [
        { line: 1, bad: 'a target must be a string or an object, not a number' },
        { line: 1, bad: 'a target must be a string or an object, not a boolean' },
        { line: 1, bad: 'a target must be a string or an object, not null' },
        { line: 1, bad: 'a target must be a string or an object, not an array' },
        { line: 2, bad: 'a target must be a string or an object, not a number' },
      ],
    ],
    [
      'the same key twice',
      '{"a":"x","\\u0061":"y"}\n[{"a":1,"a":1},{"a":{"b":1,"b":2}}]\n{"tokens":[{"a":1,"a":2}],"c":1}',
      [
        { line: 1, bad: 'the key is there twice' },
        { line: 2, bad: 'the key is there twice' },
        { line: 2, value: { a: { b: 2 } } },
        { line: 3, bad: 'the key is there twice' },
      ],
    ],
    [
      'colons that are no members, and __proto__',
      '{"a:":"b:c","__proto__":"d"}',
      [{ line: 1, value: JSON.parse('{"a:":"b:c","__proto__":"d"}') as unknown }],
    ],
  ])('%s', (_name, text, expected) => {
    expect(read(text)).toEqual(expected);
    expect(readChunks(cut(text, 1))).toEqual(expected);
  });

  test.each([4096, 8 * MIB])('items over 1 MiB are bad and their neighbours read (%i)', (size) => {
    const long = JSON.stringify('x'.repeat(MIB));
    const fits = JSON.stringify('y'.repeat(MIB - 2));
    const text = `["a",${long},${fits},{"b":\n${long}},"c"]\n${long}\n{"d":${long}}\n{"tokens":["e"],"f":${long}}\n{"f":${long},"tokens":["g"]}\nh`;
    expect(readChunks(cut(text, size)).map(summary)).toEqual([
      '1 value 3',
      '1 bad longer than 1 MiB',
      `1 value ${MIB}`,
      '1 bad longer than 1 MiB',
      '2 value 3',
      '3 bad longer than 1 MiB',
      '4 bad longer than 1 MiB',
      '5 value 3',
      '6 value 3',
      '7 text 1',
    ]);
  });

  test('items of an array come out as they complete', () => {
    const reader = createRecordReader({ lists: LISTS, targets: TARGETS });
    expect(reader.push('[')).toEqual([]);
    for (let index = 0; index < 50_000; index++) {
      const records = reader.push(`${index === 0 ? '' : ','}{"jti":"${index}"}`);
      if (records.length !== 1) throw new Error(`${records.length} records at item ${index}`);
    }
    expect(reader.push(']')).toEqual([]);
    expect(reader.end()).toEqual([]);
  });

  test('items of a document wait for its end, and come out as they complete beyond 1 MiB', () => {
    const reader = createRecordReader({ lists: LISTS, targets: TARGETS });
    expect(reader.push('{"a":[1],"tokens":[')).toEqual([]);
    let given = 0;
    let text = 0;
    for (let index = 0; text <= MIB + 100; index++) {
      const item = `{"jti":"${index}"}`;
      given += reader.push(`${index === 0 ? '' : ','}${item}`).length;
      text += item.length;
      expect([0, index + 1]).toContain(given);
    }
    expect(given).toBeGreaterThan(50_000);
    expect(reader.push('],"jti":"x"}\n')).toEqual([
      { line: 1, bad: 'an object with a target and a list of targets: jti, tokens' },
    ]);
  });

  test.each<[string, string, string]>([
    ['a target before a list', '{"jti":"a","tokens":["b","c"]}', 'jti, tokens'],
    ['a target after a list', '{"tokens":["b","c"],"jti":"a"}', 'jti, tokens'],
    ['a target beside an empty list', '{"target":"a","items":[]}', 'target, items'],
    ['two lists', '{"tokens":["b"],"items":["c"]}', 'tokens, items'],
    ['a list and another that is none', '{"tokens":["b"],"items":"c"}', 'tokens, items'],
    ['the same list twice', '{"tokens":["b"],"tokens":["c"]}', 'the key is there twice'],
    ['a key twice beside a list', '{"n":1,"n":2,"tokens":["c"]}', 'the key is there twice'],
    ['a list, then a target spelled out', '{"tokens":["b"],"\\u006ati":"a"}', 'jti, tokens'],
  ])('%s in one document is one bad record', (_name, text, reason) => {
    for (const size of [1, 5, 4096]) {
      const [bad, next, ...others] = readChunks(cut(`${text}\n"d"\n`, size));
      expect(bad?.line).toBe(1);
      expect(bad?.bad).toContain(reason);
      expect(next).toEqual({ line: 2, value: 'd' });
      expect(others).toEqual([]);
    }
  });

  test('a null beside a list is no target', () => {
    expect(read('{"jti":null,"tokens":["b"],"items":null}')).toEqual([{ line: 1, value: 'b' }]);
  });

  test.each<[string, boolean]>([
    ['[]', true],
    ['{"tokens":[]}', true],
    ['{"other":[]}', false],
    ['', false],
    ['a\n', false],
  ])('%j has a list: %s', (text, hasList) => {
    const reader = createRecordReader({ lists: LISTS, targets: TARGETS });
    reader.push(text);
    reader.end();
    expect(reader.hasList).toBe(hasList);
  });
});

describe('where tokens are found in text, a line that begins with a quote', () => {
  const text = '"a"\n"b",\n  "key": "c",\r\n"d\n"e" # f\n"\\u0067"\n{"h":1}';
  const records = [
    { line: 1, value: 'a' },
    { line: 2, text: '"b",' },
    { line: 3, text: '"key": "c",' },
    { line: 4, text: '"d' },
    { line: 5, text: '"e" # f' },
    { line: 6, value: 'g' },
    { line: 7, value: { h: 1 } },
  ];

  test('or an object, may have one comma after it', () => {
    const reader = createRecordReader({ lists: LISTS, targets: TARGETS }, { keepsTorn: true });
    expect([...reader.push('{"a":1}, \n{"b":2},,\n{"c":3} ,'), ...reader.end()]).toEqual([
      { line: 1, value: { a: 1 } },
      { line: 2, bad: FOLLOWED },
      { line: 3, value: { c: 3 } },
    ]);
  });

  test.each([1, 3, 100])('is a JSON string, or text: in pieces of %i', (size) => {
    const reader = createRecordReader({ lists: LISTS, targets: TARGETS }, { keepsTorn: true });
    const read = cut(text, size).flatMap((chunk) => reader.push(chunk));
    expect([...read, ...reader.end()]).toEqual(records);
  });
});

describe('JSON that is broken', () => {
  test.each<[string, string, InputRecord[]]>([
    [
      'lines that do not parse',
      '{"a":}\n"\\x"\n{"a":1]\n{\'a\':1}\nb',
      [
        { line: 1, bad: BROKEN },
        { line: 2, bad: BROKEN },
        { line: 3, bad: BROKEN },
        { line: 4, bad: BROKEN },
        { line: 5, text: 'b' },
      ],
    ],
    [
      'text after a value',
      '{"a":1} {"b":1}\n"a",\n["b"] c\n{"d":} e\nf',
      [
        { line: 1, bad: FOLLOWED },
        { line: 2, bad: FOLLOWED },
        { line: 3, value: 'b' },
        { line: 3, bad: FOLLOWED },
        { line: 4, bad: BROKEN },
        { line: 5, text: 'f' },
      ],
    ],
    [
      'text after a value on many lines',
      '{\n"a":1\n}{\n"b":1\n}\n{"c":1}',
      [
        { line: 1, bad: FOLLOWED + SEEKING },
        { line: 6, value: { c: 1 } },
      ],
    ],
    [
      'a value on many lines that does not parse',
      '{\n"a":1,\n}\nb',
      [
        { line: 1, bad: BROKEN },
        { line: 4, text: 'b' },
      ],
    ],
    [
      'the wrong bracket at the end',
      '{\n"a":1\n]\n"b"\n{"c":1}',
      [
        { line: 1, bad: BROKEN + SEEKING },
        { line: 5, value: { c: 1 } },
      ],
    ],
    [
      'torn lines',
      '{"a":1\n{"b":1}\n{"c":1,\n{"d":1}\n{"e":[1,2]\n\n{"f":1}\n{"g"\n',
      [
        { line: 1, bad: 'not complete where the next object starts, on line 2' },
        { line: 2, value: { b: 1 } },
        { line: 3, bad: 'not complete where the next object starts, on line 4' },
        { line: 4, value: { d: 1 } },
        { line: 5, bad: 'not complete where the next object starts, on line 7' },
        { line: 7, value: { f: 1 } },
        rest(8, CUT_OFF),
      ],
    ],
    [
      'an object with indent starts no new value',
      '{"a":1\n {"b":1}\n{"c":1}',
      [
        { line: 1, bad: 'not complete where the next object starts, on line 3' },
        { line: 3, value: { c: 1 } },
      ],
    ],
    [
      'objects without indent are not torn',
      '{"a":\n{"b":[\n{"c":1},\n{"d":1}\n]}}',
      [{ line: 1, value: { a: { b: [{ c: 1 }, { d: 1 }] } } }],
    ],
    [
      'a torn document',
      '{"tokens":["a"],"b":1\n{"tokens":["c"]}',
      [
        { line: 1, value: 'a' },
        { line: 1, bad: 'not complete where the next object starts, on line 2' },
        { line: 2, value: 'c' },
      ],
    ],
    [
      'a line break in a string',
      '{"a":"b\n{"c":"d\\\n"e\nf',
      [
        { line: 1, bad: TORN_STRING },
        { line: 2, bad: TORN_STRING },
        { line: 3, bad: TORN_STRING },
        { line: 4, text: 'f' },
      ],
    ],
    [
      'a line break in a string of a value on many lines',
      '{\n"a":"b\nc",\n "d":1\n}\n{"e":1}',
      [
        { line: 1, bad: TORN_STRING + SEEKING },
        { line: 6, value: { e: 1 } },
      ],
    ],
    [
      'a line break in a string of an array',
      '["a",\n"b\n"c"]',
      [{ line: 1, value: 'a' }, rest(2, TORN_STRING)],
    ],
    [
      'arrays that break and end on their line',
      '["a" "b"]\n["c",]\n[,"d"]\n[meta]e\n["f"}\n[{"g":1],"h"]\n["i":1]\nj',
      [
        { line: 1, value: 'a' },
        { line: 1, bad: BROKEN },
        { line: 2, value: 'c' },
        { line: 2, bad: BROKEN },
        { line: 3, bad: BROKEN },
        { line: 4, bad: BROKEN },
        { line: 5, value: 'f' },
        { line: 5, bad: BROKEN },
        { line: 6, bad: BROKEN },
        { line: 7, value: 'i' },
        { line: 7, bad: BROKEN },
        { line: 8, text: 'j' },
      ],
    ],
    [
      'an array that breaks on a later line',
      '["a",\n"b"\n"c"]\nd',
      [{ line: 1, value: 'a' }, { line: 2, value: 'b' }, rest(3, BROKEN)],
    ],
    ['an array that breaks and goes on', '[a\nb', [rest(1, BROKEN)]],
    [
      'an item that does not parse',
      '["a",\n{"b":},"\\x",\n"c"]',
      [
        { line: 1, value: 'a' },
        { line: 2, bad: BROKEN },
        { line: 2, bad: BROKEN },
        { line: 3, value: 'c' },
      ],
    ],
    [
      'a document that breaks beside its list',
      '{"tokens":["a"] ["b"]}\nc',
      [
        { line: 1, value: 'a' },
        { line: 1, bad: 'not valid JSON outside of its list' },
        { line: 2, text: 'c' },
      ],
    ],
    [
      'a document cut off in its list',
      '{\n"tokens": [\n{"jti":"a"},\n{"jti":"b',
      [{ line: 3, value: { jti: 'a' } }, rest(4, CUT_OFF)],
    ],
    ['an array cut off between items', '["a",\n\n', [{ line: 1, value: 'a' }, rest(1, CUT_OFF)]],
    ['an array cut off in a number', '["a",\n1', [{ line: 1, value: 'a' }, rest(2, CUT_OFF)]],
    ['an object cut off', 'a\n{"b":\n1', [{ line: 1, text: 'a' }, rest(2, CUT_OFF)]],
    ['a string cut off', '"a', [rest(1, CUT_OFF)]],
    [
      'bytes that were not UTF-8',
      '{"a":"\ufffd"}\n["b","\ufffd","c"]\n{"\ufffd":1,"tokens":["d"]}\n["\\ufffd"]',
      [
        { line: 1, bad: 'not valid UTF-8' },
        { line: 2, value: 'b' },
        { line: 2, bad: 'not valid UTF-8' },
        { line: 2, value: 'c' },
        { line: 3, value: 'd' },
        { line: 3, bad: 'not valid UTF-8 outside of its list' },
        { line: 4, value: '\ufffd' },
      ],
    ],
  ])('%s', (_name, text, expected) => {
    expect(read(text)).toEqual(expected);
    expect(readChunks(cut(text, 1))).toEqual(expected);
  });
});

const targets = fc.array(
  fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.dictionary(
      fc.oneof(fc.constantFrom('jti', 'client_id', '__proto__'), fc.string({ unit: 'grapheme' })),
      fc.jsonValue({ noUnicodeString: false }),
    ),
  ),
);
const places = fc.array(fc.double({ min: 0, max: 1, noNaN: true }));

/** A JSON text with U+FFFD and what JSON leaves raw written as escapes. */
function json(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(/\ufffd/g, '\\ufffd');
}

/** How targets may be written, and on which line each then starts. */
const FORMS: Readonly<Record<string, (list: readonly unknown[]) => [string, number[]]>> = {
  lines: (list) => [list.map((item) => `${json(item)}\n`).join(''), list.map((_, at) => at + 1)],
  'lines with CRLF, comments and blanks': (list) => [
    list.map((item) => `# {"\r\n\r\n \t${json(item)} \r\n`).join(''),
    list.map((_, at) => 3 * at + 3),
  ],
  'pretty objects': (list) => {
    const parts = list.map((item) => `${json(item, 2)}\n`);
    return [parts.join(''), starts(parts, 1)];
  },
  'array in one line': (list) => [json(list), list.map(() => 1)],
  'array on many lines': (list) => {
    const parts = list.map((item, at) => `${at === 0 ? '' : ','}${json(item, 1)}\n`);
    return [`[\n${parts.join('')}]\n`, starts(parts, 2)];
  },
  'document in one line': (list) => [
    json({ total: list.length, 'a]': ['['], tokens: list, last: { tokens: [1] } }),
    list.map(() => 1),
  ],
  'document on many lines': (list) => {
    const parts = list.map((item, at) => `${at === 0 ? '' : ','}\n${json(item, 2)}`);
    return [
      `{"total":\n1,"tokens":[${parts.join('')}\n]\n}`,
      starts(parts, 2).map((line) => line + 1),
    ];
  },
};

function starts(parts: readonly string[], first: number): number[] {
  let line = first;
  return parts.map((part) => {
    const start = line;
    line += part.split('\n').length - 1;
    return start;
  });
}

describe('properties', () => {
  test.each(Object.entries(FORMS))(
    'every target of %s is read, however it is cut',
    (_name, form) => {
      fc.assert(
        fc.property(targets, places, (list, cuts) => {
          const [text, lines] = form(list);
          const expected = list.map((item, at) => ({
            line: lines[at],
            value: JSON.parse(JSON.stringify(item)) as unknown,
          }));
          expect(readChunks(cutAt(text, cuts))).toEqual(expected);
        }),
      );
    },
  );

  test('bare lines are read, however they are cut', () => {
    const bare = fc
      .string({ unit: 'grapheme' })
      .filter((text) => /^[^\s{["#]/.test(text) && !/[\n\ufffd]/.test(text));
    fc.assert(
      fc.property(
        fc.array(bare),
        fc.constantFrom('\n', '\r\n', ' \n\n'),
        places,
        (list, end, cuts) => {
          const step = end === ' \n\n' ? 2 : 1;
          const text = list.map((line) => line + end).join('');
          expect(readChunks(cutAt(text, cuts))).toEqual(
            list.map((line, at) => ({ line: step * at + 1, text: line.trim() })),
          );
        },
      ),
    );
  });

  // What breaks readers: JSON's own signs, line ends, and words that can be told apart.
  const pieces = fc.constantFrom(
    ...['{', '}', '[', ']', ',', ':', '"', '\\', '\n', '\n{', '}\n', '\r\n', ' ', '#', '1', 'null'],
    ...[
      '"tokens":[',
      '{"jti":"@"}',
      '"@"',
      '"@"',
      '@',
      '@\n',
      '"@":',
      '\ufffd',
      '\ufeff',
      '\u2028',
    ],
  );
  const soup = fc
    .array(pieces, { maxLength: 60 })
    .map((list) => list.map((piece, at) => piece.replace('@', `<${at}>`)).join(''));
  const texts = fc.oneof(soup, fc.string({ unit: 'binary' }));

  test('any text gives the same records however it is cut, each with one of three fields', () => {
    fc.assert(
      fc.property(texts, places, (text, cuts) => {
        const records = read(text);
        expect(readChunks(cutAt(text, cuts))).toEqual(records);
        expect(readChunks(cut(text, 1))).toEqual(records);
        for (const record of records) {
          expect(Object.keys(record)).toHaveLength(2);
          expect(record.line).toBeGreaterThanOrEqual(1);
        }
        const lines = records.map((record) => record.line);
        expect(lines.every((line) => line <= text.split('\n').length)).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  test('every word of any text is in a record or covered by a bad one', () => {
    fc.assert(
      fc.property(soup, (text) => {
        // Without lists: what stands beside a list is ignored on purpose.
        const records = read(text, []);
        const given = records.map((record) => record.text ?? JSON.stringify(record.value)).join();
        for (const [index, line] of text.split('\n').entries()) {
          if (line.trim().startsWith('#')) continue;
          for (const word of line.match(/<\d+>/g) ?? []) {
            if (given.includes(word)) continue;
            const before = records.filter((record) => record.line <= index + 1);
            const nearest = before.filter((record) => record.line === before.at(-1)?.line);
            if (!nearest.some((record) => record.bad !== undefined)) {
              throw new Error(`${word} on line ${index + 1} is in no record`);
            }
          }
        }
      }),
      { numRuns: 3000 },
    );
  });

  test('a reason never quotes the input', () => {
    fc.assert(
      fc.property(soup, (text) => {
        for (const { bad } of read(text)) expect(bad ?? '').not.toMatch(/<\d+>|jti|tokens/);
      }),
    );
  });

  test('a list cut off anywhere gives whole items and then one bad record', () => {
    fc.assert(
      fc.property(
        targets,
        fc.constantFrom(0, 2),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (list, indent, part) => {
          const text = json({ tokens: list }, indent);
          const records = read(text.slice(0, Math.max(1, Math.floor(part * text.length))));
          const items = records.slice(0, -1).map((record) => record.value);
          expect(items).toEqual(
            (JSON.parse(JSON.stringify(list)) as unknown[]).slice(0, items.length),
          );
          expect(records.at(-1)?.bad).toContain(CUT_OFF);
        },
      ),
    );
  });
});
