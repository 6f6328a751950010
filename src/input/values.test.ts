import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { createTextReader } from './encoding.js';
import { fileKind } from './file-kind.js';
import { whyNotATarget } from '../recognition/not-a-target.js';
import { createRowSum, type RowSum } from './sum.js';

describe('values that are no targets', () => {
  test.each<[string, string]>([
    ['null', 'no_value'],
    ['NULL', 'no_value'],
    ['undefined', 'no_value'],
    ['None', 'no_value'],
    ['NaN', 'no_value'],
    ['***', 'masked'],
    ['••••••••', 'masked'],
    ['abc***', 'masked'],
    ['REDACTED', 'masked'],
    ['[REDACTED]', 'masked'],
    ['[REDACTED:1a2b3c4d]', 'masked'],
    ['<redacted>', 'masked'],
    ['(hidden)', 'masked'],
    ['[Filtered]', 'masked'],
    ['REDACTEDJ', 'masked'],
    ['abc...xyz', 'masked'],
    ['abc…', 'masked'],
    ['abcdefgh...', 'masked'],
    ['tok_xxxxxxxx', 'masked'],
    ['XXXXXXXX', 'masked'],
    ['ab*-**-*c-**', 'masked'],
    ['<!DOCTYPE html>', 'html'],
    ['<html lang="en">', 'html'],
    ['</div>', 'html'],
    ['<p>Sign in</p>', 'html'],
    ['1.23457E+15', 'damaged'],
  ])('%s is refused', (value, code) => {
    const reason = whyNotATarget(value);
    expect(reason?.reason).toBe(code);
    expect(reason?.words.length).toBeGreaterThan(10);
  });

  test.each([
    'bob',
    'nullable',
    'None of them',
    'a.b.c',
    'a..b',
    'news:*',
    '[meta]log',
    'xxl',
    'axxxxb',
    'jti_1',
    '<bob',
    '1e5',
    '5550123',
    'redacted-client',
  ])('%s may be one', (value) => {
    expect(whyNotATarget(value)).toBeUndefined();
  });

  test('null is told with the likely cause', () => {
    expect(whyNotATarget('null')?.words).toMatch(/jq prints it for a key that is not there/);
  });

  test('a matching checksum beats a mask', () => {
    expect(whyNotATarget('abc...xyz', () => true)).toBeUndefined();
  });
});

describe('bytes to text', () => {
  function read(bytes: Buffer, size = bytes.length || 1, legacy = true): [string, string] {
    const reader = createTextReader({ legacy });
    let text = '';
    for (let at = 0; at < bytes.length; at += size)
      text += reader.push(bytes.subarray(at, at + size));
    text += reader.end();
    return [text, reader.encoding];
  }
  const utf16be = (text: string) => Buffer.from(text, 'utf16le').swap16();

  test.each<[string, Buffer, string, string]>([
    ['ASCII', Buffer.from('abc'), 'abc', 'utf-8'],
    ['UTF-8', Buffer.from('a é 🐷'), 'a é 🐷', 'utf-8'],
    ['UTF-8 with a mark', Buffer.from('\ufeffa é'), 'a é', 'utf-8'],
    ['UTF-16 little-endian', Buffer.from('\ufeffa é 🐷', 'utf16le'), 'a é 🐷', 'utf-16le'],
    ['UTF-16 big-endian', utf16be('\ufeffa é 🐷'), 'a é 🐷', 'utf-16be'],
    ['Windows-1252', Buffer.from([0x61, 0xe9, 0x20, 0x80, 0x96]), 'aé €–', 'windows-1252'],
    ['nothing', Buffer.alloc(0), '', 'utf-8'],
    ['one byte', Buffer.from('a'), 'a', 'utf-8'],
    ['one byte of Windows-1252', Buffer.from([0xe9]), 'é', 'windows-1252'],
  ])('%s, in chunks of any size', (_name, bytes, text, encoding) => {
    for (let size = 1; size <= bytes.length + 1; size++) {
      expect(read(bytes, size)).toEqual([text, encoding]);
    }
  });

  test('a broken byte behind real UTF-8 is marked, and the rest stays UTF-8', () => {
    const bytes = Buffer.concat([Buffer.from('é'), Buffer.from([0xe9]), Buffer.from('x é')]);
    for (let size = 1; size <= bytes.length; size++) {
      expect(read(bytes, size)).toEqual(['é\ufffdx é', 'utf-8']);
    }
  });

  test('Windows-1252 is only read where it is allowed', () => {
    expect(read(Buffer.from([0x61, 0xe9, 0x62]), 1, false)).toEqual(['a\ufffdb', 'utf-8']);
  });

  test('any text as UTF-8 comes back, whatever the chunks', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 9 }), (text, size) => {
        expect(read(Buffer.from(text), size)[0]).toBe(text.replace(/^\ufeff/, ''));
      }),
    );
  });
});

