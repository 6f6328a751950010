/** A revoking command that has permission: it runs, shows what happens, and ends in order. */
import { isRevokeError, usageError } from '../../contract/errors.js';
import { exitCodeOf, worstOf } from '../../contract/exit-codes.js';
import type { Invocation } from './invocation.js';
import type { Journal } from '../../journal/writer.js';
import { priorTry } from '../../journal/prior-try.js';
import type { ContinuedRun } from '../../journal/resume.js';
import type { Outcome, Revoker } from '../../contract/provider.js';
import { reportNotGiven, reportPriorOutcomes } from './open-journal.js';
import { reportLostResults } from './lost-results.js';
import type { RunJournal } from '../../engine/run-journal.js';
import type { PreparedRun, RunInput } from '../../engine/prepare-run.js';
import type { TargetSource } from '../../input/target-source.js';
import { createTally, type Tally } from '../../engine/tally.js';
import type { SummaryOptions } from '../../output/summary.js';
import { amount } from '../../context/option-values.js';
import { hasRefusedRows } from './list-rows.js';
import { listenForSignals, SIGNAL_CODES } from './interrupt.js';
import type { SignalName } from '../../runtime/world.js';

export interface Execution {
  readonly revoker: Revoker;
  readonly run: PreparedRun['run'];
  readonly input: TargetSource;
  readonly journal: Journal | undefined;
  readonly priorRun: ContinuedRun | undefined;
  /** More than one target, or as many as a stream holds: progress and a summary are shown. */
  readonly isBulk: boolean;
}

/** Hands the targets to the engine and its outcomes to output and tally; resolves with the exit code. */
export async function execute(invocation: Invocation, execution: Execution): Promise<number> {
  const { revoker, input, journal, isBulk } = execution;
  const { world, args, options, output, session, stop } = invocation;
  const tally = createTally();
  const nextSteps = new Set<string>();
  const showsProgress = isBulk && !options.flag('quiet');
  output.expect(input.count);
  const progress = showsProgress ? await showProgress(invocation, input, tally) : undefined;
  const summarise = await summaryOf(invocation, execution, tally);
  let inFlight = () => 0;
  const signals = endAtSignals(invocation, () => {
    summarise({ isBroken: true, inFlight: inFlight() });
    output.printMessage(IN_FLIGHT[inFlight() > 0 ? 'some' : 'none']);
    journal?.abandon();
  });
  // The disk is busy with the first intents by then: nothing leaves before they are on it.
  if (journal) setImmediate(() => void session.loadClient());
  let only: Outcome | undefined;
  const onOutcomes: OnOutcomes = (outcomes, lines) => {
    only = tally.total === 0 && outcomes.length === 1 ? outcomes[0] : undefined;
    for (const outcome of outcomes) {
      tally.count(outcome);
      const next = revoker.nextStep?.(outcome);
      if (next !== undefined) nextSteps.add(next);
    }
    if (world.stdout.failed) stop.abort();
    return output.outcomes(outcomes, lines);
  };
  const runError = await errorOf(
    runTargets({
      invocation,
      execution,
      tally,
      onOutcomes,
      onStart: (count) => (inFlight = count),
    }),
  );
  await output.flush();
  const code = exitCode(invocation, { tally, input, signal: signals.first() });
  const end = runError === undefined ? endOf(tally, code) : undefined;
  const closed = await closeJournal(journal, end);
  signals.stop();
  progress?.stop();
  for (const next of nextSteps) output.printMessage(next);
  const sum = showsProgress ? input.sumAtEnd?.() : undefined;
  if (sum !== undefined) output.printMessage(sum);
  const shard = options.text('shard');
  if (tally.total === 0 && shard !== undefined && runError === undefined)
    output.printMessage(`Part ${shard} of the list is empty: there is nothing to revoke in it.`);
  summarise({ hash: closed.hash });
  await reportLostResults(invocation, { only, journalPath: journal?.path });
  const error = runError ?? closed.error;
  if (error !== undefined) throw errorOfStartedRun(error, tally);
  if (code !== exitCodeOf('usage')) return code;
  throw noTargets(tally, args.provider.target.noun);
}

function noTargets(tally: Tally, noun: string) {
  return tally.isAllBad
    ? usageError(
        'no line of the input can be used: nothing was sent',
        'fix the lines that are named above, and give them again',
        'no_targets',
      )
    : usageError(
        `nothing to revoke: the input has no ${noun}`,
        'check the command before the pipe',
        'no_targets',
      );
}

const IN_FLIGHT = {
  some: 'What was in flight may have taken effect.',
  none: 'No revocation was in flight.',
};

function endAtSignals({ world, output, stop, options }: Invocation, onQuit: () => void) {
  const requestSeconds = amount(options, 'timeout') ?? 10;
  return listenForSignals({ world, output, stop, requestSeconds, onQuit });
}

type OnOutcomes = RunInput['onOutcomes'];

interface TargetRun extends Pick<RunInput, 'onStart'> {
  readonly invocation: Invocation;
  readonly execution: Execution;
  readonly tally: Tally;
  readonly onOutcomes: OnOutcomes;
}

