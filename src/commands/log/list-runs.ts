/** `revoke log`: the runs of the record, newest first. */
import { version } from '../../command-line/version.js';
import { openRunIndex } from '../../record/run-index.js';
import { listRuns } from '../../record/list-runs.js';
import type { RecordedRun, ShownRun } from '../../record/runs.js';
import { readPruneRecord } from '../../record/pruned.js';
import { safeJson } from '../../contract/text.js';
import { createBufferedWriter } from '../../output/buffered-writer.js';
import { colorizer, prettyJson } from '../../output/colors.js';
import { padTo, textWidth } from '../../output/text-width.js';
import { fitsRun, type Filters } from './filters.js';
import type { LogCommand } from './log-command.js';
import {
  accountText,
  providerText,
  resultText,
  runJson,
  stateText,
  targetsText,
  timeText,
} from '../../record/texts.js';

export async function showRuns(command: LogCommand, filters: Filters): Promise<number> {
  const { world, folder, format, output } = command;
  const index = openRunIndex({ folder, version }, world.clock.now());
  if (format !== 'text') {
    const runs = await listRuns(folder, world.self, { ...filters, known: index.whole });
    await index.save();
    await printJson(
      command,
      runs.filter((run) => fitsRun(run, filters)),
    );
    return 0;
  }
  const all = await listRuns(folder, world.self, { ...filters, known: index.shown });
  await index.save();
  const runs = all.filter((run) => fitsRun(run, filters));
  if (runs.length === 0) {
    const isAll = filters.since === undefined && filters.until === undefined;
    const isEmpty = isAll && all.length === 0;
    output.printMessage(isEmpty ? `No runs in ${folder}` : 'No runs fit these filters');
  } else {
    const width = world.stdout.isTTY ? world.stdout.columns : undefined;
    await output.report({ json: null, text: linesOf(runs, width) });
  }
  const { prunings, problem } = readPruneRecord(folder);
  const pruned = prunings.reduce((sum, { runs: gone }) => sum + gone.length, 0);
  if (pruned > 0)
    output.printMessage(`${pruned} older ${pruned === 1 ? 'run was' : 'runs were'} pruned.`);
  if (problem !== undefined) output.printMessage(`What was pruned is not all known: ${problem}.`);
  return 0;
}

async function printJson(
  { world, format }: LogCommand,
  runs: readonly RecordedRun[],
): Promise<void> {
  const out = createBufferedWriter(world.stdout);
  const paint = colorizer(world.stdout, world.env);
  for (const run of runs) {
    const json = safeJson(runJson(run));
    const slow = out.add(`${format === 'json' ? json : prettyJson(json, paint)}\n`);
    if (slow) await slow;
  }
  await out.flush();
}

const HEAD = ['Run', 'Started (UTC)', 'Provider', 'Account', 'Targets', 'Result', 'State'];
const GAP = '  ';

/** Aligned columns; where the terminal has no room for them, several lines for each run. */
function linesOf(runs: readonly ShownRun[], width: number | undefined): readonly string[] {
  const texts = createCellTexts();
  const rows = [HEAD, ...runs.map((run) => cellsOf(run, texts))];
  const widths = HEAD.map((_, index) =>
    rows.reduce((most, row) => Math.max(most, textWidth(row[index] ?? '')), 0),
  );
  const total = widths.reduce((sum, each) => sum + each + GAP.length, -GAP.length);
  const isWide = width === undefined || total <= width;
  const lines: string[] = [];
  for (const [index, row] of rows.entries()) {
    if (isWide) lines.push(aligned(row, widths));
    else if (row !== HEAD) lines.push(...stacked(row));
    const continueWith = runs[index - 1]?.continueWith;
    if (continueWith !== undefined) lines.push(`    to continue: ${continueWith}`);
  }
  return lines;
}

function aligned(row: readonly string[], widths: readonly number[]): string {
  const last = row.length - 1;
  let line = '';
  for (let index = 0; index < last; index++) {
    line += padTo(row[index] ?? '', widths[index] ?? 0) + GAP;
  }
  return line + row[last];
}

type TwoTexts = readonly [string, string];
type CellTexts = ReturnType<typeof createCellTexts>;

/** Thousands of runs have few accounts and results between them: each is put into words once. */
function createCellTexts() {
  const accounts = new Map<unknown, TwoTexts>();
  const results = new Map<unknown, TwoTexts>();
  return {
    account: (run: ShownRun) =>
      onceFor(accounts, run.providers, (): TwoTexts => [providerText(run), accountText(run)]),
    result: (run: ShownRun) =>
      onceFor(results, run.counts, (): TwoTexts => [targetsText(run), resultText(run)]),
  };
}

function onceFor<Text>(known: Map<unknown, Text>, key: unknown, make: () => Text): Text {
  const before = known.get(key);
  if (before !== undefined) return before;
  const text = make();
  known.set(key, text);
  return text;
}

function cellsOf(run: ShownRun, texts: CellTexts): readonly string[] {
  const [provider, account] = texts.account(run);
  const [targets, result] = texts.result(run);
  return [run.id, timeText(run.startedAt), provider, account, targets, result, stateText(run)];
}

function stacked([id, at, provider, account, , result, state]: readonly string[]): string[] {
  // Of a file in which no run begins nothing of this is known.
  const owner = account === '' ? [] : [`    ${provider}: ${account}`];
  return [`${id}${GAP}${at}${GAP}${state}`, ...owner, `    ${result}`];
}
