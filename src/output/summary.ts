/** The last words of a run with several targets: what became of them, and how to go on. */
import type { SourceNote } from '../input/source-note.js';
import type { Status } from '../contract/provider.js';
import type { Tally } from '../engine/tally.js';
import { quoteForShell } from './shell-quote.js';

const WORDS: readonly (readonly [Status, string])[] = [
  ['revoked', 'revoked'],
  ['already_revoked', 'revoked already'],
  ['accepted', 'accepted'],
  ['planned', 'planned'],
  ['alive', 'still alive'],
  ['failed', 'failed'],
  ['unknown', 'unknown'],
  ['skipped', 'skipped'],
];

function wordsFor(counts: Readonly<Record<string, number>>): readonly string[] {
  return WORDS.filter(([status]) => (counts[status] ?? 0) > 0).map(
    ([status, word]) => `${counts[status]} ${word}`,
  );
}

/** @param journal its path. @param resume the command that goes on with it. */
export function summaryLines(
  tally: Tally,
  journal: string | undefined,
  resume: string,
): readonly string[] {
  const { counts, journaled } = tally;
  const done = Object.values(journaled).reduce((sum, count) => sum + count, 0);
  const parts = wordsFor({ ...counts, skipped: counts.skipped - done });
  return [
    `${tally.total} ${tally.total === 1 ? 'target' : 'targets'}: ${parts.join(', ') || 'none'}`,
    ...(done === 0 ? [] : [`${done} already done: ${wordsFor(journaled).join(', ')}`]),
    ...(journal === undefined ? [] : [`Journal: ${journal}`]),
    ...(journal !== undefined && tally.unsettled > 0 ? [`To go on: ${resume}`] : []),
  ];
}

/**
 * The exact command that goes on with a journal: arguments and files are named in it, a stream must
 * be given again.
 */
export function resumeCommand(
  provider: string,
  given: readonly string[],
  journal: string,
  sources: readonly SourceNote[],
): string {
  const streamed = sources.some(({ kind }) => kind === 'stream');
  const words = ['revoke', provider, ...(streamed ? ['-'] : []), ...given, '--resume', journal];
  return `${streamed ? '<the same input> | ' : ''}${words.map(quoteForShell).join(' ')}`;
}
