/** The tables of an index as runs, and runs as its tables. */
import { sep } from 'node:path';
import type { Author, Common, IndexTables, RestTable, ShownTable } from './index-file.js';
import type { FileState } from './list-runs.js';
import type { RecordedRun, ShownRun } from './runs.js';

export interface IndexedRun {
  readonly name: string;
  readonly file: FileState;
  readonly run: RecordedRun;
}

/** Whether a file is the one that was read. */
export function isFileAt(table: ShownTable, row: number, file: FileState): boolean {
  return (
    table.sizes[row] === file.size &&
    table.mtimes[row] === file.mtimeMs &&
    table.ctimes[row] === file.ctimeMs &&
    table.inodes[row] === file.ino
  );
}

export function fileAt({ sizes, mtimes, ctimes, inodes }: ShownTable, row: number): FileState {
  return {
    size: sizes[row] as number,
    mtimeMs: mtimes[row] as number,
    ctimeMs: ctimes[row] as number,
    ino: inodes[row] as number,
  };
}

// Each fact by its name: spreading ten thousand objects takes longer than reading their file.
export function shownAt(table: ShownTable, row: number, folder: string): ShownRun {
  const common = table.common[table.places[row] as number] as Common;
  return {
    id: table.ids[row] as string,
    path: folder + sep + table.names[row],
    format: common.format,
    state: common.state,
    startedAt: table.starts[row] ?? undefined,
    providers: common.providers,
    counts: common.counts,
    exit: common.exit,
    continueWith: table.continues[row] ?? undefined,
  };
}

export function wholeAt({ shown, rest }: IndexTables, row: number, folder: string): RecordedRun {
  const run = shownAt(shown, row, folder);
  const author = rest.authors[rest.places[row] as number] as Author;
  return {
    id: run.id,
    path: run.path,
    format: run.format,
    state: run.state,
    startedAt: run.startedAt,
    endedAt: rest.ends[row] ?? undefined,
    version: author.version,
    user: author.user,
    host: author.host,
    command: rest.commands[row] as readonly string[],
    providers: run.providers,
    counts: run.counts,
    exit: run.exit,
    hash: rest.hashes[row] ?? undefined,
    continueWith: run.continueWith,
  };
}

export function tablesOf(indexed: readonly IndexedRun[]): IndexTables {
  const files = indexed.map(({ file }) => file);
  const runs = indexed.map(({ run }) => run);
  const common = withoutRepeats(
    runs.map(({ format, state, providers, counts, exit }): Common => ({
      format,
      state,
      providers,
      counts,
      exit,
    })),
  );
  const authors = withoutRepeats(
    runs.map(({ version, user, host }): Author => ({ version, user, host })),
  );
  const shown: ShownTable = {
    common: common.distinct,
    names: indexed.map(({ name }) => name),
    sizes: files.map(({ size }) => size),
    mtimes: files.map(({ mtimeMs }) => mtimeMs),
    ctimes: files.map(({ ctimeMs }) => ctimeMs),
    inodes: files.map(({ ino }) => ino),
    places: common.places,
    ids: runs.map(({ id }) => id),
    starts: runs.map(({ startedAt }) => startedAt ?? null),
    continues: runs.map(({ continueWith }) => continueWith ?? null),
  };
  const rest: RestTable = {
    authors: authors.distinct,
    places: authors.places,
    ends: runs.map(({ endedAt }) => endedAt ?? null),
    hashes: runs.map(({ hash }) => hash ?? null),
    commands: runs.map(({ command }) => command),
  };
  return { shown, rest };
}

/** What is equal once, and where each stands in that list. */
function withoutRepeats<T>(all: readonly T[]): { distinct: readonly T[]; places: number[] } {
  const known = new Map<string, number>();
  const distinct: T[] = [];
  const places = all.map((one) => {
    const text = JSON.stringify(one);
    const place = known.get(text) ?? distinct.push(one) - 1;
    known.set(text, place);
    return place;
  });
  return { distinct, places };
}
