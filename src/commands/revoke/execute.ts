/** A revoking command that has permission: it runs, tells what happens, and ends in order. */
import { isRevokeError, usageError } from '../../contract/errors.js';
import type { Job } from './invocation.js';
import type { Journal } from '../../journal/writer.js';
import type { Past } from '../../journal/reader.js';
import type { Outcome, Revoker } from '../../contract/provider.js';
import { tellPast } from './open-journal.js';
import type { Runner } from '../../engine/runner.js';
import type { Input } from '../../input/target-source.js';
import { createTally, type Tally } from '../../engine/tally.js';
import type { SignalName, World } from '../../runtime/world.js';

export interface Work {
  readonly revoker: Revoker;
  readonly run: Runner['run'];
  readonly input: Input;
  readonly journal: Journal | undefined;
  readonly past: Past | undefined;
  /** More than one target, or as many as a stream holds: progress and a summary are told. */
  readonly many: boolean;
}

/** Hands the targets to the engine and its outcomes to output and tally; resolves with the exit code. */
export async function carryOut(job: Job, work: Work): Promise<number> {
  const { revoker, run, input, journal, past, many } = work;
  const { world, asked, options, output, stop } = job;
  const tally = createTally();
  const advice = new Set<string>();
  const talks = many && !options.flag('quiet');
  const progress = talks
    ? (await import('../../output/progress.js')).startProgress(world, input.count, tally)
    : undefined;
  const signals = listen(job);
  const deliver = (outcomes: readonly Outcome[], lines: readonly string[]) => {
    for (const outcome of outcomes) {
      tally.count(outcome);
      const next = revoker.nextStep?.(outcome);
      if (next !== undefined) advice.add(next);
    }
    if (world.stdout.failed) stop.abort();
    return output.outcomes(outcomes, lines);
  };
  const engine = async () => {
    if (past) await tellPast(past, output, deliver);
    await run({
      source: input.source,
      met: input.met,
      record: journal,
      maxFailures: job.bounds.maxFailures,
      ignoreNotFound: options.flag('ignoreNotFound'),
      dryRun: options.flag('dryRun'),
      line: output.line,
      deliver,
    });
  };
  const broken = await errorOf(engine());
  const unclosed = await errorOf(journal?.close());
  await output.flush();
  signals.stop();
  progress?.stop();
  for (const next of advice) output.say(next);
  if (talks) await summarise(job, tally, journal, input);
  const error = broken ?? unclosed;
  if (error !== undefined) throw amid(error, tally);
  const code = exitCode(world, tally, signals.first(), input);
  if (code !== 2) return code;
  const { noun } = asked.provider.target;
  throw usageError(`nothing to revoke: no ${noun} came in`, 'check what feeds it', 'no_targets');
}

async function errorOf(work: Promise<void> | undefined): Promise<unknown> {
  try {
    await work;
    return undefined;
  } catch (error) {
    return error;
  }
}

/** An error that ended a run on its way: 2 would say that nothing was sent. */
function amid(error: unknown, tally: Tally): unknown {
  if (!isRevokeError(error)) return error;
  const { counts } = tally;
  const sent = tally.total - counts.skipped - counts.planned;
  if (error.exit === 2 && sent === 0) return error;
  const exit = tally.exitCode() === 3 ? 3 : 1;
  const hint = error.exit === 2 ? 'what was told above was sent before this was met' : error.hint;
  return Object.assign(error, { exit, hint });
}

/** The first signal ends the run in order; the second ends the process. */
function listen({ world, stop, output }: Job) {
  let first: SignalName | undefined;
  const off = world.onSignal((name) => {
    if (first) return world.dieBy(name);
    first = name;
    stop.abort();
    output.say(
      `${name}: nothing new is started; waiting for what is in flight (again: stop at once)`,
    );
  });
  return { first: () => first, stop: off };
}

export const SIGNAL_CODES: Readonly<Record<SignalName, number>> = {
  SIGHUP: 129,
  SIGINT: 130,
  SIGTERM: 143,
};

function exitCode(
  world: World,
  tally: Tally,
  signal: SignalName | undefined,
  input: Input,
): number {
  if (signal) return SIGNAL_CODES[signal];
  const code = tally.exitCode();
  if (code !== 3 && world.stdout.failed) return 1;
  // An empty pipe is a script that went wrong; an empty part of a list is not.
  return tally.total === 0 && input.count === undefined && !input.sharded ? 2 : code;
}

async function summarise(
  { asked, output }: Job,
  tally: Tally,
  journal: Journal | undefined,
  input: Input,
) {
  const { summaryLines, resumeCommand } = await import('../../output/summary.js');
  const resume = resumeCommand(asked.provider.id, asked.given, journal?.path ?? '', input.notes);
  for (const line of summaryLines(tally, journal?.path, resume)) output.say(line);
}
