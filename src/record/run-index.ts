/**
 * What `revoke log` read of each journal, beside the journals: a record of thousands of runs is shown
 * without opening each of them. An entry counts only for a file with the same size, times and inode,
 * and all of it can be made again. Whether a journal was changed is never asked of it.
 */
import { readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { isCode } from '../contract/errors.js';
import { parseJson } from '../contract/json.js';
import { replaceUnlocked } from '../files/replace-file.js';
import { crc32 } from '../journal/checksum.js';
import { namesIn, type FileState, type KnownRuns, type RecordedRun } from './runs.js';

export const INDEX = '.index.json';

/** A file that has just been written may be written again without another time. */
const SETTLED_MS = 2000;
/** So many files are read before the index is written again. */
const WORTH_WRITING = 200;

export interface RunIndex extends KnownRuns {
  /** Writes what was read newly, where that is much. It never fails: a home may be read-only. */
  save(): void;
}

/** What runs have in common is written once. */
type Common = Pick<
  RecordedRun,
  'format' | 'state' | 'version' | 'user' | 'host' | 'command' | 'providers' | 'counts' | 'exit'
>;

type Row = readonly [
  name: string,
  size: number,
  mtimeMs: number,
  ctimeMs: number,
  ino: number,
  common: number,
  id: string,
  startedAt: string | null,
  endedAt: string | null,
  hash: string | null,
  previous: readonly string[],
  continueWith: string | null,
];

interface Index {
  readonly common: readonly Common[];
  readonly rows: ReadonlyMap<string, Row>;
}

interface Written {
  readonly common: readonly Common[];
  readonly rows: readonly Row[];
}

export interface RecordPlace {
  readonly folder: string;
  /** Of the program: each writes its own. */
  readonly version: string;
}

/** @param now ms since the epoch, before any journal is read */
export function openRunIndex(place: RecordPlace, now: number): RunIndex {
  const { folder } = place;
  const path = join(folder, INDEX);
  const added = new Map<string, readonly [FileState, RecordedRun]>();
  let index: Index | undefined;
  return {
    find(name, file) {
      index ??= readIndex(path, place);
      const row = index.rows.get(name);
      return row && isSame(row, file) ? runOf(row, index.common, folder) : undefined;
    },
    add(name, file, run) {
      if (Math.max(file.mtimeMs, file.ctimeMs) <= now - SETTLED_MS) added.set(name, [file, run]);
    },
    save() {
      if (added.size < WORTH_WRITING || !index) return;
      const there = new Set(namesIn(folder));
      writeIndex(path, place, withAdded(index, added, there));
    },
  };
}

function isSame([, size, mtime, ctime, ino]: Row, file: FileState): boolean {
  return size === file.size && mtime === file.mtimeMs && ctime === file.ctimeMs && ino === file.ino;
}

/** Nothing where there is none, or it is not whole, of another version or for another folder. */
function readIndex(path: string, place: RecordPlace): Index {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    if (isCode(error, 'ENOENT', 'EACCES', 'EPERM', 'EISDIR', 'ELOOP', 'EIO')) return NOTHING;
    throw error;
  }
  const end = bytes.indexOf(10) + 1;
  if (bytes.toString('latin1', 0, end) !== headOf(place, bytes.subarray(end))) return NOTHING;
  const { common, rows } = parseJson(bytes.toString('latin1', end)) as Written;
  return { common, rows: new Map(rows.map((row) => [row[0], row])) };
}

const NOTHING: Index = { common: [], rows: new Map() };

function runOf(row: Row, all: readonly Common[], folder: string): RecordedRun {
  const common = all[row[5]] as Common;
  // Each by its name: spreading ten thousand of them takes longer than reading the file.
  return {
    id: row[6],
    path: folder + sep + row[0],
    format: common.format,
    state: common.state,
    startedAt: row[7] ?? undefined,
    endedAt: row[8] ?? undefined,
    version: common.version,
    user: common.user,
    host: common.host,
    command: common.command,
    providers: common.providers,
    counts: common.counts,
    exit: common.exit,
    hash: row[9] ?? undefined,
    previous: row[10],
    continueWith: row[11] ?? undefined,
  };
}

function withAdded(
  index: Index,
  added: ReadonlyMap<string, readonly [FileState, RecordedRun]>,
  there: ReadonlySet<string>,
): Written {
  const common = [...index.common];
  const places = new Map(common.map((one, place) => [JSON.stringify(one), place]));
  const rows = new Map([...index.rows].filter(([name]) => there.has(name)));
  for (const [name, [{ size, mtimeMs, ctimeMs, ino }, run]] of added) {
    const one = commonOf(run);
    const text = JSON.stringify(one);
    const place = places.get(text) ?? common.push(one) - 1;
    places.set(text, place);
    const own = [run.id, run.startedAt ?? null, run.endedAt ?? null, run.hash ?? null] as const;
    const rest = [run.previous, run.continueWith ?? null] as const;
    rows.set(name, [name, size, mtimeMs, ctimeMs, ino, place, ...own, ...rest]);
  }
  return { common, rows: [...rows.values()] };
}

function commonOf(run: RecordedRun): Common {
  const { format, state, version, user, host, command, providers, counts, exit } = run;
  return { format, state, version, user, host, command, providers, counts, exit };
}

function writeIndex(path: string, place: RecordPlace, written: Written): void {
  const body = Buffer.from(inAscii(JSON.stringify(written)));
  try {
    replaceUnlocked(path, headOf(place, body) + body.toString('latin1'));
  } catch (error) {
    // Where the system refuses it, the next listing is as slow as this one was.
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
  }
}

function headOf({ folder, version }: RecordPlace, body: Buffer): string {
  const crc = crc32(body, { from: 0, to: body.length, seed: 0 }).toString(16);
  return `${inAscii(JSON.stringify({ index: 1, version, folder, crc }))}\n`;
}

/** Read faster than other text. */
function inAscii(json: string): string {
  return json.replace(
    /[\u0080-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
