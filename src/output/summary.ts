/** The last words of a run with several targets: what became of them, and how to continue. */
import { grouped } from '../contract/text.js';
import { basename, dirname, join, resolve } from 'node:path';
import type { SourceNote } from '../input/source-note.js';
import type { Status } from '../contract/provider.js';
import type { Tally } from '../engine/tally.js';
import type { OutputStream } from '../runtime/world.js';
import type { Output } from './output.js';
import { seenWords } from './proof-words.js';
import { quoteForShell } from './shell-quote.js';
import { textWidth } from './text-width.js';

const WORDS: readonly (readonly [Status | 'created', string])[] = [
  ['revoked', 'revoked'],
  ['already_revoked', 'already revoked'],
  ['accepted', 'accepted'],
  ['planned', 'planned'],
  ['alive', 'still active'],
  ['failed', 'failed'],
  ['unknown', 'unknown'],
  ['skipped', 'skipped'],
  ['created', 'created'],
];

export function countWords(counts: Readonly<Record<string, number>>): readonly string[] {
  return WORDS.filter(([status]) => (counts[status] ?? 0) > 0).map(
    ([status, word]) => `${grouped(counts[status] ?? 0)} ${word}`,
  );
}

/** What became of the targets: `11 targets: 10 revoked, 1 failed`; what was done before, apart. */
function countLines(
  { counts, journaled, seen, total }: Tally,
  inFlight: number,
): readonly string[] {
  const done = Object.values(journaled).reduce((sum, count) => sum + count, 0);
  const parts = countWords({
    ...counts,
    unknown: counts.unknown + inFlight,
    skipped: counts.skipped - done,
  });
  const all = total + inFlight;
  const targets = `${grouped(all)} ${all === 1 ? 'target' : 'targets'}`;
  const before = countWords(journaled).join(', ');
  if (all > 0 && done === all) return [`${targets}, all already done: ${before}`];
  return [
    `${targets}: ${parts.join(', ') || 'none'}`,
    ...(done === 0 ? [] : [`${grouped(done)} already done: ${before}`]),
    ...(all === 1 || Object.keys(seen).length === 0 ? [] : [`Now: ${seenWords(seen)}`]),
  ];
}

export interface SummaryOptions {
  readonly output: Pick<Output, 'printMessage' | 'printCommand'>;
  readonly tally: Tally;
  /** Its path, or the command that shows it. */
  readonly journal: string | undefined;
  /** SHA-256 of what this run wrote to it; undefined where it did not come to its end. */
  readonly hash?: string | undefined;
  /** The command that continues the run. */
  readonly resume: string;
  /** The run was broken off: there is more to do, whatever the outcomes say. */
  readonly isBroken?: boolean;
  /** Targets that were sent, and that nothing will be known of any more. */
  readonly inFlight?: number;
}

export function printSummary(options: SummaryOptions): void {
  const { output, tally, journal, hash, resume, isBroken, inFlight = 0 } = options;
  for (const line of countLines(tally, inFlight)) output.printMessage(line);
  if (journal === undefined) return;
  output.printMessage(`Journal: ${journal}`);
  if (hash !== undefined) output.printMessage(`Hash: sha256:${hash}`);
  if (isBroken || tally.unsettled > 0) output.printCommand('To continue', resume);
}

export interface Resumable {
  readonly provider: string;
  /** The words that were given after the provider. */
  readonly given: readonly string[];
  readonly journal: string;
  readonly sources: readonly SourceNote[];
}

/**
 * The exact command that continues a journal: arguments and files are named in it, a stream must
 * be given again.
 */
export function resumeCommand({ provider, given, journal, sources }: Resumable): string {
  const streamed = sources.some(({ kind }) => kind === 'stream');
  const words = ['revoke', provider, ...(streamed ? ['-'] : []), ...given, '--resume', journal];
  return `${streamed ? '<the same input> | ' : ''}${words.map(quoteForShell).join(' ')}`;
}

/**
 * How the summary names a journal: a path that a terminal would have to break cannot be copied from it,
 * so a run of the record is named by the command that shows it.
 */
export function journalName(
  path: string,
  stateDir: string,
  { isTTY, columns }: Pick<OutputStream, 'isTTY' | 'columns'>,
): string {
  const run = runName(path, stateDir);
  const isBroken = isTTY && textWidth(path) + 2 > columns;
  return isBroken && run !== path ? `revoke log ${run}` : path;
}

/** How --resume names a journal: a run of the record by its short id, which no terminal breaks. */
export function runName(path: string, stateDir: string): string {
  const isRecord = dirname(resolve(path)) === join(resolve(stateDir), 'journals');
  return (isRecord && /-([a-z0-9]{8})\.jsonl$/.exec(basename(path))?.[1]) || path;
}