describe('files that are no text', () => {
  const zip = (name: string) => Buffer.from(`PK\x03\x04\x14\0\0\0\x08\0${'\0'.repeat(20)}${name}`);

  test.each<[string, Buffer]>([
    ['a gzip file', Buffer.from([0x1f, 0x8b, 8, 0])],
    ['a zip file', zip('gitleaks.json')],
    ['an Excel file (xlsx)', zip('[Content_Types].xml')],
    [
      'an OpenDocument spreadsheet (ods)',
      zip('mimetypeapplication/vnd.oasis.opendocument.spreadsheet'),
    ],
    ['a PDF', Buffer.from('%PDF-1.7')],
    ['not text in UTF-8', Buffer.from('a\0b\0')],
  ])('%s is told by its bytes', (name, bytes) => {
    expect(fileKind(bytes)).toMatchObject({ name });
  });

  test('text of any encoding is told from files that are no text', () => {
    for (const text of ['', 'PK is my name', 'bob\n', '\ufeffa,b']) {
      expect(fileKind(Buffer.from(text))).toBeUndefined();
    }
    expect(fileKind(Buffer.from('\ufeffa', 'utf16le'))).toBeUndefined();
  });
});

describe('the sum', () => {
  test('rows = taken + duplicates + left out + refused, whatever happens', () => {
    const act = fc.constantFrom<(sum: RowSum) => void>(
      (sum) => sum.taken(),
      (sum) => sum.duplicate(),
      (sum) => sum.leftOut('resolved'),
      (sum) => sum.leftOut('absent'),
      (sum) => sum.refused({ row: 1, reason: 'masked', words: 'x' }),
      (sum) => sum.refused({ row: 1, reason: 'damaged', words: 'x' }),
    );
    fc.assert(
      fc.property(fc.array(act), (acts) => {
        const sum = createRowSum();
        for (const one of acts) one(sum);
        const [line = ''] = sum.lines({ all: false });
        const numbers = [...line.replace(/\([^)]*\)/g, '').matchAll(/\d+/g)].map(Number);
        const [rows, ...parts] = numbers;
        expect(rows).toBe(acts.length);
        expect(parts.reduce((a, b) => a + b, 0)).toBe(acts.length);
      }),
    );
  });

  test('it is told in plain words, with ten refused rows or all', () => {
    const sum = createRowSum();
    for (let row = 1; row <= 1200; row++) sum.taken();
    sum.duplicate();
    sum.leftOut('resolved');
    for (let row = 1; row <= 11; row++) {
      sum.refused({ row, reason: 'masked', words: 'masked by gitleaks', place: 'a\u001b[31m:3' });
    }
    const lines = sum.lines({ all: false });
    expect(lines[0]).toBe(
      '1,213 rows read: 1,200 to revoke, 1 duplicate, 1 left out (1 resolved), 11 refused (11 masked)',
    );
    expect(lines[1]).toBe('  row 1 (a\\u001b[31m:3): masked by gitleaks');
    expect(lines).toHaveLength(12);
    expect(lines[11]).toBe('  and 1 more (--verbose lists all)');
    expect(sum.lines({ all: true })).toHaveLength(12);
    expect(sum.lines({ all: true }).at(-1)).toMatch(/row 11/);
  });
});
