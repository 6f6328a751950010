/**
 * The checksums that some vendors build into their tokens, by name. Each says of a token whether it
 * is whole: a mismatch means mistyped or cut off, a match says nothing about whether it is active.
 */
import { createHash } from 'node:crypto';

const DIGITS = '0123456789abcdefghijklmnopqrstuvwxyz';
const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** crates.io counts letters first. */
const LETTERS_FIRST = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** CRC-32 as zlib has it (IEEE), of text that is ASCII. zlib.crc32 needs Node 20.15 and loads zlib. */
export function crc32(text: string): number {
  let crc = 0xffffffff;
  for (let index = 0; index < text.length; index++) {
    crc = (CRC_TABLE[(crc ^ text.charCodeAt(index)) & 0xff] as number) ^ (crc >>> 8);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

/** A number in the digits given, with leading zeros up to `width`. */
export function inBase(value: number, digits: string, width: number): string {
  let text = '';
  for (let rest = value; rest > 0; rest = Math.floor(rest / digits.length)) {
    text = (digits[rest % digits.length] as string) + text;
  }
  return text.padStart(width, digits[0]);
}

/** The last six characters of GitHub's, npm's and Vercel's tokens, from the characters before them. */
export function crc32Base62(body: string): string {
  return inBase(crc32(body), BASE62, 6);
}

/** The last seven characters of a routable GitLab token, from everything before them. */
export function gitlabRoutable(before: string): string {
  return inBase(crc32(before), DIGITS, 7);
}

/** The last character of a trusted-publishing token of crates.io, from the 31 before it. */
export function cratesXor(body: string): string {
  let value = 0;
  for (let index = 0; index < body.length; index++) value ^= body.charCodeAt(index);
  return LETTERS_FIRST[value % 62] as string;
}

/** Eight characters of a fine-grained GitHub token, from the 77 before them. */
export function sha256Base32(before: string): string {
  const bytes = createHash('sha256').update(before).digest();
  let bits = 0n;
  for (const byte of bytes.subarray(0, 5)) bits = (bits << 8n) | BigInt(byte);
  return Array.from({ length: 8 }, (_, place) => {
    return BASE32[Number((bits >> BigInt(35 - 5 * place)) & 31n)] as string;
  }).join('');
}

/** The last eight characters of a Cloudflare token: big-endian hex of its body's CRC. */
export function crc32Hex(body: string): string {
  return crc32(body).toString(16).padStart(8, '0');
}

/** The same for Grafana, little-endian. */
export function crc32HexReversed(body: string): string {
  const hex = crc32Hex(body);
  return hex.slice(6) + hex.slice(4, 6) + hex.slice(2, 4) + hex.slice(0, 2);
}

/** Splits a token where its first underscore ends the prefix. */
function afterPrefix(token: string): string {
  return token.slice(token.indexOf('_') + 1);
}

function endsWith(text: string, width: number, expected: (before: string) => string): boolean {
  return text.slice(-width) === expected(text.slice(0, -width));
}

/** Whether a token of that scheme is whole. The token has the shape already. */
export const CHECKSUMS = {
  'crc32-base62': (token: string) => endsWith(afterPrefix(token), 6, crc32Base62),
  'gitlab-routable': (token: string) => endsWith(token, 7, gitlabRoutable),
  'crates-xor': (token: string) => endsWith(token.slice('cio_tp_'.length), 1, cratesXor),
  'sha256-base32': (token: string) => token.slice(77, 85) === sha256Base32(token.slice(0, 77)),
  'crc32-hex': (token: string) => endsWith(afterPrefix(token), 8, crc32Hex),
  'crc32-hex-reversed': (token: string) => token.slice(-8) === crc32HexReversed(token.slice(0, -9)),
} as const satisfies Record<string, (token: string) => boolean>;

export type ChecksumName = keyof typeof CHECKSUMS;
