/**
 * The file of an index: a head, and two tables with a row for each journal. The first has what is
 * asked of every file and shown of every run; few want to see the second, which is as long again.
 */
import { join } from 'node:path';
import { parseJson } from '../contract/json.js';
import { fileChunks } from '../files/file-chunks.js';
import { crc32 } from '../journal/checksum.js';
import { isUnreadable, type RecordedRun, type ShownRun } from './runs.js';

export const INDEX = '.index.json';

export interface RecordPlace {
  readonly folder: string;
  /** Of the program: each writes its own. */
  readonly version: string;
}

/** What runs have in common is written once. */
export type Common = Pick<ShownRun, 'format' | 'state' | 'providers' | 'counts' | 'exit'>;
export type Author = Pick<RecordedRun, 'version' | 'user' | 'host'>;

/** Columns, in the order of the files: they are read faster than rows. */
export interface ShownTable {
  readonly common: readonly Common[];
  readonly names: readonly string[];
  readonly sizes: readonly number[];
  readonly mtimes: readonly number[];
  readonly ctimes: readonly number[];
  readonly inodes: readonly number[];
  /** Places in `common`. */
  readonly places: readonly number[];
  readonly ids: readonly string[];
  readonly starts: readonly (string | null)[];
  readonly continues: readonly (string | null)[];
}

export interface RestTable {
  readonly authors: readonly Author[];
  /** Places in `authors`. */
  readonly places: readonly number[];
  readonly ends: readonly (string | null)[];
  readonly hashes: readonly (string | null)[];
  readonly commands: readonly (readonly string[])[];
}

export interface IndexTables {
  readonly shown: ShownTable;
  readonly rest: RestTable;
}

/** One table; undefined where there is none that is whole, of this version and for this folder. */
export type ReadTable = <Name extends keyof IndexTables>(
  name: Name,
) => IndexTables[Name] | undefined;

/** The first line. Each table is a line of its own, with its checksum here. */
interface Head extends RecordPlace {
  readonly index: number;
  readonly crc: readonly number[];
}

const FORMAT = 2;
const NEWLINE = 10;

export function openIndexFile(place: RecordPlace): ReadTable {
  const bytes = bytesOf(join(place.folder, INDEX));
  const shown = bytes.indexOf(NEWLINE) + 1;
  const rest = bytes.indexOf(NEWLINE, shown) + 1;
  const head = bytes.toString('latin1', 0, shown);
  const { crc = [] } = (parseJson(head) ?? {}) as Partial<Head>;
  if (head !== headOf(place, crc)) return () => undefined;
  const tables = { shown: { from: shown, to: rest }, rest: { from: rest, to: bytes.length } };
  return (name) => {
    const { from, to } = tables[name];
    if (crc32(bytes, { from, to, seed: 0 }) !== crc[NAMES.indexOf(name)]) return undefined;
    return parseJson(bytes.toString('latin1', from, to)) as never;
  };
}

function bytesOf(path: string): Buffer {
  try {
    return Buffer.concat([...fileChunks(path)]);
  } catch (error) {
    if (isUnreadable(error)) return NOTHING;
    throw error;
  }
}

const NOTHING = Buffer.alloc(0);

/** The file as it is written. */
export function indexText(place: RecordPlace, tables: IndexTables): string {
  const lines = NAMES.map((name) => `${inAscii(JSON.stringify(tables[name]))}\n`);
  const sums = lines.map((line) => {
    const bytes = Buffer.from(line, 'latin1');
    return crc32(bytes, { from: 0, to: bytes.length, seed: 0 });
  });
  return headOf(place, sums) + lines.join('');
}

const NAMES: readonly (keyof IndexTables)[] = ['shown', 'rest'];

function headOf({ folder, version }: RecordPlace, crc: readonly number[]): string {
  return `${inAscii(JSON.stringify({ index: FORMAT, version, folder, crc }))}\n`;
}

/** Read faster than other text. */
function inAscii(json: string): string {
  return json.replace(
    /[\u0080-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
