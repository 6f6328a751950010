/** Reads journals once, and keeps what a page has room for: counts of everything, and some rows. */
import { systemWords } from '../contract/system-words.js';
import type { Verification } from '../contract/provider.js';
import type { JournalHead } from '../journal/format.js';
import { quoteForShell } from '../output/shell-quote.js';
import { lastHeadCommand } from '../record/continue-command.js';
import { readEnds } from '../record/ends-of-file.js';
import { lastWordsInPieces, type RecordedOutcome } from '../record/last-words.js';
import { isUnreadable, type RecordedRun } from '../record/runs.js';
import { createRunCheck, type Finding } from '../record/verify.js';
import { createAccounts, type Account, type AccountCounter } from './accounts.js';
import { createAcrossRuns } from './across-runs.js';
import { createNeeds, mayContinue, needsPerson, type NeedKind, type Needs } from './needs.js';
import { targetRow } from './target-row.js';
import { createTimeline, type Timeline } from './timeline.js';

export interface ReportedRun {
  readonly run: RecordedRun;
  /** How many of its outcomes have each status, as they were read. */
  readonly counts: ReadonlyMap<string, number>;
  readonly findings: readonly Finding[];
  readonly notes: readonly string[];
}

export interface ReportFacts {
  /** The newest first; not all of them where there are many. */
  readonly runs: readonly ReportedRun[];
  readonly runsTotal: number;
  /** Who began them, and where: `alice on laptop`. */
  readonly people: readonly string[];
  /** The first start and the last end, RFC 3339. */
  readonly from: string | undefined;
  readonly until: string | undefined;
  /** By what is known of each target at last. */
  readonly counts: ReadonlyMap<string, number>;
  readonly total: number;
  readonly repeated: number;
  readonly mayCountTwice: boolean;
  readonly needs: Needs;
  readonly timeline: Timeline | undefined;
  readonly accounts: readonly Account[];
}

export interface CollectOptions {
  /** The pages that this program itself names. */
  readonly pages: ReadonlySet<string>;
  /** Masks every secret that is known, and what looks like one. */
  readonly mask: <T>(value: T) => T;
}

/** As many runs have a card on the page. */
const MOST_RUNS = 100;
const MOST_PEOPLE = 20;

/** @param runs the newest first */
export async function collect(
  runs: readonly RecordedRun[],
  options: CollectOptions,
): Promise<ReportFacts> {
  const collector = createCollector(runs.length > 1, options);
  const reported: ReportedRun[] = [];
  for (const run of [...runs].reverse()) reported.unshift(await collector.read(run));
  const people = new Set(runs.map(personOf).filter((person) => person !== undefined));
  return {
    runs: mostTelling(reported).map((one) => ({ ...one, run: options.mask(one.run) })),
    runsTotal: runs.length,
    people: options.mask([...people].slice(0, MOST_PEOPLE)),
    ...spanOf(runs),
    ...collector.result(),
  };
}

function personOf({ user, host }: RecordedRun): string | undefined {
  if (user === undefined && host === undefined) return undefined;
  return [user ?? 'somebody', host].filter((word) => word !== undefined).join(' on ');
}

function spanOf(runs: readonly RecordedRun[]): Pick<ReportFacts, 'from' | 'until'> {
  const times = runs.flatMap(({ startedAt, endedAt }) => [startedAt ?? [], endedAt ?? []]).flat();
  const sorted = times.sort();
  return { from: sorted[0], until: sorted.at(-1) };
}

/** Runs with a fault before others, in the order of their time. */
function mostTelling(runs: readonly ReportedRun[]): readonly ReportedRun[] {
  if (runs.length <= MOST_RUNS) return runs;
  const isOdd = ({ run, findings }: ReportedRun) => findings.length > 0 || run.exit !== 0;
  const kept = new Set([...runs.filter(isOdd), ...runs].slice(0, MOST_RUNS));
  return runs.filter((one) => kept.has(one));
}

