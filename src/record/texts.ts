/** How runs and outcomes of the record read: times in UTC, counts in plain words. */
import { grouped } from '../contract/text.js';
import { verificationText } from './proof-text.js';
import type { RecordedOutcome } from './last-words.js';
import type { RecordedRun, ShownRun } from './runs.js';
import type { Finding } from './verify.js';
import { countWords } from '../output/summary.js';

/** `2026-11-29 02:36:28`. */
export function timeText(at: string | undefined): string {
  return at === undefined ? '-' : at.slice(0, 19).replace('T', ' ');
}

export function stateText(run: ShownRun): string {
  if (run.state === undefined) return `format ${run.format}`;
  return run.state === 'finished' ? `exit ${run.exit}` : run.state;
}

/** More accounts than these are counted: a run of leaked tokens may use any of many services. */
const MOST_NAMED = 3;

export function accountText({ providers }: Pick<ShownRun, 'providers'>): string {
  const names = providers
    .map(({ scope, endpoint }) => Object.values(scope).flat().join(' ') || endpoint)
    .filter((name) => name !== '');
  return names.length > MOST_NAMED ? `any of ${names.length} services` : names.join(', ');
}

export function providerText({ providers }: ShownRun): string {
  const [first, ...others] = providers;
  if (others.length === 0) return first?.provider ?? '-';
  return [...new Set(providers.map(({ provider }) => provider))].join(', ');
}

export function totalOf({ counts }: ShownRun): number | undefined {
  return counts && Object.values(counts).reduce((sum, count) => sum + count, 0);
}

export function resultText(run: ShownRun): string {
  if (!run.counts) return 'not counted';
  return countWords(run.counts).join(', ') || 'nothing';
}

export function targetsText(run: ShownRun): string {
  const total = totalOf(run);
  return total === undefined ? '-' : grouped(total);
}

/** One outcome as a line. */
export function outcomeLine(outcome: RecordedOutcome): string {
  const { at, status, provider, target, error } = outcome;
  const proof = verificationText(outcome);
  const why = error ? `: ${error.message}` : proof === undefined ? '' : ` (${proof})`;
  const word = (STATUS_WORDS[status] ?? status).padEnd(WIDEST);
  return `${timeText(at)}  ${word}  ${provider}  ${target}${why}`;
}

const WIDEST = 'already revoked'.length;

const STATUS_WORDS: Readonly<Record<string, string>> = {
  already_revoked: 'already revoked',
  alive: 'still active',
};

/** What is wrong with a run, after its name. */
export function findingText(finding: Finding): string {
  if (finding.kind === 'changed') return `changed at line ${finding.line}: ${finding.what}`;
  if (finding.kind === 'unfinished') return `unfinished: ${finding.what}`;
  if (finding.kind === 'unreadable') return `cannot be read: ${finding.what}`;
  return `missing: the run before it, ${finding.hash}`;
}

/** What scripts read of a run. */
export function runJson(run: RecordedRun) {
  return {
    run: run.id,
    journal: run.path,
    state: run.state ?? null,
    format: run.format,
    started_at: run.startedAt ?? null,
    ended_at: run.endedAt ?? null,
    version: run.version ?? null,
    user: run.user ?? null,
    host: run.host ?? null,
    command: run.command,
    providers: run.providers,
    targets: totalOf(run) ?? null,
    counts: run.counts ?? null,
    exit: run.exit ?? null,
    hash: run.hash ?? null,
    continue: run.continueWith ?? null,
  };
}
