/** The words of a report, the same on every page: its span, its scope, and what happened. */
import { grouped } from '../contract/text.js';
import type { Location } from '../contract/provider.js';
import { timeText } from '../record/texts.js';
import type { ReportedRun, ReportFacts } from './collect.js';
import type { NeedKind } from './needs.js';
import { presentStatuses } from './status-words.js';

/** What the report was asked for, and by which program it was made. */
export interface ReportTitle {
  /** `all runs of the record`, `run 3w3ie9wy`. */
  readonly scope: string;
  /** RFC 3339. */
  readonly madeAt: string;
  readonly version: string;
}

/** `2026-11-29, 06:47 to 06:52 UTC`. */
export function spanText({ from, until }: Pick<ReportFacts, 'from' | 'until'>): string {
  if (from === undefined || until === undefined) return 'no time';
  const [start, end] = [timeText(from).slice(0, 16), timeText(until).slice(0, 16)];
  if (start === end) return `${start} UTC`;
  const isOneDay = start.slice(0, 10) === end.slice(0, 10);
  return `${start} to ${isOneDay ? end.slice(11) : end} UTC`;
}

export function countText(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** `11 are revoked`, `1 is still active`. */
const CLAUSES: Readonly<Record<string, readonly [one: string, several: string]>> = {
  revoked: ['is revoked', 'are revoked'],
  already_revoked: ['was already revoked', 'were already revoked'],
  accepted: ['was accepted and is not confirmed', 'were accepted and are not confirmed'],
  alive: ['is still active', 'are still active'],
  unknown: ['is unknown', 'are unknown'],
  failed: ['was not revoked', 'were not revoked'],
  skipped: ['was skipped', 'were skipped'],
  created: ['was created', 'were created'],
};

const DONE_FIRST = ['revoked', 'already_revoked', 'accepted', 'created'];

/** What happened, in one sentence. */
export function sentenceOf({ counts, total, accounts }: ReportFacts): string {
  if (total === 0) return 'No target has a result.';
  const present = presentStatuses(counts).map(({ status }) => status);
  const ordered = [
    ...present.filter((status) => DONE_FIRST.includes(status)),
    ...present.filter((status) => !DONE_FIRST.includes(status)),
  ];
  const clauses = ordered.map((status) => {
    const count = counts.get(status) ?? 0;
    const [one, several] = CLAUSES[status] ?? [`is ${status}`, `are ${status}`];
    return `${grouped(count)} ${count === 1 ? one : several}`;
  });
  const at = listText([...new Set(accounts.map(({ provider }) => provider))]);
  return `Of ${countText(total, 'target')} at ${at}, ${listText(clauses)}.`;
}

/** `a, b and c`; of many only the first ones. */
export function listText(items: readonly string[]): string {
  const some = items.length > 8 ? [...items.slice(0, 7), `${items.length - 7} more`] : items;
  if (some.length < 2) return some[0] ?? 'nothing';
  return `${some.slice(0, -1).join(', ')} and ${some.at(-1)}`;
}

/** How a run ended, in words. */
export function runStateText({ run, findings }: ReportedRun): string {
  if (findings.some(({ kind }) => kind === 'changed')) return 'its journal was changed';
  if (run.state === undefined) return `format ${run.format}`;
  return run.state === 'finished' ? `finished, exit code ${run.exit}` : run.state;
}

export const COMPARE_NOTE =
  'Whoever can write the journals can rewrite all of them. Only a hash that was kept elsewhere, in the log of a CI job or on this page once it is handed over, shows that nobody did. The command below each run compares.';

export const MOST_FINDINGS = 5;

/** The command that shows all targets of an account, a run at a time. */
export function showAllCommands(runs: readonly string[]): readonly string[] {
  return runs.slice(0, 3).map((run) => `revoke log ${run} --json`);
}

/** The command that shows the targets of one need. */
export function showCommand({ run, status }: Pick<NeedKind, 'run' | 'status'>): string {
  return `revoke log ${run} --status ${status}`;
}

export const MOST_COMMAND = 600;

/** Whether a run is one to look at: unfinished, changed, or not to be read. */
export function isOdd({ run, findings, notes }: ReportedRun): boolean {
  return findings.length > 0 || notes.length > 0 || run.state !== 'finished';
}

/** That runs are not whole is said before anything is read in them. */
export function oddRunsText(runs: readonly ReportedRun[]): string | undefined {
  const ids = (is: (one: ReportedRun) => boolean) => runs.filter(is).map(({ run }) => run.id);
  const changed = ids(({ findings }) => findings.some(({ kind }) => kind === 'changed'));
  const unfinished = ids(({ run }) => run.state === 'unfinished');
  const running = ids(({ run }) => run.state === 'running');
  const parts = [
    partText(changed, ['was changed after it was written', 'were changed after they were written']),
    partText(unfinished, ['is unfinished', 'are unfinished']),
    partText(running, ['is still running', 'are still running']),
  ].filter((part) => part !== undefined);
  return parts.length === 0
    ? undefined
    : `Note: ${parts.join('; ')}. What follows is what can be read.`;
}

function partText(
  ids: readonly string[],
  [one, several]: readonly [string, string],
): string | undefined {
  if (ids.length === 0) return undefined;
  return `${ids.length === 1 ? 'run' : 'runs'} ${listText(ids)} ${ids.length === 1 ? one : several}`;
}

export function repeatedText({ repeated, mayCountTwice }: ReportFacts): string | undefined {
  const texts = [
    ...(repeated > 0
      ? [
          `${countText(repeated, 'result')} of targets that another of these runs says more about ${repeated === 1 ? 'is' : 'are'} not counted.`,
        ]
      : []),
    ...(mayCountTwice
      ? ['There are too many to compare: a target of two runs may count twice.']
      : []),
  ];
  return texts.length === 0 ? undefined : texts.join(' ');
}

/** `config/app.env:12:5`. */
export function placeText({ file, line, column }: Location): string {
  const at = [line, column].filter((number) => number !== undefined).map((number) => `:${number}`);
  return `${file ?? 'a place without a name'}${at.join('')}`;
}
