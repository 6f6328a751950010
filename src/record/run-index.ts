/**
 * What `revoke log` read of each journal, beside the journals: a record of thousands of runs is shown
 * without opening each of them. An entry counts only for a file with the same size, times and inode,
 * and all of it can be made again. Whether a journal was changed is never asked of it.
 */
import { join } from 'node:path';
import {
  indexText,
  INDEX,
  openIndexFile,
  type RecordPlace,
  type ShownTable,
} from './index-file.js';
import { fileAt, isFileAt, shownAt, tablesOf, wholeAt, type IndexedRun } from './index-rows.js';
import type { FileState, KnownRuns } from './list-runs.js';
import { namesIn, type RecordedRun, type ShownRun } from './runs.js';

/** A file that has just been written may be written again without another time. */
const SETTLED_MS = 2000;
/** So many files are read before the index is written again. */
const WORTH_WRITING = 200;

export interface RunIndex {
  /** With what a list for people says of a run, and no more. */
  readonly shown: KnownRuns<ShownRun>;
  readonly whole: KnownRuns<RecordedRun>;
  /** Writes what was read newly, where that is much. It never fails: a home may be read-only. */
  save(): Promise<void>;
}

/** @param now ms since the epoch, before any journal is read */
export function openRunIndex(place: RecordPlace, now: number): RunIndex {
  const { folder } = place;
  const added = new Map<string, IndexedRun>();
  const add = (name: string, file: FileState, run: RecordedRun) => {
    const { size, mtimeMs, ctimeMs, ino } = file;
    if (Math.max(mtimeMs, ctimeMs) > now - SETTLED_MS) return;
    added.set(name, { name, file: { size, mtimeMs, ctimeMs, ino }, run });
  };
  return {
    shown: {
      find: finderOf<ShownRun>(() => {
        const shown = openIndexFile(place)('shown');
        return shown && { shown, runAt: (row) => shownAt(shown, row, folder) };
      }),
      add,
    },
    whole: { find: finderOf<RecordedRun>(() => readWhole(place)), add },
    async save() {
      if (added.size < WORTH_WRITING) return;
      const there = new Set(namesIn(folder));
      const before = readWhole(place);
      const kept = (before?.shown.names ?? []).flatMap((name, row): readonly IndexedRun[] => {
        if (!before || added.has(name) || !there.has(name)) return [];
        return [{ name, file: fileAt(before.shown, row), run: before.runAt(row) }];
      });
      // In the order of a folder, in which they are looked for.
      const all = [...kept, ...added.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
      await write(place, all);
    },
  };
}

interface Rows<Run> {
  readonly shown: ShownTable;
  runAt(row: number): Run;
}

function readWhole(place: RecordPlace): Rows<RecordedRun> | undefined {
  const read = openIndexFile(place);
  const [shown, rest] = [read('shown'), read('rest')];
  if (!shown || !rest) return undefined;
  return { shown, runAt: (row) => wholeAt({ shown, rest }, row, place.folder) };
}

/** Finds runs by their files. @param read called where the first is looked for */
function finderOf<Run extends ShownRun>(read: () => Rows<Run> | undefined): KnownRuns<Run>['find'] {
  const open = (): KnownRuns<Run>['find'] => {
    const rows = read();
    if (!rows) return () => undefined;
    const placeOf = placesOf(rows.shown.names);
    return (name, file) => {
      const row = placeOf(name);
      if (row === undefined || !isFileAt(rows.shown, row, file)) return undefined;
      return rows.runAt(row);
    };
  };
  let find: ReturnType<typeof open> | undefined;
  return (name, file) => (find ??= open())(name, file);
}

/** Names are looked for in their order, as a rule: then each stands behind the one before it. */
function placesOf(names: readonly string[]): (name: string) => number | undefined {
  let next = 0;
  let places: ReadonlyMap<string, number> | undefined;
  return (name) => {
    if (names[next] === name) return next++;
    places ??= new Map(names.map((each, place) => [each, place]));
    const place = places.get(name);
    if (place !== undefined) next = place + 1;
    return place;
  };
}

async function write(place: RecordPlace, runs: readonly IndexedRun[]): Promise<void> {
  const { replaceUnlocked } = await import('../files/replace-file.js');
  try {
    replaceUnlocked(join(place.folder, INDEX), indexText(place, tablesOf(runs)));
  } catch (error) {
    // Where the system refuses it, the next listing is as slow as this one was.
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
  }
}
