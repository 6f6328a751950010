/** Files that are no text, recognised by their first bytes, each with what to give instead. */
import type { RefusedFormat } from './reports/refused-formats.js';

interface FileSign extends RefusedFormat {
  readonly bytes: readonly number[];
}

/** How many bytes of the start are enough for `fileKind`. */
export const FILE_KIND_BYTES = 4096;

const SAVE_AS_CSV = 'save it as "CSV UTF-8" and give that file';
const UNPACK = 'unpack it and give the file inside';

const SIGNS: readonly FileSign[] = [
  { name: 'a gzip file', bytes: [0x1f, 0x8b], words: UNPACK },
  { name: 'a zstd file', bytes: [0x28, 0xb5, 0x2f, 0xfd], words: UNPACK },
  { name: 'an xz file', bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a], words: UNPACK },
  { name: 'a 7z file', bytes: [0x37, 0x7a, 0xbc, 0xaf], words: UNPACK },
  { name: 'an old Excel file', bytes: [0xd0, 0xcf, 0x11, 0xe0], words: SAVE_AS_CSV },
  { name: 'a PDF', bytes: [0x25, 0x50, 0x44, 0x46, 0x2d], words: 'export it as CSV or JSON' },
  {
    name: 'an SQLite database',
    bytes: [0x53, 0x51, 0x4c, 0x69, 0x74, 0x65, 0x20],
    words: 'export the column as CSV',
  },
];
const ZIP = Buffer.from([0x50, 0x4b]);
/** The names of members, and the type, that stand at the start of the files of spreadsheets. */
const SHEETS: readonly (readonly [RegExp, string])[] = [
  [/opendocument\.spreadsheet/, 'an OpenDocument spreadsheet (ods)'],
  [/Index\/|\.iwa/, 'a Numbers spreadsheet'],
  [/\[Content_Types\]\.xml|xl\/|_rels\/|docProps\//, 'an Excel file (xlsx)'],
];

/** What a file that is no text is; undefined for text. */
export function fileKind(head: Buffer): RefusedFormat | undefined {
  const sign = SIGNS.find(({ bytes }) => bytes.every((byte, index) => head[index] === byte));
  if (sign) return { name: sign.name, words: sign.words };
  if (head.subarray(0, 2).equals(ZIP) && (head[2] ?? 0xff) < 0x09) {
    const text = head.toString('latin1', 0, FILE_KIND_BYTES);
    const sheet = SHEETS.find(([pattern]) => pattern.test(text));
    return sheet ? { name: sheet[1], words: SAVE_AS_CSV } : { name: 'a zip file', words: UNPACK };
  }
  const hasMark = head[0] === 0xff || head[0] === 0xfe;
  if (hasMark || !head.subarray(0, FILE_KIND_BYTES).includes(0)) return undefined;
  return {
    name: 'not text in UTF-8',
    words: 'save it as UTF-8, or as UTF-16 with a byte order mark',
  };
}
