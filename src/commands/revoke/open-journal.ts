/** The record of a revoking command: the journal it writes, and the one it goes on with. */
import { usageError } from '../../contract/errors.js';
import type { Invocation } from './invocation.js';
import type { Journal } from '../../journal/writer.js';
import type { PriorRun } from '../../journal/reader.js';
import type { Output } from '../../output/output.js';
import type { Options, Outcome, Revoker } from '../../contract/provider.js';
import type { TargetSource } from '../../input/target-source.js';

/** The earlier run that --resume names. */
export async function loadPriorRun(options: Options): Promise<PriorRun | undefined> {
  const path = options.text('resume');
  if (path === undefined) return undefined;
  if (options.text('journal') !== undefined) {
    throw usageError('--resume goes on in its own journal', 'leave --journal out');
  }
  return (await import('../../journal/resume.js')).readPriorRun(path);
}

/** What is known already is told first: each as skipped, with what became of it. */
export async function reportPriorOutcomes(
  priorRun: PriorRun,
  output: Output,
  onOutcomes: (outcomes: readonly Outcome[], lines: readonly string[]) => Promise<void> | undefined,
): Promise<void> {
  for await (const known of priorRun.outcomes()) {
    const told: Outcome = { ...known, status: 'skipped', journaled_status: known.status };
    await onOutcomes([told], [output.serialize(told)]);
  }
}

/** The journal of this run; none for one target, unless it was asked for. */
export async function openRunJournal(
  { world, args, options, session, output }: Invocation,
  revoker: Revoker,
  input: TargetSource,
  priorRun: PriorRun | undefined,
  isBulk: boolean,
): Promise<Journal | undefined> {
  const path = options.text('resume') ?? options.text('journal');
  if (path === undefined && (!isBulk || args.values['journal'] === false)) return undefined;
  const { startJournal } = await import('../../journal/journal-file.js');
  const as = options.text('as') ?? priorRun?.header.as;
  const shard = options.text('shard') ?? priorRun?.header.shard;
  return startJournal({
    world,
    path,
    priorRun,
    header: {
      provider: args.provider.id,
      endpoint: revoker.endpoint,
      scope: revoker.scope,
      sources: input.origins,
      ...(as !== undefined && { as }),
      ...(shard !== undefined && { shard }),
    },
    stateDir: session.context.stateDir,
    warn: output.log.warn,
  });
}