/** What a prior run knew, then what this one does, then what the prior one left and nobody gave again. */
async function runTargets(given: TargetRun): Promise<void> {
  const { invocation, execution, tally, onOutcomes, onStart } = given;
  const { run, input, journal, priorRun } = execution;
  const { world, options, output, stop, limits } = invocation;
  const report = (outcomes: readonly Outcome[]) =>
    onOutcomes(outcomes, outcomes.map(output.serialize));
  if (priorRun) await reportPriorOutcomes(priorRun, report);
  await run({
    source: input.source,
    seen: input.seen,
    journal: journal ?? (priorRun && readOnly(priorRun)),
    maxFailures: limits.maxFailures,
    ignoreNotFound: options.flag('ignoreNotFound'),
    onDuplicate: input.onDuplicate,
    onStall: world.onStall,
    onStart,
    onLoginRefused: tally.loginRefused,
    serialize: output.serialize,
    onOutcomes,
  });
  if (!stop.signal.aborted) await reportNotGiven(invocation, { priorRun, input }, report);
}

/** A dry run asks the journal, and writes nothing to it. */
function readOnly(priorRun: ContinuedRun): RunJournal {
  return {
    writeIntents: async () => undefined,
    writeOutcomes: () => undefined,
    priorState: (key) => priorTry(priorRun, key),
  };
}

function endOf(tally: Tally, exit: number) {
  const { unsettled } = tally;
  return { exit, counts: tally.known(), ...(unsettled > 0 && { open: unsettled }) };
}

async function closeJournal(
  journal: Journal | undefined,
  end: Parameters<Journal['close']>[0],
): Promise<{ readonly hash?: string | undefined; readonly error?: unknown }> {
  try {
    return { hash: await journal?.close(end) };
  } catch (error) {
    return { error };
  }
}

async function errorOf(work: Promise<unknown> | undefined): Promise<unknown> {
  try {
    await work;
    return undefined;
  } catch (error) {
    return error;
  }
}

/** An error that ended a run on its way: a usage error would say that nothing was sent. */
function errorOfStartedRun(error: unknown, tally: Tally): unknown {
  if (!isRevokeError(error)) return error;
  const { counts } = tally;
  const sent = tally.total - counts.skipped - counts.planned;
  const isUsage = error.kind === 'usage';
  if (isUsage && sent === 0) return error;
  const kind = tally.ending() === 'credentials' ? 'credentials' : 'refused';
  const hint = isUsage ? 'what is shown above was sent before this was found' : error.hint;
  return error.with({ kind, hint });
}

interface Ended {
  readonly tally: Tally;
  readonly input: TargetSource;
  readonly signal: SignalName | undefined;
}

function exitCode(
  { world, options }: Pick<Invocation, 'world' | 'options'>,
  { tally, input, signal }: Ended,
): number {
  if (signal) return SIGNAL_CODES[signal];
  const refused = hasRefusedRows(input, options) ? (['failed'] as const) : [];
  const ending = worstOf([tally.ending(), ...refused]);
  if (ending !== 'credentials' && world.stdout.failed) return exitCodeOf('failed');
  // An empty pipe is a script that went wrong; an empty part of a list is not.
  const isEmpty = tally.total === 0 && input.count === undefined && !input.mayBeEmpty();
  return exitCodeOf(isEmpty || tally.isAllBad ? 'usage' : ending);
}

async function showProgress(
  { world, options, output }: Invocation,
  input: TargetSource,
  tally: Tally,
) {
  const { startProgress } = await import('../../output/progress.js');
  const isDryRun = options.flag('dryRun');
  const expected = () =>
    input.count === undefined ? undefined : input.count - (input.duplicatesSoFar?.() ?? 0);
  return startProgress({ world, output, expected, tally, isDryRun });
}

type End = Pick<SummaryOptions, 'hash' | 'isBroken' | 'inFlight'>;

/** Loaded beforehand: a second Ctrl-C cannot wait for a file to be read. */
async function summaryOf(
  { world, args, output, options, session }: Invocation,
  execution: Execution,
  tally: Tally,
) {
  const { input, journal, isBulk } = execution;
  if (!isBulk || options.flag('quiet')) {
    return ({ hash }: End) => {
      if (!journal) return;
      const named = hash === undefined ? '' : `, sha256:${hash}`;
      output.log.verbose(`journal: ${journal.path}${named}`);
    };
  }
  const { journalName, printSummary, resumeCommand, runName } =
    await import('../../output/summary.js');
  const resume = resumeCommand({
    provider: args.provider.id,
    given: args.given,
    journal: runName(journal?.path ?? '', session.context.stateDir),
    sources: input.origins,
  });
  const named = journal && journalName(journal.path, session.context.stateDir, world.stderr);
  return (end: End) => {
    printSummary({ output, tally, journal: named, resume, ...end });
    if (options.flag('dryRun') && output.leftOut > 0)
      output.printMessage('For a line each: --verbose');
  };
}
