/** `revoke log`: the runs of the record, newest first. */
import { version } from '../../command-line/version.js';
import { openRunIndex } from '../../record/run-index.js';
import { listRuns, type RecordedRun } from '../../record/runs.js';
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
  const known = openRunIndex({ folder, version }, world.clock.now());
  const all = await listRuns(folder, world.self, { ...filters, known });
  known.save();
  const runs = all.filter((run) => fitsRun(run, filters));
  if (format !== 'text') {
    const out = createBufferedWriter(world.stdout);
    const paint = colorizer(world.stdout, world.env);
    for (const run of runs) {
      const json = safeJson(runJson(run));
      await out.add(`${format === 'json' ? json : prettyJson(json, paint)}\n`);
    }
    await out.flush();
    return 0;
  }
  if (runs.length === 0) {
    output.printMessage(all.length === 0 ? `No runs in ${folder}` : 'No runs fit these filters');
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

const HEAD = ['Run', 'Started (UTC)', 'Provider', 'Account', 'Targets', 'Result', 'State'];
const GAP = '  ';

/** Aligned columns; where the terminal has no room for them, several lines for each run. */
function linesOf(runs: readonly RecordedRun[], width: number | undefined): readonly string[] {
  const rows = runs.map(cellsOf);
  const widths = HEAD.map((title, index) =>
    rows.reduce((most, row) => Math.max(most, textWidth(row[index] ?? '')), title.length),
  );
  const total = widths.reduce((sum, each) => sum + each + GAP.length, -GAP.length);
  const isWide = width === undefined || total <= width;
  const aligned = (row: readonly string[]) =>
    row
      .map((cell, index) => padTo(cell, widths[index] ?? 0))
      .join(GAP)
      .trimEnd();
  return [
    ...(isWide ? [aligned(HEAD)] : []),
    ...rows.flatMap((row, index) => [
      ...(isWide ? [aligned(row)] : stacked(row)),
      ...continueLines(runs[index]),
    ]),
  ];
}

function cellsOf(run: RecordedRun): readonly string[] {
  return [
    run.id,
    timeText(run.startedAt),
    providerText(run),
    accountText(run),
    targetsText(run),
    resultText(run),
    stateText(run),
  ];
}

function stacked([id, at, provider, account, , result, state]: readonly string[]): string[] {
  return [`${id}${GAP}${at}${GAP}${state}`, `    ${provider}: ${account}`, `    ${result}`];
}

function continueLines(run: RecordedRun | undefined): readonly string[] {
  return run?.continueWith === undefined ? [] : [`    to continue: ${run.continueWith}`];
}