function createCollector(isOfSeveral: boolean, options: CollectOptions) {
  const counter = createCounter(isOfSeveral, options);

  async function read(run: RecordedRun): Promise<ReportedRun> {
    const check = createRunCheck(run);
    const add = counter.ofRun(run);
    const counts = new Map<string, number>();
    const pieces = lastWordsInPieces(run.path, {
      onEntry: check.add,
      checkHashes: true,
      isFinished: run.state === 'finished',
    });
    try {
      for await (const outcomes of pieces) {
        for (const outcome of outcomes) {
          counts.set(outcome.status, (counts.get(outcome.status) ?? 0) + 1);
          add(outcome);
        }
      }
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      return { run, counts, findings: [], notes: [`it cannot be read: ${systemWords(error)}`] };
    }
    const { findings, notes } = check.result();
    return { run, counts, findings, notes };
  }

  return { read, result: counter.result };
}

/** What all outcomes of all runs come to. */
function createCounter(isOfSeveral: boolean, { pages, mask }: CollectOptions) {
  const accounts = createAccounts();
  const needs = createNeeds();
  const timeline = createTimeline();
  const counts = new Map<string, number>();
  const across = isOfSeveral ? createAcrossRuns() : undefined;

  function count(account: AccountCounter, { status, at }: RecordedOutcome, by: 1 | -1): void {
    counts.set(status, (counts.get(status) ?? 0) + by);
    account.count(status, by);
    timeline.add(at, status, by);
  }

  function ofRun(run: RecordedRun): (outcome: RecordedOutcome) => void {
    const accountOf = accounts.ofRun({ name: runName(run), providers: run.providers });
    return (outcome) => {
      const account = accountOf(outcome);
      const { target } = outcome;
      const key = `${account.key}\0${target}`;
      if (across && !across.isNews(key, outcome)) return;
      count(account, outcome, 1);
      const row = () => mask(targetRow(outcome));
      const need = needsPerson(outcome) ? needKind(outcome, { run, account, pages }) : undefined;
      account.keep(target, need !== undefined, row);
      if (need) {
        const command = () => (mayContinue(outcome) ? mask(continueCommand(run)) : undefined);
        needs.add(need, target, () => ({ row: row(), command: command() }));
      }
      if (!across || (!need && outcome.status !== 'accepted')) return;
      across.mayChange(key, () => {
        count(account, outcome, -1);
        account.drop(target);
        if (need) needs.remove(need, target);
      });
    };
  }

  return {
    ofRun,
    result: () => ({
      counts,
      total: [...counts.values()].reduce((sum, each) => sum + each, 0),
      repeated: across?.repeated ?? 0,
      mayCountTwice: across?.isFull === true,
      needs: needs.result(),
      timeline: timeline.result(),
      accounts: accounts.result(),
    }),
  };
}

interface NeedPlace {
  readonly run: RecordedRun;
  readonly account: AccountCounter;
  readonly pages: ReadonlySet<string>;
}

function needKind(
  { status, error, verification, ...facts }: RecordedOutcome,
  { run, account, pages }: NeedPlace,
): NeedKind {
  const url: unknown = facts['manual_url'];
  return {
    status,
    isActive: isSeenActive(status, verification),
    provider: account.provider,
    account: account.name,
    run: runName(run),
    code: error?.code,
    page: typeof url === 'string' && pages.has(url) ? url : undefined,
  };
}

/** Active when it was looked at last, and nothing was taken since that may have changed it. */
function isSeenActive(status: string, { before, after }: Partial<Verification> = {}): boolean {
  if (status === 'alive') return true;
  return (status === 'unknown' ? after : (after ?? before)) === 'active';
}

/** As `revoke log` takes it: a short id, or the path of a journal that lies elsewhere. */
export function runName({ id, path }: Pick<RecordedRun, 'id' | 'path'>): string {
  return path.endsWith(`-${id}.jsonl`) ? id : quoteForShell(path);
}

/** The command that does the rest of a run; undefined where it cannot be continued, or is running. */
function continueCommand({ path, state, format }: RecordedRun): string | undefined {
  if (state === 'running' || format !== 2) return undefined;
  const head: JournalHead | undefined = readEnds(path).last;
  return head && lastHeadCommand(head, path);
}
