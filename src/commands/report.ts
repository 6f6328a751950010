/** `revoke report`: the record as a page for people, as HTML, as Markdown, or as both. */
import { resolve } from 'node:path';
import { version } from '../command-line/version.js';
import { stateFolder } from '../context/config-file.js';
import { optionsOf } from '../context/option-values.js';
import { isRevokeError, unforeseenError, usageError } from '../contract/errors.js';
import { endingOf, exitCodeOf } from '../contract/exit-codes.js';
import type { Options, Provider } from '../contract/provider.js';
import { journalFolder } from '../journal/journal-file.js';
import { createOutput } from '../output/output.js';
import { isWithin, listRuns, type RunFilter } from '../record/list-runs.js';
import { findRun, type RecordedRun } from '../record/runs.js';
import { collect, type ReportFacts } from '../report/collect.js';
import type { PageOptions } from '../report/html-page.js';
import { countText, listText, oddRunsText, sentenceOf } from '../report/words.js';
import { assertWritable, writePage } from '../report/write-page.js';
import type { World } from '../runtime/world.js';
import { timeOf } from './log/filters.js';

export interface ReportArguments {
  /** Runs by their short ids or the paths of their journals; none: all of the record. */
  readonly words: readonly string[];
  readonly values: Readonly<Record<string, unknown>>;
}

/** @param providers those whose pages are ours to link to */
export async function report(
  world: World,
  providers: readonly Provider[],
  { words, values }: ReportArguments,
): Promise<number> {
  const { redactor } = world;
  const output = createOutput(world, { format: 'text', verbose: false, redactor });
  try {
    const options = optionsOf(values);
    const files = filesOf(options);
    const { runs, scope, left } = await chosenRuns(world, words, options);
    if (left > 0) output.log.warn(`${countText(left, 'run')} began outside of that time`);
    const pages = new Set(providers.flatMap((provider) => provider.pages ?? []));
    const facts = await collect(runs, { pages, mask: redactor.cleanValue });
    const title = { scope, madeAt: new Date(world.clock.now()).toISOString(), version };
    for (const { path, kind } of files) {
      await writePage(path, await pageOf(kind, facts, { title, pages }), world.self);
    }
    printSummary(facts, (line) => output.printMessage(line));
    for (const { path } of files) output.printMessage(`Report: ${path}`);
    return 0;
  } catch (caught) {
    const error = isRevokeError(caught) ? caught : unforeseenError(caught);
    await output.printError(error);
    return exitCodeOf(endingOf(error));
  }
}

interface File {
  readonly kind: 'html' | 'markdown';
  readonly path: string;
}

/** The files that are asked for, once it is known that they may be written. */
function filesOf(options: Options): readonly File[] {
  const files = (['html', 'markdown'] as const).flatMap((kind): File[] => {
    const path = options.text(kind);
    return path === undefined ? [] : [{ kind, path }];
  });
  if (files.length === 0)
    throw usageError('no file to write the report to', 'revoke report --html report.html');
  for (const { kind, path } of files) assertWritable(path, `--${kind}`);
  const [first, second] = files.map(({ path }) => resolve(path));
  if (first === second)
    throw usageError('--html and --markdown name the same file', 'give each a file of its own');
  return files;
}

interface Chosen {
  /** The newest first. */
  readonly runs: readonly RecordedRun[];
  /** In words. */
  readonly scope: string;
  /** Runs that were named, and that began at another time. */
  readonly left: number;
}

async function chosenRuns(
  world: World,
  words: readonly string[],
  options: Options,
): Promise<Chosen> {
  const folder = journalFolder(stateFolder(world));
  const now = world.clock.now();
  const filter: RunFilter = {
    since: timeOf(options, 'since', now),
    until: timeOf(options, 'until', now),
  };
  const times = timesText(filter);
  if (words.length === 0) {
    const runs = await listRuns(folder, world.self, filter);
    return { runs, scope: `all ${countText(runs.length, 'run')} of the record${times}`, left: 0 };
  }
  const named = new Map<string, RecordedRun>();
  for (const word of words) {
    const run = await findRun(folder, world.self, word);
    named.set(resolve(run.path), run);
  }
  const runs = [...named.values()]
    .filter((run) => isWithin(run, filter))
    .sort((a, b) => ((a.startedAt ?? '') < (b.startedAt ?? '') ? 1 : -1));
  const ids = listText(runs.map(({ id }) => id));
  const scope = `${runs.length === 1 ? 'run' : 'runs'} ${ids}${times}`;
  return { runs, scope, left: named.size - runs.length };
}

function timesText({ since, until }: RunFilter): string {
  const text = (at: number) => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  return [
    ...(since === undefined ? [] : [` begun since ${text(since)}`]),
    ...(until === undefined
      ? []
      : [`${since === undefined ? ' begun' : ' and'} before ${text(until)}`]),
  ].join('');
}

async function pageOf(
  kind: File['kind'],
  facts: ReportFacts,
  options: PageOptions,
): Promise<string> {
  if (kind === 'html') return (await import('../report/html-page.js')).htmlPage(facts, options);
  return (await import('../report/markdown-page.js')).markdownPage(facts, options);
}

function printSummary(facts: ReportFacts, print: (line: string) => void): void {
  if (facts.runsTotal === 0) {
    print('There is no run to report.');
    return;
  }
  print(sentenceOf(facts));
  const { total } = facts.needs;
  if (total > 0)
    print(`${countText(total, 'target')} still ${total === 1 ? 'needs' : 'need'} a person.`);
  const odd = oddRunsText(facts.runs);
  if (odd !== undefined) print(odd);
}
