/**
 * Format 2 of a journal: JSON Lines, in parts. Each run writes a part: a newline, its head, intents
 * before requests leave, outcomes, and an end where it reached one. Every line ends with its own
 * checksum, which starts from that of its part's head: a line that was damaged, or that belongs to
 * a head that was, can be told from a whole one.
 */
import type { Outcome, Status } from '../contract/provider.js';
import type { SourceNote } from '../input/source-note.js';
import { crc32 } from './checksum.js';

export const FORMAT = 2;

/** One provider, where it acts and as what: a resume must find the same. */
export interface ProviderNote {
  readonly provider: string;
  readonly endpoint: string;
  readonly scope: Readonly<Record<string, string | readonly string[]>>;
}

/** The options that decide what is revoked, by their names in camelCase; true for a flag. */
export type Terms = Readonly<Record<string, string | true | readonly string[]>>;

export interface JournalHead {
  readonly format: typeof FORMAT;
  /** Names the run; a resume keeps it. */
  readonly id: string;
  /** Other runs that this part continues, where their journals were joined. */
  readonly joins?: readonly string[];
  /** The program's version. */
  readonly version: string;
  /** RFC 3339, like every time in a journal. */
  readonly started_at: string;
  readonly user?: string;
  readonly host?: string;
  /** The command line, secrets masked. */
  readonly command: readonly string[];
  /** The options to give again where the run is continued, secrets masked. */
  readonly again?: readonly string[];
  /** It was no revoking command but this one, which cannot be continued: `create`. */
  readonly action?: string;
  readonly providers: readonly ProviderNote[];
  readonly terms: Terms;
  readonly sources: readonly SourceNote[];
  /** `1/4`; several, where journals were joined, with a comma between them. */
  readonly shard?: string;
  /** The hashes of finished runs in the same folder that no head names yet, as they ended. */
  readonly previous?: readonly string[];
}

/** What a look before the request saw of one target. */
export interface SeenBefore {
  readonly state: string;
  readonly checked_at: string;
  readonly expires_at?: string;
  /** How it was seen, where its lane has several ways. */
  readonly method?: string;
}

export interface Intent {
  /** The keys of one request's targets. It is no proof that they were sent. */
  readonly intent: readonly string[];
  /** When they were first tried. */
  readonly at: string;
  readonly lane?: string;
  /** In the order of the keys; null for a target that was not looked at. */
  readonly seen?: readonly (SeenBefore | null)[];
}

export interface Settled {
  readonly outcome: Outcome;
  /** What the target is known by, where that is not the target as it is shown. */
  readonly key?: string;
}

export type Counts = Readonly<Partial<Record<Status, number>>>;

/** How a run ended, over every target of the run. */
export interface RunEnd {
  readonly at: string;
  readonly exit: number;
  readonly counts: Counts;
  /** How many targets a resume would send again; absent where none is. */
  readonly open?: number;
}

/** `,"crc":"0123abcd"}`: the last bytes of every line. */
export const CRC_TAIL = 18;
/** `,"sha256":"…"` before it in an end line: the hash of the part up to here. */
export const HASH_TAIL = 76;
const OPEN = ',"crc":"';
const HEX = '0123456789abcdef';
const NEWLINE = 10;

/** A line without its checksum yet. `json` is an object without its last brace. */
export function openLine(json: string): string {
  return `${json}${OPEN}00000000"}\n`;
}

/** Fills in the checksums of the lines in `bytes`, in place. @param seed the head's checksum */
export function seal(bytes: Uint8Array, seed: number): void {
  for (let from = 0; from < bytes.length;) {
    const end = bytes.indexOf(NEWLINE, from);
    const at = end - CRC_TAIL;
    let crc = crc32(bytes, { from, to: at, seed });
    for (let digit = at + OPEN.length + 7; digit >= at + OPEN.length; digit--) {
      bytes[digit] = HEX.charCodeAt(crc & 15);
      crc >>>= 4;
    }
    from = end + 1;
  }
}

/** The checksum that a line carries; undefined where it does not carry one of its own content. */
export function checksumOf(line: Uint8Array, seed: number): number | undefined {
  const at = line.length - CRC_TAIL;
  if (at < 1) return undefined;
  const crc = crc32(line, { from: 0, to: at, seed });
  const tail = `${OPEN}${crc.toString(16).padStart(8, '0')}"}`;
  for (let index = 0; index < CRC_TAIL; index++) {
    if (line[at + index] !== tail.charCodeAt(index)) return undefined;
  }
  return crc;
}
