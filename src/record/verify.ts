/** Whether journals are what their writers left: by their checksums, their hashes and their order. */
import { readJournalInPieces, type JournalEntry } from '../journal/reader.js';
import { FORMAT } from '../journal/format.js';
import { finishedRuns } from '../journal/finished-runs.js';
import { systemWords } from '../contract/system-words.js';
import { hashesIn, readPruneRecord } from './pruned.js';
import { isUnreadable, type RecordedRun } from './runs.js';

export type Finding =
  | { readonly kind: 'changed'; readonly line: number; readonly what: string }
  | { readonly kind: 'unfinished'; readonly what: string }
  | { readonly kind: 'unreadable'; readonly what: string }
  | { readonly kind: 'missing'; readonly hash: string };

export interface CheckedRun {
  readonly run: RecordedRun;
  /** What was found; nothing where it is intact. */
  readonly findings: readonly Finding[];
  /** What is known, and is no fault. */
  readonly notes: readonly string[];
  /** `sha256:…` of each part that has an end, in their order. */
  readonly hashes: readonly string[];
}

/** Checks one journal by itself, part by part. */
export async function checkRun(run: RecordedRun): Promise<PartsChecked> {
  const check = createRunCheck(run);
  try {
    for await (const entries of readJournalInPieces(run.path, { checkHashes: true }))
      for (const entry of entries) check.add(entry);
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    const findings: readonly Finding[] = [{ kind: 'unreadable', what: systemWords(error) }];
    return { run, findings, notes: [], hashes: [], previous: [] };
  }
  return check.result();
}

export interface PartsChecked extends CheckedRun {
  /** The hashes that its heads name. */
  readonly previous: readonly string[];
}

/** The same for who reads the journal anyway, with its hashes checked: every entry, in their order. */
export function createRunCheck(run: RecordedRun): {
  add(entry: JournalEntry): void;
  result(): PartsChecked;
} {
  const findings: Finding[] = [];
  const hashes: string[] = [];
  const previous: string[] = [];
  const notes: string[] = [];
  let foreign: number | undefined;
  let endedAt: string | undefined;
  let isOpen = false;
  let torn: number | undefined;
  const changed = (line: number, what: string) => findings.push({ kind: 'changed', line, what });

  function add(entry: JournalEntry): void {
    const { line } = entry;
    if (foreign !== undefined) return;
    if (entry.kind === 'foreign') {
      foreign = entry.format;
    } else if (entry.kind === 'head') {
      if (endedAt !== undefined && entry.head.started_at < endedAt)
        notes.push(`line ${line}: begun before the part above it ended, by its clock`);
      if (torn !== undefined)
        notes.push(
          `line ${torn}: not whole, and continued after it: a crash or a change, which cannot be told apart`,
        );
      previous.push(...(entry.head.previous ?? []));
      isOpen = true;
      torn = undefined;
    } else if (entry.kind === 'unreadable') {
      if (entry.reason === 'torn') torn = line;
      else changed(line, 'this line is not what was written');
    } else if (!isOpen) {
      changed(line, 'this line was added after the end of its part');
    } else if (entry.kind === 'end') {
      if (entry.isIntact === false)
        changed(
          line,
          'the hash of the part that ends here is another: lines of it are gone or changed',
        );
      hashes.push(`sha256:${entry.sha256}`);
      endedAt = entry.end.at;
      isOpen = false;
    }
  }

  function result(): PartsChecked {
    if (foreign !== undefined) {
      return { run, findings, notes: [foreignNote(foreign)], hashes, previous };
    }
    const unfinished = unfinishedBy(run, { isOpen, torn, hasHead: run.state !== 'unreadable' });
    return {
      run,
      findings: [...unfinished, ...findings].sort(byLine),
      notes: run.state === 'running' ? [...notes, 'it is running'] : notes,
      hashes,
      previous,
    };
  }

  return { add, result };
}

function foreignNote(format: number): string {
  const why = format > FORMAT ? 'is of a later version' : 'has no checksums';
  return `format ${format} ${why}: nothing can be said of its content`;
}

/** Those of a line in the order of their lines, then those of the whole. */
function byLine(a: Finding, b: Finding): number {
  const [first, second] = [a, b].map((one) => (one.kind === 'changed' ? one.line : Infinity));
  return first === second ? 0 : (first ?? 0) - (second ?? 0);
}

function unfinishedBy(
  run: RecordedRun,
  { isOpen, torn, hasHead }: { isOpen: boolean; torn: number | undefined; hasHead: boolean },
): readonly Finding[] {
  if (!hasHead) return [{ kind: 'changed', line: 1, what: 'no run begins here' }];
  if (run.state === 'running') return [];
  if (torn !== undefined) {
    const what = `its last line (${torn}) is not whole: a crash or a change, which cannot be told apart`;
    return [{ kind: 'unfinished', what }];
  }
  return isOpen ? [{ kind: 'unfinished', what: 'it has no end' }] : [];
}

/**
 * Checks several runs, and that each run that others name as their predecessor is there.
 * @param runs those to check. @param others of the same folder, which may be predecessors
 */
export async function checkRecord(
  folder: string,
  runs: readonly RecordedRun[],
  others: readonly RecordedRun[],
): Promise<readonly CheckedRun[]> {
  const checked: Awaited<ReturnType<typeof checkRun>>[] = [];
  for (const run of runs) checked.push(await checkRun(run));
  const known = new Set([
    ...checked.flatMap(({ hashes }) => hashes),
    ...others.flatMap(({ hash }) => hash ?? []),
    ...hashesIn(readPruneRecord(folder)),
  ]);
  const isKnown = async (hash: string) => {
    if (known.has(hash)) return true;
    // A run that was continued has several ends: only the last is read at once.
    for (const other of others) {
      if (checked.some(({ run }) => run.path === other.path)) continue;
      for (const each of (await checkRun(other)).hashes) known.add(each);
    }
    return known.has(hash);
  };
  const results: CheckedRun[] = [];
  for (const { previous, ...result } of checked) {
    const missing: Finding[] = [];
    for (const hash of previous) {
      if (!(await isKnown(hash))) missing.push({ kind: 'missing', hash });
    }
    results.push({ ...result, findings: [...result.findings, ...missing] });
  }
  return results;
}

/** Runs that ended, that no head names yet, and that are gone. */
export function missingAtTheEnd(folder: string, checked: readonly CheckedRun[]): readonly string[] {
  const known = new Set([
    ...checked.flatMap(({ hashes }) => hashes),
    ...hashesIn(readPruneRecord(folder)),
  ]);
  return finishedRuns(folder).hashes.filter((hash) => !known.has(hash));
}
