export interface ChecksumRange {
  readonly from: number;
  readonly to: number;
  /** The checksum that this one continues. */
  readonly seed: number;
}

/**
 * CRC-32 (IEEE 802.3) of a part of some bytes, continued from `seed`. node:zlib has one too, and
 * takes longer to load than a short run may take for its whole journal.
 */
export function crc32(bytes: Uint8Array, { from, to, seed }: ChecksumRange): number {
  let crc = ~seed;
  let at = from;
  for (const last = to - 3; at < last; at += 4) {
    crc ^=
      (bytes[at] as number) |
      ((bytes[at + 1] as number) << 8) |
      ((bytes[at + 2] as number) << 16) |
      ((bytes[at + 3] as number) << 24);
    crc =
      (THIRD[crc & 255] as number) ^
      (SECOND[(crc >>> 8) & 255] as number) ^
      (FIRST[(crc >>> 16) & 255] as number) ^
      (TABLE[crc >>> 24] as number);
  }
  for (; at < to; at++) crc = (TABLE[(crc ^ (bytes[at] as number)) & 255] as number) ^ (crc >>> 8);
  return ~crc >>> 0;
}

/** What a byte adds to the checksum; and the same for one that 1, 2 or 3 other bytes follow. */
const TABLE = tableOf(0xedb88320);
const FIRST = followedByOne(TABLE);
const SECOND = followedByOne(FIRST);
const THIRD = followedByOne(SECOND);

/** What a byte adds is what its bits add: each entry is made from two that are there. */
function tableOf(polynomial: number): Int32Array {
  const table = new Int32Array(256);
  for (let bit = 128, crc = 1; bit > 0; bit >>= 1) {
    crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1;
    for (let at = 0; at < 256; at += 2 * bit) table[at + bit] = (table[at] as number) ^ crc;
  }
  return table;
}

function followedByOne(table: Int32Array): Int32Array {
  return table.map((crc) => (crc >>> 8) ^ (TABLE[crc & 255] as number));
}
