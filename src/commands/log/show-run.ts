/** `revoke log <run>`: who began it and how it ended, then what became of each target. */
import type { Outcome } from '../../contract/provider.js';
import { safeJson } from '../../contract/text.js';
import { shownName } from '../../contract/secret-name.js';
import { unreadable } from '../../files/unreadable.js';
import { FORMAT } from '../../journal/format.js';
import { createOutput } from '../../output/output.js';
import { quoteForShell } from '../../output/shell-quote.js';
import { lastWords } from '../../record/last-words.js';
import { findRun, isUnreadable, type RecordedRun } from '../../record/runs.js';
import { fitsOutcome, type Filters } from './filters.js';
import type { LogCommand } from './log-command.js';
import {
  accountText,
  outcomeLine,
  providerText,
  resultText,
  stateText,
  timeText,
} from '../../record/texts.js';

export async function showRun(
  { world, folder, format, output }: LogCommand,
  given: string,
  filters: Filters,
): Promise<number> {
  const run = await findRun(folder, world.self, given);
  if (format === 'text') await output.report({ json: null, text: factsOf(run) });
  const results = createOutput(world, {
    format,
    verbose: true,
    redactor: world.redactor,
    formatOutcome: outcomeLine,
    addsProof: false,
  });
  let some: Outcome[] = [];
  const print = async () => {
    const lines = format === 'text' ? [] : some.map((outcome) => safeJson(outcome));
    await results.outcomes(some, lines);
    some = [];
  };
  try {
    for await (const outcome of lastWords(run.path)) {
      if (!fitsOutcome(outcome, filters)) continue;
      some.push(outcome as Outcome);
      if (some.length >= AT_ONCE) await print();
    }
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    throw unreadable(`the journal ${shownName(run.path)}`, error);
  }
  await print();
  await results.flush();
  if (run.state === 'unreadable')
    output.printMessage('No run begins in this file. What is wrong with it: revoke log verify.');
  if (run.format > FORMAT)
    output.printMessage(
      'A later version of revoke wrote this journal, and only that one reads it.',
    );
  return 0;
}

const AT_ONCE = 256;

function factsOf(run: RecordedRun): readonly string[] {
  const by = run.user === undefined ? '' : `, by ${run.user}`;
  const on = run.host === undefined ? '' : ` on ${run.host}`;
  const ended = run.endedAt === undefined ? '' : `, ended ${timeText(run.endedAt)}`;
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['Run', `${run.id}, ${stateText(run)}`],
    ['Started', run.startedAt && `${timeText(run.startedAt)}${ended} (UTC)${by}${on}`],
    ['Command', run.command.map(quoteForShell).join(' ') || undefined],
    ['Provider', run.providers.length > 0 ? providerAndAccount(run) : undefined],
    ['Result', run.state === 'unreadable' ? undefined : resultText(run)],
    ['Journal', run.path],
    ['Hash', run.hash],
    ['To continue', run.continueWith],
  ];
  return facts.flatMap(([name, value]) =>
    value === undefined ? [] : [`${`${name}:`.padEnd(WIDTH)}${value}`],
  );
}

function providerAndAccount(run: RecordedRun): string {
  return [providerText(run), accountText(run)].filter((text) => text !== '').join(', ');
}

const WIDTH = 13;
