/**
 * Bytes to text, in pieces cut anywhere: UTF-8 and UTF-16 with a byte order mark, UTF-8 without one,
 * and Windows-1252, as spreadsheets on Windows write it, where the first character beyond ASCII is not UTF-8.
 */
import { isUtf8 } from 'node:buffer';
import { StringDecoder } from 'node:string_decoder';

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

export interface TextReader {
  /** What the bytes say so far. */
  push(bytes: Buffer): string;
  /** What is left. To be called once, last. */
  end(): string;
  /** What was found; UTF-8 as long as nothing says otherwise. */
  readonly encoding: Encoding;
}

/** The characters that Windows-1252 has where Latin-1 has control characters. */
const WINDOWS_C1 =
  '\u20ac\x81\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\x8d\u017d\x8f' +
  '\x90\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\x9d\u017e\u0178';
const MARKS: readonly (readonly [Encoding, Buffer])[] = [
  ['utf-8', Buffer.from([0xef, 0xbb, 0xbf])],
  ['utf-16le', Buffer.from([0xff, 0xfe])],
  ['utf-16be', Buffer.from([0xfe, 0xff])],
];
const LONGEST_MARK = 3;
const LONGEST_CHARACTER = 4;

/** @param legacy whether the text may be Windows-1252; else what is not UTF-8 becomes U+FFFD */
export function createTextReader({ legacy }: { readonly legacy: boolean }): TextReader {
  let encoding: Encoding = 'utf-8';
  let decode: ((bytes: Buffer) => string) | undefined;
  let utf8: StringDecoder | undefined;
  // Bytes that do not decide anything yet: of a mark, or of the first character beyond ASCII.
  let held: Buffer = Buffer.alloc(0);
  let isStart = true;

  function push(bytes: Buffer): string {
    if (decode) return decode(bytes);
    held = held.length === 0 ? bytes : Buffer.concat([held, bytes]);
    if (isStart && held.length < LONGEST_MARK) return '';
    return readHeld(false);
  }

  function readHeld(isEnd: boolean): string {
    if (isStart) {
      isStart = false;
      const mark = MARKS.find(([, bytes]) => held.subarray(0, bytes.length).equals(bytes));
      if (mark) {
        held = held.subarray(mark[1].length);
        return settle(mark[0]);
      }
    }
    const first = held.findIndex((byte) => byte > 0x7f);
    if (first < 0) return take(held.length);
    const character = held.subarray(first, first + LONGEST_CHARACTER);
    if (character.length < LONGEST_CHARACTER && !isEnd) return take(first);
    return settle(legacy && !startsUtf8(character) ? 'windows-1252' : 'utf-8');
  }

  /** Gives ASCII text, and keeps the rest. */
  function take(length: number): string {
    const text = held.toString('latin1', 0, length);
    held = Buffer.from(held.subarray(length));
    return text;
  }

  function settle(found: Encoding): string {
    encoding = found;
    decode = decoderOf(found);
    const bytes = held;
    held = Buffer.alloc(0);
    return decode(bytes);
  }

  function decoderOf(found: Encoding): (bytes: Buffer) => string {
    if (found === 'windows-1252') return fromWindows;
    const decoder = new StringDecoder(found === 'utf-8' ? 'utf8' : 'utf16le');
    utf8 = decoder;
    if (found !== 'utf-16be') return (bytes) => decoder.write(bytes);
    const swap = createSwap();
    return (bytes) => decoder.write(swap(bytes));
  }

  function end(): string {
    const text = decode ? '' : readHeld(true);
    return text + (utf8?.end() ?? '');
  }

  return {
    push,
    end,
    get encoding() {
      return encoding;
    },
  };
}

function startsUtf8(bytes: Buffer): boolean {
  return [2, 3, 4].some((length) => length <= bytes.length && isUtf8(bytes.subarray(0, length)));
}

function fromWindows(bytes: Buffer): string {
  return bytes
    .toString('latin1')
    .replace(/[\x80-\x9f]/g, (character) => WINDOWS_C1.charAt(character.charCodeAt(0) - 0x80));
}

/** Big-endian units to little-endian ones; an odd byte waits for its other half. */
function createSwap(): (bytes: Buffer) => Buffer {
  let odd: Buffer = Buffer.alloc(0);
  return (bytes) => {
    const all = Buffer.concat([odd, bytes]);
    const even = all.length - (all.length % 2);
    odd = all.subarray(even);
    return all.subarray(0, even).swap16();
  };
}
